import { PURCHASE_SCENARIOS } from '../scenarios/purchase-scenarios';
import { compareEffects } from './comparison';

compareEffects(PURCHASE_SCENARIOS);
