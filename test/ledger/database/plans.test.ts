import { createLedger, type Ledger } from '../../../ledger/ledger';
import { eventually } from '../../support/eventually';
import { BODY, granted, HOLD_MS, promotion, TestLedger } from '../ledger-support';

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
afterAll(() => books.close());

const URL = 'https://example.com/output';
const TABLES = ['accounts', 'grants', 'entries', 'reservations', 'idempotency_keys', 'outbox'];

/** How many rows of the journal sessions that have ended have read. */
async function entriesRead(): Promise<number> {
  // What this session itself has read is told now, and not some time later.
  await books.owner.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await books.owner.query(
    `SELECT (seq_tup_read + idx_tup_fetch)::int AS count FROM pg_stat_all_tables
     WHERE schemaname = 'holdfast' AND relname = 'entries'`,
  );
  return rows[0].count;
}

/** The scans of whole tables by sessions that have ended: only those have told all of them. */
async function scans(): Promise<Record<string, number>> {
  const { rows } = await books.owner.query(
    `SELECT relname, seq_scan::int FROM pg_stat_all_tables
     WHERE schemaname = 'holdfast' AND relname = ANY ($1) ORDER BY relname`,
    [TABLES],
  );
  return Object.fromEntries(rows.map(({ relname, seq_scan }) => [relname, seq_scan]));
}

/** Runs calls in a session of their own, to its end. */
async function inSession(use: (ledger: Ledger) => Promise<void>): Promise<void> {
  const ledger = createLedger({ databaseUrl: books.urls.ledgerUrl, maxConnections: 1 });
  await use(ledger);
  await ledger.close();
  await eventually(async () => {
    const { rowCount } = await books.owner.query(
      `SELECT FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND state IS NOT NULL`,
    );
    return rowCount === 0;
  });
}

test('a ledger that was analysed while it was small is never scanned by an operation', async () => {
  const account = 'small';
  await inSession(async (ledger) => {
    await granted(ledger.grant(account, 'fund', promotion(1_000)));
  });
  await books.owner.query('ANALYZE');
  const before = await scans();
  const quote = { credits: 2, catalogVersion: '1' };
  await inSession(async (ledger) => {
    // After five calls a session keeps its plan, for a table however large it becomes.
    for (let turn = 0; turn < 10; turn += 1) {
      for (const end of ['committed', 'released']) {
        const id = `${end}-${turn}`;
        await granted(ledger.reserve(account, id, BODY, quote, HOLD_MS));
        if (end === 'committed') await granted(ledger.commit(account, id, 2, URL));
        else await granted(ledger.release(account, id, 'cancelled'));
        await ledger.request(account, id);
      }
      await ledger.balance(account);
    }
  });
  expect(await scans()).toEqual(before);
});

test('a page of a long history is found by its time and by its request, not entry by entry', async () => {
  const account = 'long';
  await inSession(async (ledger) => {
    await granted(ledger.grant(account, 'fund', promotion(1_000)));
    const quote = { credits: 2, catalogVersion: '1' };
    await granted(ledger.reserve(account, 'r', BODY, quote, HOLD_MS));
  });
  await books.owner.query(
    `INSERT INTO holdfast.entries (account_id, version, at, type, available_delta, reserved_delta,
       grant_ids, remainder_deltas, reserved_deltas, available_after, reserved_after, spent_after,
       expired_after, deducted_after, granted_after, by_name)
     SELECT account_id, n, at + make_interval(secs => n), 'deduct', -1, 0, '{1}', '{-1}', '{0}',
       50000 - n, 0, 0, 0, n, 50000, 'sam'
     FROM holdfast.entries, generate_series(3, 2000) AS n
     WHERE account_id = $1 AND version = 2`,
    [account],
  );
  await books.owner.query('ANALYZE');
  const { rows } = await books.owner.query<{ at: Date }>(
    'SELECT at FROM holdfast.entries WHERE account_id = $1 AND version = 100',
    [account],
  );
  const at = rows[0]?.at.toISOString() as string;
  const before = await entriesRead();
  await inSession(async (ledger) => {
    for (const filter of [{ until: at }, { since: at, until: at }, { requestId: 'r' }])
      await ledger.history(account, { ...filter, limit: 10 });
  });
  expect((await entriesRead()) - before).toBeLessThan(400);
});
