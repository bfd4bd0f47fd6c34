import { createLedger, type Ledger } from '../ledger/ledger';
import { startLedgerServer } from '../scripts/stack/stack';
import { commit, fund, newId, reserve } from './accounts';
import { type BenchDatabase, createBenchDatabase } from './database';
import { percentile } from './rounds';

type Log = (line: string) => void;

/** Together with the hot account's a million entries. */
const ACCOUNTS = 1_000;
const PAIRS = 400;
const HOT_PAIRS = 100_000;
const NEW_PAIRS = 1_000;
const ROUNDS = 5;
const PAIRS_PER_ROUND = 400;
const HOT = 'hot';
/** The price of a text to image: the audit knows what a request costs. */
const CREDITS = 2;

export interface AuditReport {
  benchmark: 'audit';
  postgres: Record<string, string>;
  entries: number;
  violations: number;
  fullMs: number;
  /** After so many further entries. */
  newEntries: number;
  incrementalMs: number;
  /** Of a reserve and its commit in a hot account, without and beside full audits, round by round. */
  pairMs: number[];
  pairMsBesideAudit: number[];
  ratio: number;
  longestPageMs: number;
}

/**
 * A full audit of a million entries, one of what has come since, and what a running audit costs a hot
 * account.
 */
export async function benchAudit(log: Log): Promise<AuditReport> {
  const server = await startLedgerServer({ log });
  const database = await createBenchDatabase(server.value);
  const ledger = createLedger({ databaseUrl: database.ledgerUrl, maxConnections: 4 });
  try {
    log('audit: filling a ledger with a million entries …');
    await fill(database, ledger);
    log('audit: reading all of it …');
    const full = await audited(ledger, true);
    for (let pair = 0; pair < NEW_PAIRS; pair += 1) await generate(ledger);
    const incremental = await audited(ledger, false);
    log(
      `audit: ${Math.round(full.ms)} ms, then ${Math.round(incremental.ms)} ms; a hot account, alone and beside audits …`,
    );
    const { alone, beside } = await besideAudits(ledger);
    return {
      benchmark: 'audit',
      postgres: database.settings,
      entries: full.entries,
      violations: full.violations + incremental.violations,
      fullMs: full.ms,
      newEntries: incremental.entriesRead,
      incrementalMs: incremental.ms,
      pairMs: alone,
      pairMsBesideAudit: beside,
      ratio: percentile(
        beside.map((ms, round) => ms / (alone[round] as number)),
        0.5,
      ),
      longestPageMs: full.longestPageMs,
    };
  } finally {
    await ledger.close();
    await database.drop();
    await server.stop();
  }
}

async function generate(ledger: Ledger): Promise<void> {
  const requestId = newId('request');
  await reserve(ledger, HOT, requestId, CREDITS);
  await commit(ledger, HOT, requestId, CREDITS);
}

async function audited(ledger: Ledger, isFull: boolean) {
  const startedMs = performance.now();
  let pageFromMs = startedMs;
  let longestPageMs = 0;
  const { entries, entriesRead, violations } = await ledger.audit({
    isFull,
    onPage: () => {
      longestPageMs = Math.max(longestPageMs, performance.now() - pageFromMs);
      pageFromMs = performance.now();
    },
  });
  const ms = performance.now() - startedMs;
  return { ms, longestPageMs, entries, entriesRead, violations: violations.length };
}

/** Alternating rounds, because a shared machine's speed changes. */
async function besideAudits(ledger: Ledger): Promise<{ alone: number[]; beside: number[] }> {
  const alone: number[] = [];
  const beside: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    alone.push(await pairMs(ledger));
    let isOver = false;
    const audits = (async () => {
      while (!isOver) await ledger.audit({ isFull: true, onPage: () => endWhen(isOver) });
    })().catch(expectEnd);
    beside.push(await pairMs(ledger));
    isOver = true;
    await audits;
  }
  return { alone, beside };
}

const ENOUGH = new Error('enough pages');

function endWhen(isOver: boolean): void {
  if (isOver) throw ENOUGH;
}

function expectEnd(error: unknown): void {
  if (error !== ENOUGH) throw error;
}

