import { RECONCILIATION_SCENARIOS } from '../scenarios/reconciliation';
import { compareEffects } from './comparison';

compareEffects(RECONCILIATION_SCENARIOS);
