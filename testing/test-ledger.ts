import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { CatalogVersion } from '../contract/catalog';
import { migrate } from '../ledger/migrate';

export interface TestLedgerOptions {
  /** Of a database on the server, whose login may create databases and roles. */
  databaseUrl: string;
  /** Its versions of plans, packs and prices; the built-in ones by default. */
  catalog?: CatalogVersion[];
}

export interface TestLedger {
  /** The login that migrated it: for SQL that no process of yours may run. */
  ownerUrl: string;
  /** The DATABASE_URL of your processes. */
  databaseUrl: string;
  /** Drops the database, with its logins and roles. */
  drop(): Promise<void>;
}

/**
 * All of them count as one ledger: a Temporal namespace, which knows whose it is, can then have
 * several tests at once.
 */
const LEDGER_ID = '7e57ed00-0000-4000-8000-000000000000';

/** The roles of the database have its name in a comment. */
const ROLES = `
  SELECT rolname FROM pg_roles
  WHERE rolname = $1 OR shobj_description(oid, 'pg_authid') LIKE 'Holdfast: % of database ' || $1`;

/**
 * A new migrated ledger in a database of its own, in about two seconds.
 *
 * @throws HoldfastError as `migrate` does; errors of `pg` where the login may not do it
 */
export async function createTestLedger({
  databaseUrl: adminUrl,
  catalog,
}: TestLedgerOptions): Promise<TestLedger> {
  const name = `holdfast_testing_${randomBytes(6).toString('hex')}`;
  const ownerUrl = withDatabase(adminUrl, name);
  const databaseUrl = withDatabase(adminUrl, name, { user: name, password: name });
  const drop = () =>
    withClient(adminUrl, async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      const { rows } = await client.query<{ rolname: string }>(ROLES, [name]);
      for (const { rolname } of rows) await client.query(`DROP ROLE "${rolname}"`);
    });
  await withClient(adminUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  try {
    await migrate({ migrationUrl: ownerUrl, servingUrl: databaseUrl, catalog });
    await withClient(ownerUrl, async (client) => {
      await client.query('UPDATE holdfast.ledger_identity SET ledger_id = $1', [LEDGER_ID]);
      // Else each would be taken for a copy of another, and closed.
      await client.query('DELETE FROM holdfast.ledger_watermark');
    });
    return { ownerUrl, databaseUrl, drop };
  } catch (error) {
    await drop();
    throw error;
  }
}

function withDatabase(url: string, name: string, login?: { user: string; password: string }) {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  if (login) Object.assign(changed, { username: login.user, password: login.password });
  return changed.href;
}

async function withClient(url: string, use: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
