import { TOP_UP_SCENARIOS } from '../scenarios/top-up-scenarios';
import { compareEffects } from './comparison';

compareEffects(TOP_UP_SCENARIOS);
