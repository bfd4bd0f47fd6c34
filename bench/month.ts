import { createLedger } from '../ledger/ledger';
import { startLedgerServer } from '../scripts/stack/stack';
import { fill } from './audit';
import { createBenchDatabase } from './database';

type Log = (line: string) => void;

export interface MonthReport {
  benchmark: 'month';
  postgres: Record<string, string>;
  accounts: number;
  entries: number;
  seconds: number;
  /** Of the longest page: no snapshot is open for longer. */
  longestPageMs: number;
}

/** A month's report on a million entries, all of them of this month. */
export async function benchMonth(log: Log): Promise<MonthReport> {
  const server = await startLedgerServer({ log });
  const database = await createBenchDatabase(server.value);
  const ledger = createLedger({ databaseUrl: database.ledgerUrl, maxConnections: 2 });
  try {
    log('month: filling a ledger with a million entries …');
    await fill(database, ledger);
    log('month: reading all of it …');
    const startedMs = performance.now();
    let pageFromMs = startedMs;
    let longestPageMs = 0;
    const month = new Date().toISOString().slice(0, 7);
    const { accounts, lines } = await ledger.reports.month(month, () => {
      longestPageMs = Math.max(longestPageMs, performance.now() - pageFromMs);
      pageFromMs = performance.now();
    });
    const seconds = (performance.now() - startedMs) / 1000;
    // Each generation has a reserve as well, which moves nothing.
    const moved = (what: string) =>
      lines.reduce((sum, line) => sum + (line.what === what ? line.entries : 0), 0);
    const entries = moved('granted') + 2 * moved('spent');
    return {
      ...{ benchmark: 'month', postgres: database.settings },
      ...{ accounts, entries, seconds, longestPageMs },
    };
  } finally {
    await ledger.close();
    await database.drop();
    await server.stop();
  }
}

export function monthTableOf({ accounts, entries, seconds, longestPageMs }: MonthReport): string {
  return [
    '## month',
    '',
    `${accounts} accounts, ${entries} entries: ${seconds.toFixed(1)} s, the longest page ${Math.round(longestPageMs)} ms`,
  ].join('\n');
}
