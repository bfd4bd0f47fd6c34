import { GENERATION_SCENARIOS } from '../scenarios/generation';
import { compareEffects } from './comparison';

compareEffects(GENERATION_SCENARIOS);
