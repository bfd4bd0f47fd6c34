import type { Knex } from 'knex';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { HoldfastError } from '../../contract/errors';
import { sqlStateOf } from '../connection/errors';

const INSUFFICIENT_PRIVILEGE = '42501';

const MEMBERS = `
  SELECT u.rolname AS member, r.rolname AS role
  FROM pg_auth_members AS m
  JOIN pg_roles AS r ON r.oid = m.roleid
  JOIN pg_roles AS u ON u.oid = m.member
  WHERE r.rolname = ANY (?)
    AND u.rolname <> current_user
    AND NOT (m.admin_option AND NOT pg_has_role(m.member, m.roleid, 'USAGE'))
  ORDER BY r.rolname, u.rolname`;

/** knex takes a bare question mark for a parameter. */
const withoutParameters = (text: string) => text.replaceAll('?', '\\?');
export const identifier = (name: string) => withoutParameters(escapeIdentifier(name));
export const literal = (text: string) => withoutParameters(escapeLiteral(text));

/** The rows that a statement returns. */
export async function rowsOf<Row>(
  database: Knex,
  statement: string,
  values: Knex.RawBinding[] = [],
): Promise<Row[]> {
  return (await database.raw<{ rows: Row[] }>(statement, values)).rows;
}

/**
 * Changes a role of the cluster. `byHand` is what another role has to run where the migrating one
 * may not; the statement itself by default.
 *
 * @throws HoldfastError LEDGER_ACCESS_DENIED where the migrating role may not
 */
export async function changeRole(
  transaction: Knex.Transaction,
  statement: string,
  byHand = statement,
): Promise<void> {
  try {
    await transaction.raw(statement);
  } catch (error) {
    if (sqlStateOf(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    throw notAllowed(byHand, error);
  }
}

/**
 * Takes a role from a member. Since PostgreSQL 16 a role takes back only what it has given itself,
 * and what another has given stays with no more than a warning.
 *
 * @throws HoldfastError LEDGER_ACCESS_DENIED where the migrating role may not
 */
export async function takeRole(
  transaction: Knex.Transaction,
  role: string,
  member: string,
): Promise<void> {
  const revoke = `REVOKE ${identifier(role)} FROM ${identifier(member)}`;
  await changeRole(transaction, revoke);
  if ((await membersOf(transaction, [role])).some((left) => left.member === member))
    throw notAllowed(revoke);
}

/**
 * The members of the roles, without those that have made them: since PostgreSQL 16 these are members
 * that may give the role, and have none of its rights.
 */
export function membersOf(
  transaction: Knex,
  roles: string[],
): Promise<{ member: string; role: string }[]> {
  return rowsOf(transaction, MEMBERS, [roles]);
}

function notAllowed(byHand: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'LEDGER_ACCESS_DENIED',
    `The migrating role may not change that role. Run, as one that may: ${byHand}; then migrate again.`,
    {},
    { cause },
  );
}
