import { GENERATION_SCENARIOS } from './generation';
import { GRANT_SCENARIOS } from './grant';
import { NOTICE_SCENARIOS } from './notices';
import { PURCHASE_SCENARIOS } from './purchase';
import { RECONCILIATION_SCENARIOS } from './reconciliation';
import { SUBSCRIPTION_SCENARIOS } from './subscription';

export type { Scenario } from './scenario';

export const SCENARIOS = [
  ...GENERATION_SCENARIOS,
  ...GRANT_SCENARIOS,
  ...SUBSCRIPTION_SCENARIOS,
  ...PURCHASE_SCENARIOS,
  ...NOTICE_SCENARIOS,
  ...RECONCILIATION_SCENARIOS,
];
