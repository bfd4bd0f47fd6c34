import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLedger, type Ledger } from '../ledger/ledger';
import { startLedgerServer } from '../scripts/stack/stack';
import { commit, fund, growLongHistory, LONG_HISTORY, newId, reserve } from './accounts';
import { type BenchDatabase, createBenchDatabase } from './database';
import { measureInSession } from './in-session';
import { openPlainTransactions, PLAIN_ROWS } from './plain-transactions';
import type { Report, Row } from './report';
import { compare, type Load, warmUp } from './rounds';
import { sessionCpu } from './session-cpu';

const ROUNDS = 5;
const CLIENTS = [1, 8, 32];
const LEDGER_OPERATIONS = 768;
const PLAIN_OPERATIONS = 1_536;
const HISTORY_OPERATIONS = 400;
/** The difference is small. */
const LINK_ROUNDS = 15;
/** For one client alone to have had its statements planned for good. */
const WARM_UP_OF_ONE = 200;
const WARM_UP_OF_ALL = 640;
/** As many as the published figures of others have. */
const HOT_CLIENTS = 50;
const CREDITS = 1_000_000;
const ACCOUNTS = 5_000;

type Log = (line: string) => void;

/** Each client reserves, then commits its reservation; each of the two is one operation. */
function reserveAndCommit(
  ledger: Ledger,
  clients: number,
  operations: number,
  accountFor: () => string,
): Load {
  const open: ({ accountId: string; requestId: string } | undefined)[] = [];
  return {
    clients,
    operations,
    async operate(client) {
      const reserved = open[client];
      if (reserved) {
        open[client] = undefined;
        return commit(ledger, reserved.accountId, reserved.requestId);
      }
      const next = { accountId: accountFor(), requestId: newId('request') };
      open[client] = next;
      return reserve(ledger, next.accountId, next.requestId);
    },
  };
}

function anyOf(count: number): number {
  return Math.floor(Math.random() * count);
}

async function besidePlainTransactions(
  database: BenchDatabase,
  accounts: string[],
  clients: number,
): Promise<Row> {
  const ledger = createLedger({ databaseUrl: database.ledgerUrl, maxConnections: clients });
  const plain = await openPlainTransactions(database, clients);
  try {
    const isHot = accounts.length === 1;
    const account = () => accounts[anyOf(accounts.length)] as string;
    const subject = reserveAndCommit(ledger, clients, LEDGER_OPERATIONS, account);
    const rows = isHot ? 1 : PLAIN_ROWS;
    const operate = (client: number) => plain.run(client, anyOf(rows));
    const floor: Load = { clients, operations: PLAIN_OPERATIONS, operate };
    await warmUp(subject, WARM_UP_OF_ALL / clients);
    await warmUp(floor, WARM_UP_OF_ALL / clients);
    const name = isHot
      ? 'reserve, commit: one hot account'
      : `reserve, commit: ${accounts.length} accounts`;
    const floorName = isHot
      ? 'plain transaction, one hot row'
      : `plain transaction, ${PLAIN_ROWS} rows`;
    return {
      name,
      floorName,
      ...(await compare(subject, floor, ROUNDS, () => sessionCpu(database))),
    };
  } finally {
    await Promise.all([ledger.close(), plain.close()]);
  }
}

/** What travelling together brings, with the connections that a process has by default. */
async function togetherBesideAlone(
  database: BenchDatabase,
  accounts: string[],
  clients: number,
): Promise<Row> {
  const ledgers = [true, false].map((batches) =>
    createLedger({ databaseUrl: database.ledgerUrl, connectWithinMs: 60_000, batches }),
  );
  try {
    const account = () => accounts[anyOf(accounts.length)] as string;
    const [subject, floor] = ledgers.map((ledger) =>
      reserveAndCommit(ledger, clients, LEDGER_OPERATIONS, account),
    ) as [Load, Load];
    await warmUp(subject, WARM_UP_OF_ALL / clients);
    await warmUp(floor, WARM_UP_OF_ALL / clients);
    const of = accounts.length === 1 ? 'one hot account' : `${accounts.length} accounts`;
    return {
      name: `reserve, commit: ${of}, together`,
      floorName: 'reserve, commit: each alone',
      ...(await compare(subject, floor, ROUNDS, () => sessionCpu(database))),
    };
  } finally {
    await Promise.all(ledgers.map((ledger) => ledger.close()));
  }
}

/**
 * Measured with one client, because the two differ in what an operation reads, and not in waiting
 * for locks.
 */
