import type { Knex } from 'knex';
import { LEDGER_ROLES, type LedgerRole, signaturesFor, viewsFor } from '../access';
import { changeRole, identifier, literal, membersOf, rowsOf, takeRole } from './administration';

/** The name of each role in this database. */
export type RoleNames = Record<LedgerRole, string>;

const DATABASE = `
  SELECT oid::text AS number, datname AS name
  FROM pg_database
  WHERE datname = current_database()`;
const COMMENT = `
  SELECT shobj_description(oid, 'pg_authid') AS comment FROM pg_roles WHERE rolname = ?`;

/** Roles belong to the cluster, so their names have the database's number, which no other has. */
export async function roleNames(database: Knex): Promise<RoleNames> {
  const { number } = await thisDatabase(database);
  return Object.fromEntries(
    LEDGER_ROLES.map((role) => [role, `holdfast_${role}_${number}`]),
  ) as RoleNames;
}

/**
 * Makes the database's roles, if they are missing.
 *
 * @throws HoldfastError LEDGER_ACCESS_DENIED where the migrating role may make none
 */
export async function ensureRoles(transaction: Knex.Transaction): Promise<RoleNames> {
  const { name } = await thisDatabase(transaction);
  const names = await roleNames(transaction);
  const create = (role: LedgerRole) => `CREATE ROLE ${identifier(names[role])} NOLOGIN`;
  for (const role of LEDGER_ROLES) {
    const comment = `Holdfast: ${role} of database ${name}`;
    const [found] = await rowsOf<{ comment: string | null }>(transaction, COMMENT, [names[role]]);
    // An administrator may have made it, without a comment.
    if (found && [comment, null].includes(found.comment)) continue;
    if (found) await removeMembers(transaction, names[role]);
    else await changeRole(transaction, create(role), LEDGER_ROLES.map(create).join('; '));
    const said = `COMMENT ON ROLE ${identifier(names[role])} IS ${literal(comment)}`;
    await changeRole(transaction, said);
  }
  return names;
}

async function thisDatabase(database: Knex): Promise<{ number: string; name: string }> {
  const [found] = await rowsOf<{ number: string; name: string }>(database, DATABASE);
  return found as { number: string; name: string };
}

/**
 * A role whose comment names another database came from another cluster (pg_dumpall), where that
 * database had this number: its members are that database's.
 */
async function removeMembers(transaction: Knex.Transaction, role: string): Promise<void> {
  for (const { member } of await membersOf(transaction, [role]))
    await takeRole(transaction, role, member);
}

/** The members of the roles beside these logins, a line each: an operator may have forgotten one. */
export async function otherMembers(
  transaction: Knex,
  names: RoleNames,
  logins: readonly { user: string }[],
): Promise<string[]> {
  const members = await membersOf(transaction, Object.values(names));
  return members
    .filter(({ member }) => !logins.some(({ user }) => user === member))
    .map(({ member, role }) => `Login ${member} has role ${role} as well`);
}

/**
 * Grants each role the functions that `access.ts` says, and takes them from PUBLIC, which may call
 * each that is new until then.
 */
export async function grantFunctions(
  transaction: Knex.Transaction,
  names: RoleNames,
): Promise<void> {
  await transaction.raw('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA holdfast FROM PUBLIC');
  for (const role of LEDGER_ROLES) {
    const name = identifier(names[role]);
    const functions = signaturesFor(role).map((signature) => `holdfast.${signature}`);
    await transaction.raw(`GRANT USAGE ON SCHEMA holdfast TO ${name}`);
    await transaction.raw(`GRANT EXECUTE ON FUNCTION ${functions.join(', ')} TO ${name}`);
  }
}

/** Grants each role the views that `access.ts` says. */
export async function grantViews(transaction: Knex.Transaction, names: RoleNames): Promise<void> {
  for (const role of LEDGER_ROLES) {
    const views = viewsFor(role).map((view) => `holdfast.${view}`);
    if (views.length === 0) continue;
    await transaction.raw(`GRANT SELECT ON ${views.join(', ')} TO ${identifier(names[role])}`);
  }
}
