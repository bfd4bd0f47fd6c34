import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { builtInCatalog } from '../catalog/catalog';
import type { CatalogVersion } from '../contract/catalog';
import { HoldfastError } from '../contract/errors';
import { applyCatalogIn } from './apply-catalog';
import { openDatabase } from './connection/database';
import { translateError } from './connection/errors';
import { restrictConnections } from './roles/database-access';
import { ensureRoles, grantAccess, otherMembers } from './roles/database-roles';
import { changedPasswords, ensureLogins, type LoginUrls, loginsOf } from './roles/logins';

/** `migrationUrl` is the connection of a role that may create schemas and roles. */
export interface MigrateOptions extends LoginUrls {
  /**
   * The catalog of an empty ledger, the built-in one by default. A ledger with a catalog keeps it.
   */
  catalog?: CatalogVersion[];
  /** Is told of each migration that is applied. */
  log?: (line: string) => void;
  /** Is told what has become of logins, and what an operator has to know of them. */
  note?: (line: string) => void;
}

const SQL_FOLDER = join(__dirname, 'sql');

const ACCOUNTS_AT_ONCE = 200;

/** Every Holdfast takes the same number. */
const ADVISORY_LOCK = 4_653_478_465;

/**
 * Brings the schema up to date: new migrations, then functions, views, roles and logins as this
 * version has them, then a catalog if there is none. One transaction under one advisory lock:
 * concurrent calls wait for each other. Texts of earlier versions move afterwards.
 *
 * @throws HoldfastError LEDGER_UNAVAILABLE, LEDGER_TLS_FAILED, DATABASE_UNSUITABLE,
 *   LEDGER_ACCESS_DENIED, LEDGER_NEWER, INVALID_ARGUMENT, and what `applyCatalog` throws
 */
export async function migrate({
  catalog = builtInCatalog(),
  log = () => {},
  note = () => {},
  ...urls
}: MigrateOptions): Promise<void> {
  const logins = loginsOf(urls);
  const database = openDatabase(urls.migrationUrl, 1);
  try {
    await expectUtf8(database);
    const passwords = await changedPasswords(database, urls.migrationUrl, logins);
    const notes = await database.transaction(async (transaction) => {
      await transaction.raw('SELECT pg_advisory_xact_lock(?)', [ADVISORY_LOCK]);
      await transaction.raw('CREATE SCHEMA IF NOT EXISTS holdfast');
      const applied = await applyMigrations(transaction, log);
      // Functions call each other in any order: their bodies are resolved when they are called.
      await transaction.raw('SET LOCAL check_function_bodies = off');
      for (const folder of ['functions', 'views']) {
        for (const file of sqlFiles(folder)) await transaction.raw(readSql(folder, file));
      }
      const names = await ensureRoles(transaction);
      await transaction.raw(readSql('roles.sql'));
      await grantAccess(transaction, names);
      const changes = await ensureLogins(transaction, names, logins, passwords);
      const others = await otherMembers(transaction, names, logins);
      const restricted = await restrictConnections(transaction, names);
      await applyFirstCatalog(transaction, catalog);
      await recordMigration(transaction, applied);
      return [...changes, ...others, ...restricted];
    });
    await moveTexts(database);
    notes.forEach(note);
  } catch (error) {
    throw translateError(error);
  } finally {
    await database.destroy();
  }
}

/** Any text that is well-formed must be storable. */
async function expectUtf8(database: Knex): Promise<void> {
  const { rows } = await database.raw('SHOW server_encoding');
  const encoding: string = rows[0].server_encoding;
  if (encoding === 'UTF8') return;
  throw new HoldfastError(
    'DATABASE_UNSUITABLE',
    `The database has the encoding ${encoding}, and the ledger's texts need UTF8. Make another: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0. Nothing was changed.`,
    { encoding },
  );
}

/** The migrations of this version, in their order. */
export const knownMigrations = (): string[] => sqlFiles('migrations');

/** Returns the names of the migrations that were missing. */
async function applyMigrations(
  transaction: Knex.Transaction,
  log: (line: string) => void,
): Promise<string[]> {
  await transaction.raw(`CREATE TABLE IF NOT EXISTS holdfast.schema_migrations (
    name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`);
  const applied = new Set<string>(await transaction('holdfast.schema_migrations').pluck('name'));
  const known = knownMigrations();
  refuseNewer([...applied].filter((file) => !known.includes(file)));
  const missing = known.filter((file) => !applied.has(file));
  if (missing.length > 0 && applied.size > 0) await untilOperationsEnd(transaction);
  for (const file of missing) {
    log(`Applying migration ${file}`);
    await transaction.raw(readSql('migrations', file));
    await transaction('holdfast.schema_migrations').insert({ name: file });
  }
  return missing;
}

/**
 * Waits for the operations that have begun, and holds others up. Each takes its account's lock first,
 * so no operation waits for a table of the migrations that wait for it.
 */
async function untilOperationsEnd(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw('LOCK TABLE holdfast.accounts IN EXCLUSIVE MODE');
}

/**
 * Texts from before migration 0017, in transactions of their own, so that operations go on. A move
 * that was interrupted goes on with the next migration.
 */
async function moveTexts(database: Knex): Promise<void> {
  let more = true;
  while (more) {
    const { rows } = await database.raw('SELECT holdfast.move_texts(?) AS more', [
      ACCOUNTS_AT_ONCE,
    ]);
    more = rows[0].more;
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

async function applyFirstCatalog(
  transaction: Knex.Transaction,
  catalog: CatalogVersion[],
): Promise<void> {
  const present = await transaction('holdfast.catalog_versions').first('version');
  if (!present) await applyCatalogIn(transaction, catalog);
}

/** A migration is an operator's act. One that finds nothing to apply is none. */
async function recordMigration(transaction: Knex.Transaction, applied: string[]): Promise<void> {
  if (applied.length === 0) return;
  await transaction.raw(
    "SELECT holdfast.record_operator_act('*', 'migrate', ?::jsonb, NULL, NULL)",
    [JSON.stringify({ applied })],
  );
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
