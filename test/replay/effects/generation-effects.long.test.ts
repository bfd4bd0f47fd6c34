import { GENERATION_SCENARIOS } from '../scenarios/generation-scenarios';
import { compareEffects } from './comparison';

compareEffects(GENERATION_SCENARIOS);
