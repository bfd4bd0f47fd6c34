import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { migrate } from '../../ledger/migrate';
import type { TestDatabase } from '../support/database';
import { testServers, withDatabase } from '../support/test-servers';
import { dumpOf } from './fixtures';

/** The roles that a dump refers to. They belong to the cluster, so no dump creates them. */
const ROLES_OF_DUMPS = ['holdfast_worker', 'holdfast_test'];

/** A database per version that copies are made of: restoring and migrating takes a second. */
const migrated = new Map<string, Promise<{ name: string; database: TestDatabase }>>();

afterAll(async () => {
  for (const { database } of await Promise.all(migrated.values())) await database.drop();
  migrated.clear();
});

/** A new database with the version's dump, before any migration. */
export async function restoreDump(version: string): Promise<TestDatabase> {
  return restoreDumpInto(newName(), version);
}

async function restoreDumpInto(name: string, version: string): Promise<TestDatabase> {
  const { adminUrl } = testServers();
  const database = urlsOf(name);
  await run(adminUrl, [`CREATE DATABASE ${name}`, ...ROLES_OF_DUMPS.map(createRole)]);
  await run(database.ownerUrl, [dumpOf(version)]);
  return database;
}

/** A new database with the version's dump, migrated to this version. */
export async function restoreMigrated(version: string): Promise<TestDatabase> {
  const original = migrated.get(version) ?? migratedInto(newName(), version);
  migrated.set(version, original);
  const name = newName();
  const from = (await original).name;
  await run(testServers().adminUrl, [
    `CREATE DATABASE ${name} TEMPLATE ${from} STRATEGY file_copy`,
  ]);
  return urlsOf(name);
}

async function migratedInto(name: string, version: string) {
  const database = await restoreDumpInto(name, version);
  await migrateHere(database);
  return { name, database };
}

export async function migrateHere({ ownerUrl, ledgerUrl }: TestDatabase): Promise<string[]> {
  const applied: string[] = [];
  await migrate({
    migrationUrl: ownerUrl,
    servingUrl: ledgerUrl,
    log: (line) => applied.push(line),
  });
  return applied;
}

/** Runs SQL as the database's owner. */
export async function ask<Row extends object>(
  { ownerUrl }: TestDatabase,
  text: string,
  values?: unknown[],
): Promise<Row[]> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Sets the ledger's clock forward. It stands still in a dump. */
export async function advanceClock(database: TestDatabase, ms: number): Promise<void> {
  await ask(
    database,
    "UPDATE holdfast.test_clock SET set_to = set_to + $1 * interval '1 millisecond'",
    [ms],
  );
}

function urlsOf(name: string): TestDatabase {
  const { adminUrl, serving, testClock } = testServers();
  // Version 0.1 had one login for all of its processes.
  const ledgerUrl = withDatabase(adminUrl, name, serving);
  return {
    ...{ ledgerUrl, webUrl: ledgerUrl, workerUrl: ledgerUrl, operatorUrl: ledgerUrl },
    ownerUrl: withDatabase(adminUrl, name),
    testClockUrl: withDatabase(adminUrl, name, testClock),
    drop: () => run(adminUrl, [`DROP DATABASE ${name} WITH (FORCE)`]),
  };
}

function newName(): string {
  return `${testServers().template}_${randomBytes(4).toString('hex')}`;
}

function createRole(role: string): string {
  return `DO $$ BEGIN CREATE ROLE ${role} NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`;
}

async function run(url: string, statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
