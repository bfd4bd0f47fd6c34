import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { migrate } from '../ledger/migrate';

export interface BenchDatabase {
  ledgerUrl: string;
  ownerUrl: string;
  /** Runs a statement as the database's owner, for what the ledger's login may not do. */
  execute(statement: string): Promise<void>;
  /** The processes of the sessions of the ledger's login. */
  sessions(): Promise<number[]>;
  /** The server's settings that the figures depend on. */
  settings: Record<string, string>;
  drop(): Promise<void>;
}

interface Urls {
  databaseUrl: string;
  migrationUrl: string;
}

const SETTINGS = [
  'server_version',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'shared_buffers',
];

/**
 * Makes a migrated ledger in a database of its own, so that a shared server keeps no trace of a
 * benchmark.
 */
export async function createBenchDatabase({
  databaseUrl,
  migrationUrl,
}: Urls): Promise<BenchDatabase> {
  const name = `holdfast_bench_${randomBytes(4).toString('hex')}`;
  await executeOn(migrationUrl, `CREATE DATABASE ${name}`);
  const drop = () => executeOn(migrationUrl, `DROP DATABASE ${name} WITH (FORCE)`);
  const ownerUrl = inDatabase(migrationUrl, name);
  const ledgerUrl = inDatabase(databaseUrl, name);
  try {
    await migrate({ migrationUrl: ownerUrl, servingUrl: ledgerUrl });
    const settings = await readSettings(ownerUrl);
    const execute = (statement: string) => executeOn(ownerUrl, statement);
    const sessions = () => readSessions(ownerUrl, new URL(ledgerUrl).username);
    return { ledgerUrl, ownerUrl, execute, sessions, settings, drop };
  } catch (error) {
    await drop();
    throw error;
  }
}

function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

async function executeOn(url: string, statement: string): Promise<void> {
  await withClient(url, (client) => client.query(statement));
}

function readSettings(url: string): Promise<Record<string, string>> {
  return withClient(url, async (client) => {
    const text = 'SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name';
    const { rows } = await client.query<{ name: string; value: string }>(text, [SETTINGS]);
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  });
}

function readSessions(url: string, login: string): Promise<number[]> {
  return withClient(url, async (client) => {
    const text =
      'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = $1';
    const { rows } = await client.query<{ pid: number }>(text, [login]);
    return rows.map(({ pid }) => pid);
  });
}

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
