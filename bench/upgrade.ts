import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type DatabaseError } from 'pg';
import { migrate } from '../ledger/migrate';
import { startPostgres } from '../scripts/stack/postgres';
import { accountOf, ENTRIES_PER_ACCOUNT, loadEarlierLedger } from './upgrade-ledger';
import { type Latencies, type Locks, latenciesOf, watchLocks } from './upgrade-watch';

const ENTRIES_DEFAULT = 10_000_000;
const CLIENTS_EACH = 2;
const BASELINE_MS = 20_000;
/** What v0.1.0 asks again, by its own table of SQLSTATEs. */
const ASKED_AGAIN = /^(08...|53...|57...|55P03|40P01|40001|42P01|42703|42883)$/;

interface Phase {
  balance: Latencies;
  reserve: Latencies;
  /** Calls that failed with a code that is asked again. */
  askedAgain: number;
}

export interface UpgradeReport {
  benchmark: 'upgrade';
  entries: number;
  accounts: number;
  before: Phase;
  during: Phase;
  locks: Locks;
  steps: { name: string; ms: number }[];
  again: { ms: number; locks: Locks };
}

type Log = (line: string) => void;

/**
 * Migrates a large ledger of v0.1.0 while workers of that version read balances and reserve, on a
 * server with fsync.
 */
export async function benchUpgrade(log: Log, entries = ENTRIES_DEFAULT): Promise<UpgradeReport> {
  const persistentDir = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const server = await startPostgres({ persistentDir });
  try {
    const accounts = Math.floor(entries / ENTRIES_PER_ACCOUNT);
    await loadEarlierLedger(server.migrationUrl, accounts, log);
    return await measure(server.migrationUrl, accounts, log);
  } finally {
    await server.stop();
    rmSync(persistentDir, { recursive: true, force: true });
  }
}

async function measure(ownerUrl: string, accounts: number, log: Log): Promise<UpgradeReport> {
  const load = new Load(ownerUrl, accounts);
  const run = load.run();
  try {
    await new Promise((resolve) => setTimeout(resolve, BASELINE_MS));
    const before = load.take();
    const stopWatch = await watchLocks(ownerUrl);
    const steps = await timedSteps(ownerUrl, log);
    const locks = await stopWatch();
    const during = load.take();
    const stopSecond = await watchLocks(ownerUrl);
    const beganMs = performance.now();
    await migrate({ migrationUrl: ownerUrl });
    const ms = performance.now() - beganMs;
    const again = { ms, locks: await stopSecond() };
    return {
      benchmark: 'upgrade',
      entries: accounts * ENTRIES_PER_ACCOUNT,
      accounts,
      ...{ before, during, locks, steps, again },
    };
  } finally {
    load.stop();
    await run;
  }
}

async function timedSteps(ownerUrl: string, log: Log): Promise<UpgradeReport['steps']> {
  const steps: UpgradeReport['steps'] = [];
  let beganMs = performance.now();
  let name = 'roles';
  const begin = (line: string) => {
    log(line);
    if (!/^(Applying|Building|Replacing|Checking|Begin)/.test(line)) return;
    steps.push({ name, ms: performance.now() - beganMs });
    name = line;
    beganMs = performance.now();
  };
  await migrate({ migrationUrl: ownerUrl, log: begin, note: begin });
  steps.push({ name, ms: performance.now() - beganMs });
  return steps;
}

/** Workers of v0.1.0: two read balances, two reserve and commit, each call after the other. */
class Load {
  #stopped = false;
  #balance: number[] = [];
  #reserve: number[] = [];
  #askedAgain = 0;
  #requests = 0;

  constructor(
    private readonly url: string,
    private readonly accounts: number,
  ) {}

  async run(): Promise<void> {
    const clients = Array.from({ length: CLIENTS_EACH }, () => [
      this.#work(async (ask) => {
        this.#balance.push(await ask('balance', [this.#account(), null]));
      }),
      this.#work(async (ask) => {
        const [account, request] = [this.#account(), `load-${this.#requests++}`];
        const body = { kind: 'ai-avatar', inputHash: 'x', metadata: null, maxCredits: null };
        this.#reserve.push(
          await ask('reserve_credits', [account, request, body, 4, 2, 600_000, null]),
        );
        await ask('commit_reservation', [account, request, 4, 'file:///o']);
      }),
    ]);
    await Promise.all(clients.flat());
  }

  stop(): void {
    this.#stopped = true;
  }

  /** What has been measured since the last time. */
  take(): Phase {
    const phase = {
      balance: latenciesOf(this.#balance),
      reserve: latenciesOf(this.#reserve),
      askedAgain: this.#askedAgain,
    };
    [this.#balance, this.#reserve, this.#askedAgain] = [[], [], 0];
    return phase;
  }

  #account(): string {
    return accountOf(Math.floor(Math.random() * this.accounts));
  }

  async #work(
    round: (ask: (name: string, args: unknown[]) => Promise<number>) => Promise<void>,
  ): Promise<void> {
    const client = new Client({ connectionString: this.url });
    await client.connect();
    await client.query('SET lock_timeout = 5000; SET statement_timeout = 10000');
    /** The time until the answer is there, repetitions included. */
    const ask = async (name: string, args: unknown[]): Promise<number> => {
      const places = args.map((_, index) => `$${index + 1}`).join(', ');
      const beganMs = performance.now();
      while (true) {
        try {
          await client.query({ name, text: `SELECT holdfast.${name}(${places})`, values: args });
          return performance.now() - beganMs;
        } catch (error) {
          if (!ASKED_AGAIN.test((error as DatabaseError).code ?? '')) throw error;
          this.#askedAgain += 1;
        }
      }
    };
    while (!this.#stopped) await round(ask);
    await client.end();
  }
}

export function upgradeTableOf(report: UpgradeReport): string {
  const row = (name: string, { calls, p50Ms, p99Ms, maxMs }: Latencies) =>
    `| ${name} | ${calls} | ${p50Ms.toFixed(1)} | ${p99Ms.toFixed(1)} | ${maxMs.toFixed(0)} |`;
  const { before, during, locks, again, steps } = report;
  const slow = steps
    .filter(({ ms }) => ms > 1_000)
    .map(({ name, ms }) => {
      return `| ${name} | ${(ms / 1_000).toFixed(1)} |`;
    });
  const totalMs = steps.reduce((sum, { ms }) => sum + ms, 0);
  return [
    `## upgrade: ${report.entries} entries of ${report.accounts} accounts, from v0.1.0`,
    '',
    '| call | calls | p50 ms | p99 ms | longest ms |',
    '| --- | --- | --- | --- | --- |',
    row('balance, before', before.balance),
    row('balance, during the migration', during.balance),
    row('reserve, before', before.reserve),
    row('reserve, during the migration', during.reserve),
    '',
    `Longest lock held: ${locks.longestHeld.ms.toFixed(0)} ms (${locks.longestHeld.lock}); longest wait for one: ${locks.longestWaitMs.toFixed(0)} ms. Calls asked again: ${during.askedAgain}.`,
    `Migrated in ${(totalMs / 1_000).toFixed(0)} s, by ${steps.length} steps; a second time in ${again.ms.toFixed(0)} ms, holding ${again.locks.longestHeld.lock}.`,
    '',
    '| step over a second | s |',
    '| --- | --- |',
    ...slow,
  ].join('\n');
}
