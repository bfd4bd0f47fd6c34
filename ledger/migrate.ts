import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { builtInCatalog } from '../catalog/catalog';
import type { CatalogVersion } from '../contract/catalog';
import { HoldfastError } from '../contract/errors';
import { applyCatalogIn } from './apply-catalog';
import { openDatabase } from './connection/database';
import { translateError } from './connection/errors';

export interface MigrateOptions {
  /** The connection of a role that may create schemas and roles. */
  migrationUrl: string;
  /**
   * The connection of the serving processes. Its user is created if need be, and may then serve.
   */
  servingUrl?: string;
  /**
   * The catalog of an empty ledger, the built-in one by default. A ledger with a catalog keeps it.
   */
  catalog?: CatalogVersion[];
  /** Is told of each migration that is applied. */
  log?: (line: string) => void;
}

const SQL_FOLDER = join(__dirname, 'sql');

/** Every Holdfast takes the same number. */
const ADVISORY_LOCK = 4_653_478_465;

/**
 * Brings the schema up to date: new migrations, then functions, views and roles as the SQL files
 * have them now, then a catalog if there is none. One transaction under one advisory lock:
 * concurrent calls wait for each other.
 *
 * @throws HoldfastError LEDGER_UNAVAILABLE, LEDGER_NEWER, and what `applyCatalog` throws
 */
export async function migrate({
  migrationUrl,
  servingUrl,
  catalog = builtInCatalog(),
  log = () => {},
}: MigrateOptions): Promise<void> {
  const database = openDatabase(migrationUrl, 1);
  try {
    await database.transaction(async (transaction) => {
      await transaction.raw('SELECT pg_advisory_xact_lock(?)', [ADVISORY_LOCK]);
      await transaction.raw('CREATE SCHEMA IF NOT EXISTS holdfast');
      await applyMigrations(transaction, log);
      // Functions call each other in any order: their bodies are resolved when they are called.
      await transaction.raw('SET LOCAL check_function_bodies = off');
      for (const folder of ['functions', 'views']) {
        for (const file of sqlFiles(folder)) await transaction.raw(readSql(folder, file));
      }
      await transaction.raw(readSql('roles.sql'));
      if (servingUrl) await grantServing(transaction, migrationUrl, servingUrl);
      await applyFirstCatalog(transaction, catalog);
    });
  } catch (error) {
    throw translateError(error);
  } finally {
    await database.destroy();
  }
}

async function applyMigrations(
  transaction: Knex.Transaction,
  log: (line: string) => void,
): Promise<void> {
  await transaction.raw(`CREATE TABLE IF NOT EXISTS holdfast.schema_migrations (
    name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`);
  const applied = new Set<string>(await transaction('holdfast.schema_migrations').pluck('name'));
  const known = sqlFiles('migrations');
  refuseNewer([...applied].filter((file) => !known.includes(file)));
  for (const file of known) {
    if (applied.has(file)) continue;
    log(`Applying migration ${file}`);
    await transaction.raw(readSql('migrations', file));
    await transaction('holdfast.schema_migrations').insert({ name: file });
  }
}

/** Older functions on newer tables would take rules back that the newer version has promised. */
function refuseNewer(unknown: string[]): void {
  if (unknown.length === 0) return;
  throw new HoldfastError(
    'LEDGER_NEWER',
    `A newer Holdfast has migrated this ledger (${unknown.join(', ')}). Nothing was changed: migrate with that version. Workers of this one may go on.`,
    { migrations: unknown },
  );
}

async function grantServing(
  transaction: Knex.Transaction,
  migrationUrl: string,
  servingUrl: string,
): Promise<void> {
  const serving = new URL(servingUrl);
  const user = decodeURIComponent(serving.username);
  if (!user || user === decodeURIComponent(new URL(migrationUrl).username)) return;
  const settings =
    "SELECT set_config('holdfast.serving_user', ?, true), set_config('holdfast.serving_password', ?, true)";
  await transaction.raw(settings, [user, decodeURIComponent(serving.password)]);
  await transaction.raw(readSql('serving-role.sql'));
}

async function applyFirstCatalog(
  transaction: Knex.Transaction,
  catalog: CatalogVersion[],
): Promise<void> {
  const present = await transaction('holdfast.catalog_versions').first('version');
  if (!present) await applyCatalogIn(transaction, catalog);
}

/** The SQL files of the folder and its subfolders, in the order of their paths. */
function sqlFiles(folder: string): string[] {
  return readdirSync(join(SQL_FOLDER, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sql'))
    .sort();
}

function readSql(...path: string[]): string {
  return readFileSync(join(SQL_FOLDER, ...path), 'utf8');
}
