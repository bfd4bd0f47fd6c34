import { ACCOUNT_FUNCTIONS } from './functions/account';
import { AUDIT_FUNCTIONS } from './functions/audit';
import { CATALOG_FUNCTIONS } from './functions/catalog';
import { GRANT_FUNCTIONS } from './functions/grant';
import { INSTALLATION_FUNCTIONS } from './functions/installation';
import { PURCHASE_FUNCTIONS } from './functions/purchase';
import { RESERVATION_FUNCTIONS } from './functions/reservation';
import { RESTORE_FUNCTIONS } from './functions/restore';
import { SETTINGS_FUNCTIONS } from './functions/settings';
import { SUBSCRIPTION_FUNCTIONS } from './functions/subscription';
import { UPKEEP_FUNCTIONS } from './functions/upkeep';

/**
 * The SQL functions that Holdfast's processes call: the one place where TypeScript knows their
 * names, the roles that may call them, their parameters and answers. A test compares it with the
 * database's own list, and every test holds every answer to its schema. A second signature is a
 * second entry; a signature that only earlier versions call stands in EARLIER_SIGNATURES.
 */
export const FUNCTIONS = {
  ...GRANT_FUNCTIONS,
  ...RESERVATION_FUNCTIONS,
  ...ACCOUNT_FUNCTIONS,
  ...CATALOG_FUNCTIONS,
  ...SUBSCRIPTION_FUNCTIONS,
  ...PURCHASE_FUNCTIONS,
  ...SETTINGS_FUNCTIONS,
  ...UPKEEP_FUNCTIONS,
  ...AUDIT_FUNCTIONS,
  ...RESTORE_FUNCTIONS,
  ...INSTALLATION_FUNCTIONS,
};
