import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { Connection, Client as TemporalClient } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Client } from 'pg';
import { forgetLedger } from '../../client/ledger-record';
import { migrate } from '../../ledger/migrate';
import { startEngine, startLedgerServer } from '../../scripts/stack/stack';
import { type Login, publishTestServers, withDatabase } from './test-servers';
import { type JestRun, prepareTimeSkipping } from './time-skipping-setup';

const log = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/**
 * All ledgers of all runs count as one: they share a namespace, also where the environment names a
 * Temporal that keeps it.
 */
const LEDGER_ID = '7e57ed00-0000-4000-8000-000000000000';

const cleanUps: (() => Promise<void>)[] = [];

async function administer(adminUrl: string, statements: string[]): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function login(user: string): Login {
  return { user, password: randomBytes(12).toString('hex') };
}

/**
 * Drops what this run made on a server that the environment names, because that is not the run's
 * own.
 */
async function dropRun(adminUrl: string, template: string, logins: Login[]): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT datname FROM pg_database WHERE datname LIKE $1', [
      `${template}%`,
    ]);
    for (const { datname } of rows) await client.query(`DROP DATABASE "${datname}" WITH (FORCE)`);
    for (const { user } of logins) await client.query(`DROP ROLE IF EXISTS ${user}`);
  } finally {
    await client.end();
  }
}

async function prepareLedger() {
  const server = await startLedgerServer({ log, preferMemory: true });
  cleanUps.push(server.stop);
  const adminUrl = server.value.migrationUrl;
  const run = randomBytes(4).toString('hex');
  const template = `holdfast_test_${run}`;
  const serving = login(`holdfast_app_${run}`);
  const testClock = login(`holdfast_clock_${run}`);
  if (process.env.DATABASE_URL)
    cleanUps.unshift(() => dropRun(adminUrl, template, [serving, testClock]));
  await administer(adminUrl, [`CREATE DATABASE ${template}`]);
  const migrationUrl = withDatabase(adminUrl, template);
  await migrate({ migrationUrl, servingUrl: withDatabase(adminUrl, template, serving) });
  await administer(migrationUrl, [
    `UPDATE holdfast.ledger_identity SET ledger_id = '${LEDGER_ID}'`,
    `CREATE ROLE ${testClock.user} LOGIN PASSWORD '${testClock.password}' IN ROLE holdfast_test`,
  ]);
  return { adminUrl, template, serving, testClock };
}

async function prepareTemporal() {
  const server = await startEngine({ log });
  cleanUps.push(server.stop);
  const { connectionOptions, namespace } = loadClientConnectConfig();
  if (connectionOptions.address) cleanUps.unshift(() => giveNamespaceBack());
  return server.value.temporal;

  /** On a server that the environment names, whose namespace is not the run's own. */
  async function giveNamespaceBack(): Promise<void> {
    const connection = await Connection.connect(connectionOptions);
    await forgetLedger(new TemporalClient({ connection, namespace }));
    await connection.close();
  }
}

/**
 * The path of a script's bundle. The script makes a new one after a change, in about two seconds.
 */
async function bundledBy(script: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    path.join(__dirname, '..', '..', 'scripts', 'bundles', script),
  ]);
  return stdout.trim();
}

export async function stopTestServers(): Promise<void> {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
}

/**
 * Starts one Postgres with a migrated template and one Temporal, and makes one bundle of each kind,
 * for the whole run.
 */
export default async function globalSetup(run: JestRun): Promise<void> {
  const searched = prepareTimeSkipping(run, log);
  const bundles = Promise.all([bundledBy('workflows.js'), bundledBy('element.js')]);
  const parts = await Promise.allSettled([prepareLedger(), prepareTemporal(), bundles]);
  const timeSkipping = await searched;
  const [ledger, temporal, bundled] = parts;
  if (
    ledger.status === 'rejected' ||
    temporal.status === 'rejected' ||
    bundled.status === 'rejected'
  ) {
    await stopTestServers();
    throw parts.find((part) => part.status === 'rejected')?.reason;
  }
  const [workflowBundlePath, elementFolder] = bundled.value;
  const servers = { ...ledger.value, temporal: temporal.value, timeSkipping };
  publishTestServers({ ...servers, workflowBundlePath, elementFolder });
}
