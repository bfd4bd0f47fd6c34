import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { sqlStateOf } from '../connection/errors';
import { rowsOf } from '../roles/administration';

const LOCK_NOT_AVAILABLE = '55P03';
const ASK_AGAIN_MS = 250;

export interface Turn {
  /** The session that holds it. */
  pid: number;
  /** Fails if the turn was lost with its session. */
  ensure(): Promise<void>;
}

/**
 * Runs the work while no other migration of this ledger runs. The turn is a lock of a table that
 * only the ledger's owner may lock: an advisory lock could be taken by every login. It is held by a
 * transaction of its own that holds no snapshot, so it holds nothing else up.
 */
export async function inTurn<T>(
  database: Knex,
  note: (line: string) => void,
  work: (turn: Turn) => Promise<T>,
): Promise<T> {
  const holder = await takeTurn(database, note);
  try {
    const [session] = await rowsOf<{ pid: number }>(holder, 'SELECT pg_backend_pid() AS pid');
    const ensure = async () => {
      await holder.raw('SELECT 1');
    };
    return await work({ pid: Number(session?.pid), ensure });
  } finally {
    await holder.rollback().catch(() => undefined);
  }
}

async function takeTurn(database: Knex, note: (line: string) => void): Promise<Knex.Transaction> {
  let hasNoted = false;
  while (true) {
    const holder = await database.transaction();
    try {
      await holder.raw('SET LOCAL idle_in_transaction_session_timeout = 0');
      await holder.raw(
        'LOCK TABLE holdfast.schema_migrations IN SHARE UPDATE EXCLUSIVE MODE NOWAIT',
      );
      return holder;
    } catch (error) {
      await holder.rollback().catch(() => undefined);
      if (sqlStateOf(error) !== LOCK_NOT_AVAILABLE) throw error;
    }
    if (!hasNoted) note('Waiting for another migration of this ledger');
    hasNoted = true;
    await sleep(ASK_AGAIN_MS);
  }
}
