import { WAITING_SCENARIOS } from '../scenarios/waiting-scenarios';
import { compareEffects } from './comparison';

compareEffects(WAITING_SCENARIOS);
