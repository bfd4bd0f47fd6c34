import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { startPostgres } from '../../../scripts/stack/postgres';
import { testServers, withDatabase } from '../../support/test-servers';

/** Debian's oldest Postgres that Holdfast runs on; other machines may not have it. */
const DEBIAN_15 = '/usr/lib/postgresql/15';

/** A Postgres server, as its superuser. */
export interface Cluster {
  adminUrl: string;
  stop(): Promise<void>;
}

/** The servers that are here: the run's own, and the oldest one that Debian has. */
export const CLUSTERS: [name: string, open: () => Promise<Cluster>][] = [
  ['the run’s Postgres', async () => ({ adminUrl: testServers().adminUrl, stop: async () => {} })],
];
if (existsSync(DEBIAN_15)) {
  CLUSTERS.push([
    'PostgreSQL 15',
    async () => {
      const { migrationUrl, stop } = await startPostgres({ programs: DEBIAN_15 });
      return { adminUrl: migrationUrl, stop };
    },
  ]);
}

/** Runs statements one by one, and returns the rows of the last one. */
export async function runOn<Row extends object>(
  url: string,
  ...statements: string[]
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Row[] = [];
    for (const statement of statements) ({ rows } = await client.query<Row>(statement));
    return rows;
  } finally {
    await client.end();
  }
}

/** The URL of a login on a database of the cluster. */
export function loginUrl(
  { adminUrl }: Cluster,
  database: string,
  user: string,
  password = 'secret',
): string {
  return withDatabase(adminUrl, database, { user, password });
}
