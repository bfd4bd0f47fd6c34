import { Client } from 'pg';
import { checkingUrl } from '../connection/database-url';
import type { Index } from './sql-files';

const TOLD_EVERY_MS = 5_000;

const PROGRESS = `
  SELECT phase,
    round(100.0 * blocks_done / nullif(blocks_total, 0))::int AS percent
  FROM pg_stat_progress_create_index
  WHERE pid = $1`;

/**
 * Builds an index while its table is read and written. It waits for transactions that have begun,
 * and nothing waits for it. What an interrupted build has left is removed first.
 */
export async function buildIndex(
  migrationUrl: string,
  { name, statement }: Index,
  note: (line: string) => void,
): Promise<void> {
  const [builder, watcher] = [await connect(migrationUrl), await connect(migrationUrl)];
  try {
    await builder.query('SET statement_timeout = 0');
    await builder.query('SET lock_timeout = 0');
    const { rows } = await builder.query('SELECT pg_backend_pid() AS pid');
    const timer = setInterval(async () => {
      const progress = await watcher.query(PROGRESS, [rows[0].pid]).catch(() => undefined);
      const at = progress?.rows[0];
      if (at)
        note(`Still building index ${name}: ${at.phase}${at.percent ? `, ${at.percent} %` : ''}`);
    }, TOLD_EVERY_MS);
    try {
      await builder.query(`DROP INDEX CONCURRENTLY IF EXISTS holdfast.${name}`);
      await builder.query(statement);
    } finally {
      clearInterval(timer);
    }
  } finally {
    await Promise.all([builder.end(), watcher.end()]);
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: checkingUrl(url) });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