async function pairMs(ledger: Ledger): Promise<number> {
  const startedMs = performance.now();
  for (let pair = 0; pair < PAIRS_PER_ROUND; pair += 1) await generate(ledger);
  return (performance.now() - startedMs) / PAIRS_PER_ROUND;
}

/** Grants by the ledger's own function, then generations past it, as it would have written them. */
export async function fill(database: BenchDatabase, ledger: Ledger): Promise<void> {
  const accounts = [HOT, ...Array.from({ length: ACCOUNTS }, (_, index) => `account-${index}`)];
  for (const account of accounts) await fund(ledger, account, 100_000_000);
  await database.execute(GENERATIONS);
  await database.execute('VACUUM (ANALYZE)');
}

/**
 * Each account has one entry, its grant: generation n has the entries 2n and 2n + 1. One after the
 * other, because each entry is linked to the one before it.
 */
const GENERATIONS = `
  INSERT INTO holdfast.reservations (account_id, request_id, body, state, credits, charged,
    catalog_version, allocated_grants, allocated_credits, reserved_at, resolved_at, output_url)
  SELECT a.account_id, 'r-' || n, '{"kind": "text-to-image"}', 'committed', ${CREDITS}, ${CREDITS},
    1, '{1}', '{${CREDITS}}', a.last_entry_at, a.last_entry_at, 'file:///output'
  FROM holdfast.accounts AS a,
    generate_series(1, CASE a.account_id WHEN '${HOT}' THEN ${HOT_PAIRS} ELSE ${PAIRS} END) AS n;
  DO $$
  DECLARE
    a record;
  BEGIN
    FOR a IN SELECT account_id, last_entry_at AS at, granted FROM holdfast.accounts LOOP
      FOR n IN 1 .. CASE a.account_id WHEN '${HOT}' THEN ${HOT_PAIRS} ELSE ${PAIRS} END LOOP
        FOR leg IN 0 .. 1 LOOP
          INSERT INTO holdfast.entries (account_id, version, at, type, available_delta,
            reserved_delta, grant_ids, remainder_deltas, reserved_deltas, available_after,
            reserved_after, spent_after, expired_after, deducted_after, granted_after, request_id)
          VALUES (a.account_id, 2 * n + leg, a.at, CASE leg WHEN 0 THEN 'reserve' ELSE 'commit' END,
            -${CREDITS} * (1 - leg), ${CREDITS} - 2 * ${CREDITS} * leg,
            '{1}', ARRAY[-${CREDITS} * (1 - leg)], ARRAY[${CREDITS} - 2 * ${CREDITS} * leg],
            a.granted - ${CREDITS} * n, ${CREDITS} * (1 - leg), ${CREDITS} * (n - 1 + leg), 0, 0,
            a.granted, 'r-' || n);
        END LOOP;
      END LOOP;
    END LOOP;
  END $$;
  UPDATE holdfast.accounts AS a
  SET version = last.version, available = last.available_after, spent = last.spent_after,
    day = holdfast.day_of(last.at), day_credits = last.spent_after
  FROM holdfast.entries AS last
  WHERE last.account_id = a.account_id
    AND last.version =
      CASE a.account_id WHEN '${HOT}' THEN 2 * ${HOT_PAIRS} ELSE 2 * ${PAIRS} END + 1;
  UPDATE holdfast.grants AS g
  SET remaining = a.available
  FROM holdfast.accounts AS a
  WHERE a.account_id = g.account_id`;

export function auditTableOf(report: AuditReport): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const pairs = (values: number[]) => values.map((ms) => ms.toFixed(2)).join(', ');
  return [
    '## audit',
    '',
    '| what | measured |',
    '| --- | --- |',
    `| full audit of ${report.entries} entries | ${seconds(report.fullMs)}, the longest page ${seconds(report.longestPageMs)} |`,
    `| audit of ${report.newEntries} new entries | ${seconds(report.incrementalMs)} |`,
    `| a hot account's reserve and commit, in ms, round by round | ${pairs(report.pairMs)} |`,
    `| the same beside full audits | ${pairs(report.pairMsBesideAudit)}; ratio ${report.ratio.toFixed(2)} |`,
    `| findings | ${report.violations} |`,
  ].join('\n');
}
