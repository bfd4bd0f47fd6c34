import type { Knex } from 'knex';
import { rowsOf } from '../roles/administration';

/** What a schema is made of: what a migration has to know before it changes anything. */
export interface Standing {
  /** False for a database without a ledger. */
  exists: boolean;
  /** Whether its list of migrations says which of them wait for their functions. */
  listsSwitches: boolean;
  tables: string[];
  /** The migrations whose tables are there. */
  applied: string[];
  /** Those of them that still wait for their functions. */
  unswitched: string[];
  /** The valid indexes. */
  indexes: string[];
  /** The hash of the file that each function and view was made from, by its path. */
  sources: Map<string, string>;
  /** The version that replaced functions last; empty if none is recorded. */
  replacedBy: string;
  /** Whether functions, and views, stand as they were left. */
  functionsAsLeft: boolean;
  viewsAsLeft: boolean;
  /** Constraints that don't hold for earlier rows yet, as far as is known. */
  unchecked: Constraint[];
  /** CHECKs of tables whose rules a trigger keeps: they have nothing left to do. */
  replaced: Constraint[];
}

export interface Constraint {
  table: string;
  name: string;
}

const SCHEMA = "(SELECT oid FROM pg_namespace WHERE nspname = 'holdfast')";

/** md5 of all functions as they stand. */
export const FUNCTIONS_HASH = `
  SELECT md5(coalesce(
    string_agg(md5(pg_get_functiondef(p.oid)), '' ORDER BY p.oid::regprocedure::text), ''))
  FROM pg_proc AS p
  WHERE p.pronamespace = ${SCHEMA} AND p.prokind IN ('f', 'p')`;

export const VIEWS_HASH = `
  SELECT md5(coalesce(
    string_agg(c.relname || md5(pg_get_viewdef(c.oid)), '' ORDER BY c.relname::text), ''))
  FROM pg_class AS c
  WHERE c.relnamespace = ${SCHEMA} AND c.relkind = 'v'`;

const TABLES = `
  SELECT relname AS name FROM pg_class WHERE relnamespace = ${SCHEMA} AND relkind = 'r'`;

const HAS_SWITCHES = `
  SELECT FROM pg_attribute
  WHERE attrelid = to_regclass('holdfast.schema_migrations') AND attname = 'switched_at'`;

const INDEXES = `
  SELECT c.relname AS name
  FROM pg_index AS i
  JOIN pg_class AS c ON c.oid = i.indexrelid
  WHERE c.relnamespace = ${SCHEMA} AND i.indisvalid`;

const UNCHECKED = `
  SELECT c.conrelid::regclass::text AS table, c.conname AS name
  FROM pg_constraint AS c
  WHERE c.connamespace = ${SCHEMA} AND NOT c.convalidated
  ORDER BY 1, 2`;

const REPLACED = `
  SELECT c.conrelid::regclass::text AS table, c.conname AS name
  FROM pg_constraint AS c
  JOIN pg_trigger AS t ON t.tgrelid = c.conrelid
  JOIN pg_proc AS p ON p.oid = t.tgfoid
  WHERE c.connamespace = ${SCHEMA}
    AND c.contype = 'c'
    AND p.pronamespace = ${SCHEMA}
    AND p.proname = 'keep_rules'
  ORDER BY 1, 2`;

const LEFT = `
  SELECT s.replaced_by AS "replacedBy",
    s.functions_hash = (${FUNCTIONS_HASH}) AS "functionsAsLeft",
    s.views_hash = (${VIEWS_HASH}) AS "viewsAsLeft"
  FROM holdfast.schema_standing AS s`;

const SOURCES = 'SELECT path, hash FROM holdfast.schema_sources';

interface Left {
  replacedBy: string;
  functionsAsLeft: boolean;
  viewsAsLeft: boolean;
}

const NOTHING_LEFT: Left = { replacedBy: '', functionsAsLeft: false, viewsAsLeft: false };

/** Reads only. Postgres prints types by the search path, which logins may have set. */
export function readStanding(database: Knex): Promise<Standing> {
  return database.transaction(async (transaction) => {
    await transaction.raw('SET LOCAL search_path = pg_catalog');
    const tables = await namesOf(transaction, TABLES);
    const isRecorded = tables.includes('schema_standing');
    const listsSwitches = (await rowsOf(transaction, HAS_SWITCHES)).length > 0;
    const migrations = tables.includes('schema_migrations')
      ? await readMigrations(transaction, listsSwitches)
      : [];
    const sources = isRecorded
      ? await rowsOf<{ path: string; hash: string }>(transaction, SOURCES)
      : [];
    const [left] = isRecorded ? await rowsOf<Left>(transaction, LEFT) : [];
    const standing = {
      exists: migrations.length > 0,
      listsSwitches,
      tables,
      applied: migrations.map(({ name }) => name),
      unswitched: migrations.filter(({ switched }) => !switched).map(({ name }) => name),
      indexes: await namesOf(transaction, INDEXES),
      sources: new Map(sources.map(({ path, hash }) => [path, hash])),
      ...(left ?? NOTHING_LEFT),
      unchecked: await rowsOf<Constraint>(transaction, UNCHECKED),
      replaced: await rowsOf<Constraint>(transaction, REPLACED),
    };
    await transaction.raw('SET LOCAL search_path = DEFAULT');
    return standing;
  });
}

/** Earlier versions applied each migration with its functions, and had no column for that. */
async function readMigrations(
  transaction: Knex.Transaction,
  listsSwitches: boolean,
): Promise<{ name: string; switched: boolean }[]> {
  const switched = listsSwitches ? 'switched_at IS NOT NULL' : 'true';
  return rowsOf(
    transaction,
    `SELECT name, ${switched} AS switched FROM holdfast.schema_migrations ORDER BY name`,
  );
}

async function namesOf(transaction: Knex.Transaction, statement: string): Promise<string[]> {
  return (await rowsOf<{ name: string }>(transaction, statement)).map(({ name }) => name);
}
