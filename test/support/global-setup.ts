import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { Connection, Client as TemporalClient } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Client } from 'pg';
import { forgetLedger } from '../../client/ledger-record';
import { LEDGER_ROLES, type LedgerRole } from '../../ledger/access';
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

function byRole<Of>(make: (role: LedgerRole) => Of): Record<LedgerRole, Of> {
  return Object.fromEntries(LEDGER_ROLES.map((role) => [role, make(role)])) as Record<
    LedgerRole,
    Of
  >;
}

function login(user: string): Login {
  return { user, password: randomBytes(12).toString('hex') };
}

/** The logins have the run's name too, and the comments of the databases' roles theirs. */
const ROLES_OF_RUN = `
  SELECT rolname FROM pg_roles
  WHERE rolname LIKE replace($1, 'holdfast_test_', 'holdfast_%_')
    OR shobj_description(oid, 'pg_authid') LIKE 'Holdfast: % of database ' || $1 || '%'`;

/**
 * Drops what this run made on a server that the environment names, because that is not the run's
 * own.
 */
async function dropRun(adminUrl: string, template: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT datname FROM pg_database WHERE datname LIKE $1', [
      `${template}%`,
    ]);
    for (const { datname } of rows) await client.query(`DROP DATABASE "${datname}" WITH (FORCE)`);
    for (const { rolname } of (await client.query(ROLES_OF_RUN, [template])).rows)
      await client.query(`DROP ROLE "${rolname}"`);
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
  const logins = byRole((role) => login(`holdfast_${role}_${run}`));
  const testClock = login(`holdfast_clock_${run}`);
  if (process.env.DATABASE_URL) cleanUps.unshift(() => dropRun(adminUrl, template));
  await administer(adminUrl, [`CREATE DATABASE ${template}`]);
  const migrationUrl = withDatabase(adminUrl, template);
  const loginUrls = byRole((role) => withDatabase(adminUrl, template, logins[role]));
  await migrate({ migrationUrl, servingUrl: withDatabase(adminUrl, template, serving) });
  await migrate({ migrationUrl, loginUrls });
  await administer(migrationUrl, [
    `CREATE ROLE ${testClock.user} LOGIN PASSWORD '${testClock.password}'`,
    `GRANT USAGE ON SCHEMA holdfast TO ${testClock.user}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON holdfast.test_clock TO ${testClock.user}`,
    `UPDATE holdfast.ledger_identity SET ledger_id = '${LEDGER_ID}'`,
    // Copies of one ledger in one namespace: each would close the others.
    'DELETE FROM holdfast.ledger_watermark',
  ]);
  return { adminUrl, template, serving, logins, testClock };
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
