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
