import { Client } from 'pg';
import { newId } from './accounts';
import type { BenchDatabase } from './database';
import { cpuBetween, cpuOf } from './session-cpu';

const ROUNDS = 7;
const CALLS = 1_000;

/** CPU time of one transaction, in microseconds. */
export interface InSession {
  reserveUs: number;
  commitUs: number;
  plainUs: number;
}

/** Each call is of another account: `v_account`. */
const STATEMENTS: Record<keyof InSession, string> = {
  reserveUs: `PERFORM holdfast.reserve_credits(v_account, 'ROUND-' || v_call,
    '{"kind": "text-to-image"}'::jsonb, 1, 1, 600000, NULL, NULL)`,
  commitUs: `PERFORM holdfast.commit_reservation(v_account, 'ROUND-' || v_call, 1, 'file:///o')`,
  plainUs: `UPDATE plain_balances SET value = value + 1 WHERE id = v_call;
    INSERT INTO plain_entries (balance_id, delta) VALUES (v_call, 1)`,
};

/**
 * What the server itself computes for a reserve, a commit and the floor's two statements, in a
 * session that makes them one after the other: without a client, and without waiting for the disk.
 * The least of several rounds, which other work of the machine changes little. Undefined where no
 * one says what a process has computed.
 */
export async function measureInSession(
  database: BenchDatabase,
  accounts: readonly string[],
): Promise<InSession | undefined> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    await client.query('SET enable_seqscan = off; SET synchronous_commit = off');
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pids = rows.map(({ pid }) => pid);
    const least: InSession = { reserveUs: Infinity, commitUs: Infinity, plainUs: Infinity };
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = newId('round');
      for (const key of ['reserveUs', 'commitUs', 'plainUs'] as const) {
        const before = cpuOf(pids);
        await client.query(loopOf(accounts, STATEMENTS[key].replaceAll('ROUND', name)));
        const usedUs = cpuBetween(before, cpuOf(pids));
        if (usedUs === undefined) return undefined;
        least[key] = Math.min(least[key], usedUs / CALLS);
      }
    }
    return least;
  } finally {
    await client.end();
  }
}

/** Each call is a transaction of its own. */
function loopOf(accounts: readonly string[], statement: string): string {
  const ids = accounts.slice(0, CALLS).map((id) => `'${id}'`);
  return `DO $$
    DECLARE
      v_accounts CONSTANT text[] := ARRAY[${ids.join(',')}];
      v_account  text;
    BEGIN
      FOR v_call IN 1 .. ${CALLS} LOOP
        v_account := v_accounts[v_call];
        ${statement};
        COMMIT;
      END LOOP;
    END $$`;
}
