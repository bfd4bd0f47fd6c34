import { Client as PgClient } from 'pg';
import { eventually } from '../support/eventually';
import type { Holdfast } from './harness';

/** Holds an account's row locked in Postgres, so that a workflow stops between two of its steps. */
export interface AccountLock {
  /** Waits until a call of that function of the ledger waits for the lock. */
  untilWaiting(ledgerFunction: string): Promise<void>;
  /** Breaks the waiting connections, so that their calls don't happen. */
  breakWaiting(): Promise<void>;
  /** Lets the waiting calls go through, even if their callers are dead. */
  release(): Promise<void>;
}

export async function lockAccount(
  { database, sql }: Holdfast,
  accountId: string,
): Promise<AccountLock> {
  const blocker = new PgClient({ connectionString: database.ownerUrl });
  await blocker.connect();
  await blocker.query('BEGIN');
  await blocker.query('SELECT FROM holdfast.accounts WHERE account_id = $1 FOR UPDATE', [
    accountId,
  ]);
  const { rows } = await blocker.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const blockedByThis = `$1 = ANY (pg_blocking_pids(pid))`;
  const pid = rows[0]?.pid;
  return {
    untilWaiting: (ledgerFunction) =>
      eventually(async () => {
        const waiting = `SELECT pid FROM pg_stat_activity WHERE ${blockedByThis} AND query LIKE $2`;
        return (await sql(waiting, [pid, `%${ledgerFunction}%`])).length > 0;
      }),
    breakWaiting: () =>
      eventually(async () => {
        const broken = await sql(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${blockedByThis}`,
          [pid],
        );
        return broken.length === 0;
      }),
    async release() {
      await blocker.query('COMMIT');
      await blocker.end();
    },
  };
}
