import type { Knex } from 'knex';
import { LEDGER_ROLES } from '../access';
import { membersOf, rowsOf } from './administration';
import type { RoleNames } from './database-roles';
import type { Login } from './logins';

const COMMENTS = `
  SELECT r.rolname AS name, shobj_description(r.oid, 'pg_authid') AS comment,
    'Holdfast: ' || given.role || ' of database ' || current_database() AS wanted
  FROM unnest(?::text[], ?::text[]) AS given (role, name)
  JOIN pg_roles AS r ON r.rolname = given.name`;

const LOGINS = 'SELECT rolname AS name FROM pg_roles WHERE rolname = ANY (?)';

/** What is to be done about roles and logins, a line each. Reads only. */
export async function loginSteps(
  database: Knex,
  names: RoleNames,
  logins: readonly Login[],
  changedPasswordsOf: ReadonlySet<string>,
): Promise<string[]> {
  const found = await rowsOf<{ name: string; comment: string | null; wanted: string }>(
    database,
    COMMENTS,
    [[...LEDGER_ROLES], LEDGER_ROLES.map((role) => names[role])],
  );
  const present = found.filter(({ comment, wanted }) => [wanted, null].includes(comment));
  const missing = Object.values(names).filter((name) => !present.some((it) => it.name === name));
  const known = await rowsOf<{ name: string }>(database, LOGINS, [logins.map(({ user }) => user)]);
  const members = await membersOf(database, Object.values(names));
  return [
    ...missing.map((name) => `make role ${name}`),
    ...logins.flatMap(({ user, roles, keepsRoles }) => {
      if (!known.some(({ name }) => name === user)) return [`make login ${user}`];
      const held = members.filter(({ member }) => member === user).map(({ role }) => role);
      const wanted = keepsRoles && held.length > 0 ? held : roles.map((role) => names[role]);
      return [
        ...(changedPasswordsOf.has(user) ? [`change the password of login ${user}`] : []),
        ...wanted.filter((role) => !held.includes(role)).map((role) => `give ${role} to ${user}`),
        ...held.filter((role) => !wanted.includes(role)).map((role) => `take ${role} from ${user}`),
      ];
    }),
  ];
}
