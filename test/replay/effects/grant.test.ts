import { GRANT_SCENARIOS } from '../scenarios/grant';
import { compareEffects } from './comparison';

compareEffects(GRANT_SCENARIOS);
