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

/**
 * Makes the database's roles, if they are missing. Roles belong to the cluster, so their names have
 * the database's number, which no other database of the cluster has.
 *
 * @throws HoldfastError LEDGER_ACCESS_DENIED where the migrating role may make none
 */
export async function ensureRoles(transaction: Knex.Transaction): Promise<RoleNames> {
  const [database] = await rowsOf<{ number: string; name: string }>(transaction, DATABASE);
  const names = Object.fromEntries(
    LEDGER_ROLES.map((role) => [role, `holdfast_${role}_${database?.number}`]),
  ) as RoleNames;
  const create = (role: LedgerRole) => `CREATE ROLE ${identifier(names[role])} NOLOGIN`;
  for (const role of LEDGER_ROLES) {
    const comment = `Holdfast: ${role} of database ${database?.name}`;
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
  transaction: Knex.Transaction,
  names: RoleNames,
  logins: readonly { user: string }[],
): Promise<string[]> {
  const members = await membersOf(transaction, Object.values(names));
  return members
    .filter(({ member }) => !logins.some(({ user }) => user === member))
    .map(({ member, role }) => `Login ${member} has role ${role} as well`);
}

/** Grants each role what `access.ts` says, after everything has been taken back. */
export async function grantAccess(transaction: Knex.Transaction, names: RoleNames): Promise<void> {
  for (const role of LEDGER_ROLES) {
    const name = identifier(names[role]);
    const functions = signaturesFor(role).map((signature) => `holdfast.${signature}`);
    const views = viewsFor(role).map((view) => `holdfast.${view}`);
    await transaction.raw(`GRANT USAGE ON SCHEMA holdfast TO ${name}`);
    await transaction.raw(`GRANT EXECUTE ON FUNCTION ${functions.join(', ')} TO ${name}`);
    if (views.length > 0) await transaction.raw(`GRANT SELECT ON ${views.join(', ')} TO ${name}`);
  }
}
