import type { Knex } from 'knex';
import { identifier, rowsOf } from './administration';
import type { RoleNames } from './database-roles';

interface Standing {
  name: string;
  /** Whether the migrating role owns the database. */
  owned: boolean;
  /** Whether every login of the cluster may connect. */
  open: boolean;
  /** Whether the roles may connect. */
  reached: boolean;
  /** Whether it holds what isn't Holdfast's. */
  shared: boolean;
}

const STANDING = `
  SELECT d.datname AS name,
    pg_has_role(d.datdba, 'USAGE') AS owned,
    has_database_privilege('public', d.oid, 'CONNECT')
      OR has_database_privilege('public', d.oid, 'TEMPORARY') AS open,
    (
      SELECT bool_and(r.oid IS NOT NULL AND has_database_privilege(r.oid, d.oid, 'CONNECT'))
      FROM unnest(?::text[]) AS role
      LEFT JOIN pg_roles AS r ON r.rolname = role
    ) AS reached,
    EXISTS (
      SELECT FROM pg_class AS c
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'f', 'm')
        AND n.nspname !~ '^pg_'
        AND n.nspname NOT IN ('information_schema', 'holdfast')
    ) AS shared
  FROM pg_database AS d
  WHERE d.datname = current_database()`;

/** Whether `restrictConnections` would change anything. Reads only. */
export async function connectionsDiffer(database: Knex, names: RoleNames): Promise<boolean> {
  const { owned, open, reached, shared } = await readConnections(database, names);
  return owned && (!reached || (open && !shared));
}

/**
 * Lets the roles connect, and then no other login of the cluster, if the database is the
 * migrating role's and holds nothing but Holdfast: a product's own logins must not be locked out.
 *
 * @returns what the operator has to know, a line each
 */
export async function restrictConnections(database: Knex, names: RoleNames): Promise<string[]> {
  const { name, owned, open, reached, shared } = await readConnections(database, names);
  const roles = Object.values(names);
  const connected = identifier(name);
  const revoke = `REVOKE CONNECT, TEMPORARY ON DATABASE ${connected} FROM PUBLIC`;
  const grant = `GRANT CONNECT ON DATABASE ${connected} TO ${roles.map(identifier).join(', ')}`;
  if (owned && !reached) await database.raw(grant);
  else if (!reached)
    return [`The roles may not connect to ${connected} yet. Its owner runs: ${grant}`];
  if (!open) return [];
  if (owned && !shared) {
    // While every login may connect, that the roles may says nothing.
    await database.raw(grant);
    await database.raw(revoke);
    return [`Only Holdfast's roles, and roles that you grant CONNECT, connect to ${connected} now`];
  }
  const why = shared ? 'it holds more than Holdfast' : 'another role owns it';
  return [
    `Every login of this Postgres may connect to ${connected}, because ${why}. To change that: ${grant}; ${revoke}`,
  ];
}

async function readConnections(database: Knex, names: RoleNames): Promise<Standing> {
  const [standing] = await rowsOf<Standing>(database, STANDING, [Object.values(names)]);
  return standing as Standing;
}
