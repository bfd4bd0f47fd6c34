import { Pool, type PoolClient } from 'pg';
import type { BenchDatabase } from './database';

/** The floor of a ledger: BEGIN, one UPDATE, one INSERT, COMMIT, without any check or key. */
export interface PlainTransactions {
  /** Adds to one row, and inserts an entry for it. */
  run(client: number, row: number): Promise<void>;
  close(): Promise<void>;
}

export const PLAIN_ROWS = 5_000;

/**
 * Tables that the ledger's login may read and write, with the fillfactor of the ledger's own
 * tables.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS plain_balances (id integer PRIMARY KEY, value bigint NOT NULL) WITH (fillfactor = 60);
  CREATE TABLE IF NOT EXISTS plain_entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, balance_id integer NOT NULL, delta bigint NOT NULL);
  INSERT INTO plain_balances SELECT id, 0 FROM generate_series(0, ${PLAIN_ROWS - 1}) AS id ON CONFLICT DO NOTHING;
  GRANT SELECT, INSERT, UPDATE ON plain_balances, plain_entries TO PUBLIC`;

const UPDATE = {
  name: 'update',
  text: 'UPDATE plain_balances SET value = value + $1 WHERE id = $2',
};
const INSERT = {
  name: 'insert',
  text: 'INSERT INTO plain_entries (balance_id, delta) VALUES ($1, $2)',
};

/** Opens one connection for each client, with the driver and the login of the ledger. */
export async function openPlainTransactions(
  database: BenchDatabase,
  clients: number,
): Promise<PlainTransactions> {
  await database.execute(TABLES);
  const pool = new Pool({ connectionString: database.ledgerUrl, max: clients });
  pool.on('error', () => {});
  const connections: PoolClient[] = await Promise.all(
    Array.from({ length: clients }, () => pool.connect()),
  );
  return {
    async run(client, row) {
      const connection = connections[client] as PoolClient;
      await connection.query('BEGIN');
      await connection.query({ ...UPDATE, values: [1, row] });
      await connection.query({ ...INSERT, values: [row, 1] });
      await connection.query('COMMIT');
    },
    async close() {
      for (const connection of connections) connection.release();
      await pool.end();
    },
  };
}
