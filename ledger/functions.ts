import { ACCOUNT_FUNCTIONS } from './functions/account';
import { AUDIT_FUNCTIONS } from './functions/audit';
import { BILLING_FUNCTIONS } from './functions/billing';
import { CATALOG_FUNCTIONS } from './functions/catalog';
import { DISPUTE_FUNCTIONS } from './functions/dispute';
import { GRANT_FUNCTIONS } from './functions/grant';
import { IMPORT_FUNCTIONS } from './functions/import';
import { INSTALLATION_FUNCTIONS } from './functions/installation';
import { PURCHASE_FUNCTIONS } from './functions/purchase';
import { REFUND_FUNCTIONS } from './functions/refund';
import { REPORT_FUNCTIONS } from './functions/report';
import { RESERVATION_FUNCTIONS } from './functions/reservation';
import { RESTORE_FUNCTIONS } from './functions/restore';
import { SETTINGS_FUNCTIONS } from './functions/settings';
import { SUBSCRIPTION_FUNCTIONS } from './functions/subscription';
import { UPKEEP_FUNCTIONS } from './functions/upkeep';

/** Named parts: the declarations of the package would hold each of them twice. */
type Functions = typeof GRANT_FUNCTIONS &
  typeof IMPORT_FUNCTIONS &
  typeof RESERVATION_FUNCTIONS &
  typeof ACCOUNT_FUNCTIONS &
  typeof CATALOG_FUNCTIONS &
  typeof SUBSCRIPTION_FUNCTIONS &
  typeof PURCHASE_FUNCTIONS &
  typeof BILLING_FUNCTIONS &
  typeof REFUND_FUNCTIONS &
  typeof DISPUTE_FUNCTIONS &
  typeof SETTINGS_FUNCTIONS &
  typeof UPKEEP_FUNCTIONS &
  typeof AUDIT_FUNCTIONS &
  typeof RESTORE_FUNCTIONS &
  typeof REPORT_FUNCTIONS &
  typeof INSTALLATION_FUNCTIONS;

/**
 * The SQL functions that Holdfast's processes call: the one place where TypeScript knows their
 * names, the roles that may call them, their parameters and answers. A test compares it with the
 * database's own list, and every test holds every answer to its schema. A second signature is a
 * second entry; a signature that only earlier versions call stands in EARLIER_SIGNATURES.
 */
export const FUNCTIONS: Functions = {
  ...GRANT_FUNCTIONS,
  ...IMPORT_FUNCTIONS,
  ...RESERVATION_FUNCTIONS,
  ...ACCOUNT_FUNCTIONS,
  ...CATALOG_FUNCTIONS,
  ...SUBSCRIPTION_FUNCTIONS,
  ...PURCHASE_FUNCTIONS,
  ...BILLING_FUNCTIONS,
  ...REFUND_FUNCTIONS,
  ...DISPUTE_FUNCTIONS,
  ...SETTINGS_FUNCTIONS,
  ...UPKEEP_FUNCTIONS,
  ...AUDIT_FUNCTIONS,
  ...RESTORE_FUNCTIONS,
  ...REPORT_FUNCTIONS,
  ...INSTALLATION_FUNCTIONS,
};
