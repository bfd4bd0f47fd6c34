import { type Knex, knex } from 'knex';
import { checkingUrl } from './database-url';

/**
 * The error that knex throws has its message; on stdout that would spoil logs and --json output.
 */
const SILENT = { debug() {}, warn() {}, error() {}, deprecate() {} };

/** A pool for queries that knex builds; the caller destroys it. */
export function openDatabase(databaseUrl: string, maxConnections: number): Knex {
  return knex({
    client: 'pg',
    connection: { connectionString: checkingUrl(databaseUrl) },
    pool: { min: 0, max: maxConnections },
    acquireConnectionTimeout: 5_000,
    log: SILENT,
  });
}
