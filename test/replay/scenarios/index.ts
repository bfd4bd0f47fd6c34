import { GENERATION_SCENARIOS } from './generation';
import { GRANT_SCENARIOS } from './grant';
import { PURCHASE_SCENARIOS } from './purchase';
import { RECONCILIATION_SCENARIOS } from './reconciliation';
import { SUBSCRIPTION_SCENARIOS } from './subscription';
import { WAITING_SCENARIOS } from './waiting';

export type { Scenario } from './scenario';

export const SCENARIOS = [
  ...GENERATION_SCENARIOS,
  ...WAITING_SCENARIOS,
  ...GRANT_SCENARIOS,
  ...SUBSCRIPTION_SCENARIOS,
  ...PURCHASE_SCENARIOS,
  ...RECONCILIATION_SCENARIOS,
];
