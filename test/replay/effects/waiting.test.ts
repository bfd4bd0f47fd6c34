import { WAITING_SCENARIOS } from '../scenarios/waiting';
import { compareEffects } from './comparison';

compareEffects(WAITING_SCENARIOS);
