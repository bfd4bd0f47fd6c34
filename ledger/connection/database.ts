import { type Knex, knex } from 'knex';

/** What knex would say is in the error that it throws; said again on stdout, it would spoil logs and --json output. */
const SILENT = { debug() {}, warn() {}, error() {}, deprecate() {} };

export function openDatabase(databaseUrl: string, maxConnections: number): Knex {
  return knex({
    client: 'pg',
    connection: { connectionString: databaseUrl },
    pool: { min: 0, max: maxConnections },
    acquireConnectionTimeout: 5_000,
    log: SILENT,
  });
}
