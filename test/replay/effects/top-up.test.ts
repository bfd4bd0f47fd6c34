import { TOP_UP_SCENARIOS } from '../scenarios/top-up';
import { compareEffects } from './comparison';

compareEffects(TOP_UP_SCENARIOS);
