import { PURCHASE_SCENARIOS } from '../scenarios/purchase';
import { compareEffects } from './comparison';

compareEffects(PURCHASE_SCENARIOS);
