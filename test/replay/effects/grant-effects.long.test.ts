import { GRANT_SCENARIOS } from '../scenarios/grant-scenarios';
import { compareEffects } from './comparison';

compareEffects(GRANT_SCENARIOS);
