import { RECONCILIATION_SCENARIOS } from '../scenarios/reconciliation-scenarios';
import { compareEffects } from './comparison';

compareEffects(RECONCILIATION_SCENARIOS);
