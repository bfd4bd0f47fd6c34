import { PURCHASE_FAULT_SCENARIOS } from '../scenarios/purchase-fault-scenarios';
import { PURCHASE_SCENARIOS } from '../scenarios/purchase-scenarios';
import { compareEffects } from './comparison';

compareEffects([...PURCHASE_SCENARIOS, ...PURCHASE_FAULT_SCENARIOS]);
