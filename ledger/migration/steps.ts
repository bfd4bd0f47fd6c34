import type { Knex } from 'knex';
import { grantFunctions, grantViews, type RoleNames } from '../roles/database-roles';
import { accessDiffers } from './access-standing';
import type { Plan } from './plan';
import { readMigration, readSql, type SqlFile } from './sql-files';
import { type Constraint, FUNCTIONS_HASH, VIEWS_HASH } from './standing';
import { THIS_VERSION } from './version';

/** The schema, and the list of its migrations. */
export async function beginSchema(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw(`CREATE SCHEMA IF NOT EXISTS holdfast`);
  await transaction.raw(`CREATE TABLE IF NOT EXISTS holdfast.schema_migrations (
    name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`);
  // What earlier versions have applied has its functions.
  await transaction.raw(`ALTER TABLE holdfast.schema_migrations
    ADD COLUMN IF NOT EXISTS switched_at timestamptz DEFAULT clock_timestamp()`);
}

export async function changeTables(transaction: Knex.Transaction, name: string): Promise<void> {
  await runAll(transaction, readMigration(name).tables);
  await transaction.raw(
    'INSERT INTO holdfast.schema_migrations (name, switched_at) VALUES (?, NULL)',
    [name],
  );
}

/**
 * Waits for the operations that have begun, and holds others up. Each takes its account's lock first,
 * so none waits for a table of a step that waits for it, and none has functions of two versions.
 */
export async function untilOperationsEnd(transaction: Knex.Transaction): Promise<void> {
  await transaction.raw('LOCK TABLE holdfast.accounts IN EXCLUSIVE MODE');
}

/** Replaces functions, with what only these go on with. */
export async function switchFunctions(
  transaction: Knex.Transaction,
  { switches, functions }: Plan,
  names: RoleNames,
): Promise<void> {
  for (const name of switches) await runAll(transaction, readMigration(name).switches);
  // Functions call each other in any order: their bodies are resolved when they are called.
  await transaction.raw('SET LOCAL check_function_bodies = off');
  await runAll(transaction, functions.map(({ text }) => text).join('\n'));
  // A function that is replaced keeps its rights.
  if (await accessDiffers(transaction, names)) await grantFunctions(transaction, names);
  await transaction.raw(
    `UPDATE holdfast.schema_migrations SET switched_at = clock_timestamp()
     WHERE switched_at IS NULL`,
  );
  await keepSources(transaction, functions);
  await transaction.raw('SET LOCAL search_path = pg_catalog');
  await transaction.raw(
    `UPDATE holdfast.schema_standing SET functions_hash = (${FUNCTIONS_HASH}), replaced_by = ?`,
    [THIS_VERSION],
  );
  await transaction.raw('SET LOCAL search_path = DEFAULT');
}

export async function replaceViews(
  transaction: Knex.Transaction,
  views: readonly SqlFile[],
): Promise<void> {
  await runAll(transaction, views.map(({ text }) => text).join('\n'));
  await keepSources(transaction, views);
  await transaction.raw('SET LOCAL search_path = pg_catalog');
  await transaction.raw(`UPDATE holdfast.schema_standing SET views_hash = (${VIEWS_HASH})`);
  await transaction.raw('SET LOCAL search_path = DEFAULT');
}

/** Reads the table while it is written. */
export async function checkConstraint(
  transaction: Knex.Transaction,
  { table, name }: Constraint,
): Promise<void> {
  await transaction.raw(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`);
}

/** Grants each role what `access.ts` says, after everything has been taken back. */
export async function setAccess(transaction: Knex.Transaction, names: RoleNames): Promise<void> {
  await transaction.raw(readSql('roles.sql'));
  await grantFunctions(transaction, names);
  await grantViews(transaction, names);
}

async function keepSources(
  transaction: Knex.Transaction,
  files: readonly SqlFile[],
): Promise<void> {
  if (files.length === 0) return;
  await transaction.raw(
    `INSERT INTO holdfast.schema_sources (path, hash)
     SELECT path, hash FROM unnest(?::text[], ?::text[]) AS given (path, hash)
     ON CONFLICT (path) DO UPDATE SET hash = excluded.hash`,
    [files.map(({ path }) => path), files.map(({ hash }) => hash)],
  );
}

async function runAll(transaction: Knex.Transaction, statements: string): Promise<void> {
  if (statements.trim() !== '') await transaction.raw(statements);
}
