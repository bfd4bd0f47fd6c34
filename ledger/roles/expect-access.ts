import { HoldfastError } from '../../contract/errors';
import { calledBy, type LedgerRole } from '../access';
import { openDatabase } from '../connection/database';
import { translateError } from '../connection/errors';
import { rowsOf } from './administration';

const DENIED = `
  SELECT signature
  FROM unnest(?::text[]) AS signature
  WHERE NOT has_function_privilege(signature, 'EXECUTE')
  LIMIT 1`;

/**
 * Refuses a login that may not call what a process of the role calls, so that the process ends at
 * its start and not at every call.
 *
 * @throws HoldfastError LEDGER_ACCESS_DENIED, LEDGER_NOT_MIGRATED, LEDGER_UNAVAILABLE
 */
export async function expectAccess(databaseUrl: string, role: LedgerRole): Promise<void> {
  const database = openDatabase(databaseUrl, 1);
  try {
    const signatures = calledBy(role).map((signature) => `holdfast.${signature}`);
    const [denied] = await rowsOf<{ signature: string }>(database, DENIED, [signatures]);
    if (denied === undefined) return;
    throw new HoldfastError(
      'LEDGER_ACCESS_DENIED',
      `This process takes a login with the role ${role} of this database, and its login may not call ${denied.signature}. \`holdfast migrate\` gives the role to the login that HOLDFAST_${role.toUpperCase()}_DATABASE_URL names.`,
      { role },
    );
  } catch (error) {
    throw translateError(error);
  } finally {
    await database.destroy();
  }
}
