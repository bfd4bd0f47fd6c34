import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { HoldfastError } from '../contract/errors';
import { createLedger, type Ledger } from '../ledger/ledger';
import { startLedgerServer } from '../scripts/stack/stack';
import { commit, fund, newId, reserve } from './accounts';
import { createBenchDatabase } from './database';
import { machine } from './report';
import { percentile, type Spread, spreadOf } from './rounds';

const ROUNDS = 7;
const OTHERS = 20;
/** Clients of the account whose row is locked: more than its share of the connections. */
const HAMMERING = 40;
const CONNECTIONS = 10;
const ROUND_MS = 3_000;
/** Each of the others asks so often, so that the ten connections have room for all of them. */
const EVERY_MS = 40;
const CREDITS = 1_000_000;

export interface LockedReport {
  benchmark: 'locked';
  unlocked: { p50Ms: number; p99Ms: number };
  locked: { p50Ms: number; p99Ms: number };
  /** Of the p99s, round by round. */
  ratio: Spread;
  refusedOfLocked: number;
}

/**
 * Measures twenty accounts that reserve and commit steadily, while forty calls at a time of another
 * account wait for its locked row, beside the same without that account.
 */
export async function benchLocked(log: (line: string) => void): Promise<LockedReport> {
  log('Starting Postgres …');
  const server = await startLedgerServer({ log });
  const database = await createBenchDatabase(server.value);
  const ledger = createLedger({
    databaseUrl: database.ledgerUrl,
    maxConnections: CONNECTIONS,
    accountPlacesMax: HAMMERING,
  });
  const locker = new Client({ connectionString: database.ownerUrl });
  try {
    await locker.connect();
    const others = Array.from({ length: OTHERS }, () => newId('other'));
    const locked = newId('locked');
    for (const account of [...others, locked]) await fund(ledger, account, CREDITS);
    await steadily(ledger, others);
    const unlockedMs: number[][] = [];
    const lockedMs: number[][] = [];
    let refusedOfLocked = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      log(`Round ${round + 1} of ${ROUNDS} …`);
      const withLock = async () => {
        const hold = await holdRow(locker, locked);
        const hammering = hammer(ledger, locked);
        lockedMs.push(await steadily(ledger, others));
        await hold.end();
        refusedOfLocked += await hammering.end();
      };
      if (round % 2 === 0) await withLock();
      unlockedMs.push(await steadily(ledger, others));
      if (round % 2 === 1) await withLock();
    }
    const p99 = (round: number[]) => percentile(round, 0.99);
    const ratios = lockedMs.map((round, index) => p99(round) / p99(unlockedMs[index] ?? []));
    const figures = (rounds: number[][]) => ({
      p50Ms: percentile(rounds.flat(), 0.5),
      p99Ms: percentile(rounds.flat(), 0.99),
    });
    return {
      benchmark: 'locked',
      unlocked: figures(unlockedMs),
      locked: figures(lockedMs),
      ratio: spreadOf(ratios),
      refusedOfLocked,
    };
  } finally {
    await locker.end();
    await ledger.close();
    await database.drop();
    await server.stop();
  }
}

async function holdRow(locker: Client, accountId: string): Promise<{ end(): Promise<void> }> {
  await locker.query('BEGIN');
  const row = 'SELECT FROM holdfast.accounts WHERE account_id = $1 FOR UPDATE';
  await locker.query(row, [accountId]);
  return {
    async end() {
      await locker.query('ROLLBACK');
    },
  };
}

/** Keeps as many calls of the account under way as it has clients. Returns how many were refused. */
function hammer(ledger: Ledger, accountId: string): { end(): Promise<number> } {
  let isOver = false;
  let refused = 0;
  const work = async () => {
    while (!isOver) {
      await reserve(ledger, accountId, newId('request')).catch((error: unknown) => {
        if (!(error instanceof HoldfastError) || error.code !== 'LEDGER_UNAVAILABLE') throw error;
        refused += 1;
      });
    }
  };
  const all = Promise.all(Array.from({ length: HAMMERING }, work));
  return {
    async end() {
      isOver = true;
      await all;
      return refused;
    },
  };
}

/** How long each operation of each account took, in milliseconds. */
async function steadily(ledger: Ledger, accounts: string[]): Promise<number[]> {
  const tookMs: number[] = [];
  const endsAtMs = performance.now() + ROUND_MS;
  const timed = async (operation: Promise<void>) => {
    const beganMs = performance.now();
    await operation;
    tookMs.push(performance.now() - beganMs);
  };
  const work = async (accountId: string, index: number) => {
    await pause((index * EVERY_MS) / accounts.length);
    while (performance.now() < endsAtMs) {
      const requestId = newId('request');
      const nextAtMs = performance.now() + EVERY_MS;
      await timed(reserve(ledger, accountId, requestId));
      await timed(commit(ledger, accountId, requestId));
      await pause(Math.max(0, nextAtMs - performance.now()));
    }
  };
  await Promise.all(accounts.map(work));
  return tookMs;
}

export function lockedTableOf({ unlocked, locked, ratio, refusedOfLocked }: LockedReport): string {
  const { cores, node } = machine();
  const row = (name: string, { p50Ms, p99Ms }: LockedReport['locked']) =>
    `| ${name} | ${p50Ms.toFixed(1)} ms | ${p99Ms.toFixed(1)} ms |`;
  const of = (value: number) => value.toFixed(2);
  return [
    '## locked',
    '',
    `${ROUNDS} alternating rounds of ${ROUND_MS / 1000} s; ${OTHERS} accounts, ${CONNECTIONS} connections, ${cores} cores, Node ${node}.`,
    '',
    '| the others’ operations | p50 | p99 |',
    '| --- | --- | --- |',
    row('beside a locked row', locked),
    row('without it', unlocked),
    '',
    `Ratio of the p99s: ${of(ratio.median)} (${of(ratio.min)}–${of(ratio.max)}). Calls of the locked account that were refused: ${refusedOfLocked}.`,
  ].join('\n');
}