async function longHistoryBesideFresh(database: BenchDatabase, longAccount: string): Promise<Row> {
  const ledger = createLedger({ databaseUrl: database.ledgerUrl, maxConnections: 1 });
  try {
    const freshAccount = newId('fresh');
    await fund(ledger, freshAccount, CREDITS);
    const long = reserveAndCommit(ledger, 1, HISTORY_OPERATIONS, () => longAccount);
    const fresh = reserveAndCommit(ledger, 1, HISTORY_OPERATIONS, () => freshAccount);
    await warmUp(long);
    await warmUp(fresh);
    const { entries, spentGrants } = LONG_HISTORY;
    const name = `reserve, commit: ${entries} entries, ${spentGrants} spent grants`;
    return {
      name,
      floorName: 'reserve, commit: fresh account',
      ...(await compare(long, fresh, ROUNDS, () => sessionCpu(database))),
    };
  } finally {
    await ledger.close();
  }
}

/** In a second ledger whose entries aren't linked. One client, because none waits for another. */
async function linkedBesideUnlinked(linked: BenchDatabase, unlinked: BenchDatabase): Promise<Row> {
  await unlinked.execute('ALTER TABLE holdfast.entries DISABLE TRIGGER entries_are_linked');
  const ledgers = [linked, unlinked].map(({ ledgerUrl }) =>
    createLedger({ databaseUrl: ledgerUrl, maxConnections: 1 }),
  );
  try {
    const accountId = newId('linked');
    const loads: Load[] = [];
    for (const ledger of ledgers) {
      await fund(ledger, accountId, CREDITS);
      const load = reserveAndCommit(ledger, 1, HISTORY_OPERATIONS, () => accountId);
      await warmUp(load, WARM_UP_OF_ONE);
      loads.push(load);
    }
    const [subject, floor] = loads as [Load, Load];
    const readCpu = async () =>
      new Map([...(await sessionCpu(linked)), ...(await sessionCpu(unlinked))]);
    return {
      name: 'reserve, commit: linked entries',
      floorName: 'reserve, commit: entries without links',
      ...(await compare(subject, floor, LINK_ROUNDS, readCpu)),
    };
  } finally {
    await Promise.all(ledgers.map((ledger) => ledger.close()));
  }
}

async function prepareAccounts(
  database: BenchDatabase,
): Promise<{ many: string[]; hot: string; long: string }> {
  const clients = 8;
  const ledger = createLedger({
    databaseUrl: database.ledgerUrl,
    maxConnections: clients,
    // As in service: an account with an undelivered message is looked after at each call.
    deliver: async () => undefined,
  });
  const many = Array.from({ length: ACCOUNTS }, () => newId('account'));
  const hot = newId('hot');
  const long = newId('long');
  try {
    const unfunded = [...many, hot];
    const fundAll = async (): Promise<void> => {
      for (let next = unfunded.pop(); next; next = unfunded.pop())
        await fund(ledger, next, CREDITS);
    };
    await Promise.all(Array.from({ length: clients }, fundAll));
    await growLongHistory(ledger, long, clients);
  } finally {
    await ledger.close();
  }
  // Postgres plans by statistics, which a database in service has.
  await database.execute('VACUUM (ANALYZE)');
  return { many, hot, long };
}

/** Runs the benchmarks of the ledger, on a Postgres of its own unless the environment names one. */
export async function benchLedger(log: Log): Promise<Report> {
  log('Starting Postgres …');
  // With data that outlives a restart: a server that forgets everything makes no fsync.
  const persistentDir = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const server = await startLedgerServer({ log, persistentDir });
  try {
    const database = await createBenchDatabase(server.value);
    try {
      log(`Growing an account of ${LONG_HISTORY.entries} entries …`);
      const { many, hot, long } = await prepareAccounts(database);
      const rows: Row[] = [];
      for (const accounts of [many, [hot]]) {
        for (const clients of CLIENTS) {
          log(
            `${accounts.length === 1 ? 'One hot account' : 'Many accounts'}, ${clients} clients …`,
          );
          rows.push(await besidePlainTransactions(database, accounts, clients));
        }
      }
      log('Together, and each alone …');
      for (const [accounts, clients] of [
        [many, 32],
        [[hot], HOT_CLIENTS],
      ] as const)
        rows.push(await togetherBesideAlone(database, [...accounts], clients));
      log('In the server alone …');
      const inSession = await measureInSession(database, many);
      log('The account with a long history beside a fresh one …');
      rows.push(await longHistoryBesideFresh(database, long));
      log('Linked entries beside entries without links …');
      const unlinked = await createBenchDatabase(server.value);
      try {
        rows.push(await linkedBesideUnlinked(database, unlinked));
      } finally {
        await unlinked.drop();
      }
      return {
        benchmark: 'ledger',
        unit: 'operations/s',
        rounds: ROUNDS,
        postgres: database.settings,
        rows,
        inSession,
      };
    } finally {
      await database.drop();
    }
  } finally {
    await server.stop();
    rmSync(persistentDir, { recursive: true, force: true });
  }
}
