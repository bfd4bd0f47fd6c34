import { GENERATION_SCENARIOS } from './generation';
import { GRANT_SCENARIOS } from './grant';
import { NOTICE_SCENARIOS } from './notices';
import { PURCHASE_SCENARIOS } from './purchase';
import { RECONCILIATION_SCENARIOS } from './reconciliation';
import { SETTINGS_SCENARIOS } from './settings';
import { SUBSCRIPTION_SCENARIOS } from './subscription';
import { TOP_UP_SCENARIOS } from './top-up';
import { WAITING_SCENARIOS } from './waiting';

export type { Scenario } from './scenario';

export const SCENARIOS = [
  ...GENERATION_SCENARIOS,
  ...WAITING_SCENARIOS,
  ...GRANT_SCENARIOS,
  ...SUBSCRIPTION_SCENARIOS,
  ...PURCHASE_SCENARIOS,
  ...SETTINGS_SCENARIOS,
  ...TOP_UP_SCENARIOS,
  ...NOTICE_SCENARIOS,
  ...RECONCILIATION_SCENARIOS,
];
