import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { HoldfastError } from '../../contract/errors';
import { sqlStateOf } from '../connection/errors';
import { rowsOf } from '../roles/administration';

/**
 * What asks for a table behind a step that waits has to wait as well, so no step waits for longer.
 */
const LOCK_MS = 400;
const PAUSE_MS_MIN = 500;
const PAUSE_MS_MAX = 5_000;
const GIVE_UP_AFTER_MS = 600_000;

/** A lock that was not given in time, and a deadlock. */
const BLOCKED = /^(55P03|40P01)$/;

/** Other sessions of this database that hold locks in the schema. */
const HOLDERS = `
  SELECT DISTINCT l.pid, coalesce(a.usename, 'a login') AS login
  FROM pg_locks AS l
  JOIN pg_class AS c ON c.oid = l.relation
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
  WHERE l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND n.nspname = 'holdfast'
    AND l.pid <> ALL (?)
    AND l.pid <> pg_backend_pid()
  ORDER BY l.pid
  LIMIT 5`;

export interface Step {
  /** As in `could not begin: migration 0020_schema.sql`. */
  name: string;
  /** Is told each time that the step could not get its locks. */
  note: (line: string) => void;
  /** Ten minutes by default. */
  giveUpAfterMs?: number;
  /** Sessions that are the migration's own. */
  own?: readonly number[];
}

/**
 * Runs a transaction that waits for no lock for long: it is taken back instead and tried again, ever
 * more seldom, so that what it would lock goes on meanwhile.
 *
 * @throws HoldfastError MIGRATION_BLOCKED
 */
export async function withShortLocks<T>(
  database: Knex,
  { name, note, giveUpAfterMs = GIVE_UP_AFTER_MS, own = [] }: Step,
  work: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  const startedMs = performance.now();
  for (let pauseMs = PAUSE_MS_MIN; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX)) {
    try {
      return await database.transaction(async (transaction) => {
        await transaction.raw(`SET LOCAL lock_timeout = ${LOCK_MS}`);
        await transaction.raw('SET LOCAL statement_timeout = 0');
        return work(transaction);
      });
    } catch (error) {
      if (!isBlocked(error)) throw error;
      const holders = await holdersBeside(database, own);
      if (performance.now() - startedMs > giveUpAfterMs) throw blocked(name, holders, error);
      note(`Waiting to begin: ${name}${inWords(holders)}`);
      // Two migrations that meet don't meet again.
      await sleep(pauseMs * (0.75 + Math.random() / 2));
    }
  }
}

function isBlocked(error: unknown): boolean {
  const isConcurrent =
    error instanceof Error && error.message.includes('tuple concurrently updated');
  return BLOCKED.test(sqlStateOf(error)) || isConcurrent;
}

function holdersBeside(database: Knex, own: readonly number[]): Promise<Holder[]> {
  return rowsOf<Holder>(database, HOLDERS, [[...own]]);
}

interface Holder {
  pid: number;
  login: string;
}

function inWords(holders: Holder[]): string {
  if (holders.length === 0) return '';
  const sessions = holders.map(({ pid, login }) => `${pid} (${login})`).join(', ');
  return `; sessions that hold locks: ${sessions}`;
}

function blocked(name: string, holders: Holder[], cause: unknown): HoldfastError {
  return new HoldfastError(
    'MIGRATION_BLOCKED',
    `The migration could not begin: ${name}${inWords(holders)}. End the session that has been open for long (pg_terminate_backend), or wait for it, and migrate again: what is done stays.`,
    { step: name, sessions: holders.map(({ pid }) => pid) },
    { cause },
  );
}
