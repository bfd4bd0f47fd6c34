import { BILLING_SCENARIOS } from './billing-scenarios';
import { GENERATION_SCENARIOS } from './generation-scenarios';
import { GRANT_SCENARIOS } from './grant-scenarios';
import { LATE_INPUT_SCENARIOS } from './late-input-scenarios';
import { LEDGER_SCENARIOS } from './ledger-scenarios';
import { NOTICE_SCENARIOS } from './notice-scenarios';
import { PURCHASE_FAULT_SCENARIOS } from './purchase-fault-scenarios';
import { PURCHASE_SCENARIOS } from './purchase-scenarios';
import { RECONCILIATION_SCENARIOS } from './reconciliation-scenarios';
import { REFUND_SCENARIOS } from './refund-scenarios';
import { SETTINGS_SCENARIOS } from './settings-scenarios';
import { SUBSCRIPTION_SCENARIOS } from './subscription-scenarios';
import { TOP_UP_SCENARIOS } from './top-up-scenarios';
import { WAITING_SCENARIOS } from './waiting-scenarios';

export type { Scenario } from './scenario';

export const SCENARIOS = [
  ...GENERATION_SCENARIOS,
  ...LATE_INPUT_SCENARIOS,
  ...WAITING_SCENARIOS,
  ...GRANT_SCENARIOS,
  ...SUBSCRIPTION_SCENARIOS,
  ...PURCHASE_SCENARIOS,
  ...PURCHASE_FAULT_SCENARIOS,
  ...REFUND_SCENARIOS,
  ...BILLING_SCENARIOS,
  ...SETTINGS_SCENARIOS,
  ...TOP_UP_SCENARIOS,
  ...NOTICE_SCENARIOS,
  ...RECONCILIATION_SCENARIOS,
  ...LEDGER_SCENARIOS,
];
