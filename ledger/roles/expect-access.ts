import { HoldfastError } from '../../contract/errors';
import { schemaLevels } from '../../contract/upkeep';
import { calledBy, type LedgerRole } from '../access';
import { openDatabase } from '../connection/database';
import { sqlStateOf, translateError } from '../connection/errors';
import { expectSchema } from '../connection/expect-schema';
import { rowsOf } from './administration';

const DENIED = `
  SELECT signature
  FROM unnest(?::text[]) AS signature
  WHERE NOT has_function_privilege(signature, 'EXECUTE')
  LIMIT 1`;

/**
 * Refuses a schema that this version doesn't fit, and a login that may not call what a process of
 * the role calls, so that the process ends at its start and not at every call.
 *
 * @throws HoldfastError LEDGER_ACCESS_DENIED, LEDGER_NOT_MIGRATED, VERSION_TOO_OLD,
 *   LEDGER_UNAVAILABLE
 */
export async function expectAccess(databaseUrl: string, role: LedgerRole): Promise<void> {
  const database = openDatabase(databaseUrl, 1);
  try {
    const [levels] = await rowsOf<{ levels: unknown }>(
      database,
      'SELECT holdfast.schema_levels() AS levels',
    ).catch(refusedLogin);
    if (levels !== undefined) expectSchema(schemaLevels.parse(levels.levels));
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

/** What it lacks is named by the check of its role. */
function refusedLogin(error: unknown): [] {
  if (sqlStateOf(error) === '42501') return [];
  throw error;
}
