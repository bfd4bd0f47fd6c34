import type { Knex } from 'knex';
import { LEDGER_ROLES, signaturesFor, viewsFor } from '../access';
import { rowsOf } from '../roles/administration';
import type { RoleNames } from '../roles/database-roles';

/**
 * Whether a right in the schema is missing, or belongs to a role that `access.ts` doesn't name. A
 * function without a list of rights may be called by PUBLIC, whose number is 0.
 */
const DIFFERS = `
  WITH schema AS (SELECT oid, nspacl, nspowner FROM pg_namespace WHERE nspname = 'holdfast'),
  owned (kind, object, acl, owner) AS (
    SELECT 'schema', oid, nspacl, nspowner FROM schema
    UNION ALL
    SELECT 'relation', c.oid, c.relacl, c.relowner
    FROM pg_class AS c
    JOIN schema AS s ON s.oid = c.relnamespace
    UNION ALL
    SELECT 'relation', c.oid, a.attacl, c.relowner
    FROM pg_class AS c
    JOIN schema AS s ON s.oid = c.relnamespace
    JOIN pg_attribute AS a ON a.attrelid = c.oid
    UNION ALL
    SELECT 'function', p.oid, coalesce(p.proacl, acldefault('f', p.proowner)), p.proowner
    FROM pg_proc AS p
    JOIN schema AS s ON s.oid = p.pronamespace
  ), held AS (
    SELECT o.kind, o.object::oid, g.grantee, g.privilege_type, g.is_grantable
    FROM owned AS o
    CROSS JOIN LATERAL aclexplode(o.acl) AS g
    WHERE g.grantee <> o.owner
  ), wanted AS (
    SELECT w.kind,
      CASE w.kind
        WHEN 'schema' THEN (SELECT oid FROM schema)
        WHEN 'relation' THEN to_regclass(w.object)::oid
        ELSE to_regprocedure(w.object)::oid
      END,
      r.oid, w.privilege, false
    FROM unnest(?::text[], ?::text[], ?::text[], ?::text[]) AS w (kind, object, role, privilege)
    LEFT JOIN pg_roles AS r ON r.rolname = w.role
  )
  SELECT EXISTS (
    (SELECT * FROM held EXCEPT SELECT * FROM wanted)
    UNION ALL
    (SELECT * FROM wanted EXCEPT SELECT * FROM held)
  ) AS differs`;

type Right = [kind: string, object: string, role: string, privilege: string];

/** Whether the roles' rights are not those that `access.ts` says. Reads only. */
export async function accessDiffers(database: Knex, names: RoleNames): Promise<boolean> {
  const rights = LEDGER_ROLES.flatMap((role): Right[] => [
    ['schema', 'holdfast', names[role], 'USAGE'],
    ...viewsFor(role).map((view): Right => {
      return ['relation', `holdfast.${view}`, names[role], 'SELECT'];
    }),
    ...signaturesFor(role).map((signature): Right => {
      return ['function', `holdfast.${typesOnly(signature)}`, names[role], 'EXECUTE'];
    }),
  ]);
  const columns = [0, 1, 2, 3].map((column) => rights.map((right) => right[column] as string));
  const [found] = await rowsOf<{ differs: boolean }>(database, DIFFERS, columns);
  return found?.differs !== false;
}

/** `name(p_parameter type, …)` as `name(type, …)`. */
function typesOnly(signature: string): string {
  return signature.replaceAll(/\bp_\w+ /g, '');
}
