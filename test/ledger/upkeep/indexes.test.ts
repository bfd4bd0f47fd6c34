import { Client } from 'pg';
import { START } from '../ledger-support';
import { Shop } from '../purchase/purchase-support';

const ROWS = 5_000;
const LIMIT = 100;
const TABLES = ['accounts', 'cycles', 'grants', 'purchases', 'subscriptions'];
let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.books.close());

/** Accounts, a minute after each other in all that makes something due; half of what is due is done already. */
async function fill(): Promise<void> {
  await shop.books.owner.query(`
    CREATE TEMP TABLE bulk AS
      SELECT 'bulk-' || n AS id, n, timestamptz '${START}' + n * interval '1 minute' AS at FROM generate_series(1, ${ROWS}) AS n;
    INSERT INTO holdfast.accounts (account_id, term, valid_until, booked_term) SELECT id, 1, at, n % 2 FROM bulk;
    INSERT INTO holdfast.grants (account_id, grant_id, source, priority, credits, remaining, cost_cents, currency, granted_at, ends_at)
      SELECT id, 1, 'promotion', 10, 5, 5 * (n % 2), 0, 'USD', at, at FROM bulk;
    INSERT INTO holdfast.subscriptions (account_id, subscription_id, term, plan_id, time_zone, anchor, anchor_cycle, cycle,
        paid_cycle, granted_cycle, grace, settlement_window, status, closed_why, closed_at, look_from)
      SELECT id, 's', 1, 'lite-monthly', 'UTC', at, 1, 'P1M', 1, n % 2, 'PT0S', 'PT1H',
        CASE n % 2 WHEN 0 THEN 'active' ELSE 'closed' END, CASE n % 2 WHEN 1 THEN 'lapsed' END, CASE n % 2 WHEN 1 THEN at END, at
      FROM bulk;
    INSERT INTO holdfast.cycles (account_id, subscription_id, cycle, term, plan_id, length, starts_at, ends_at, grant_id)
      SELECT id, 's', 1, 1, 'lite-monthly', 'P1M', at, at + interval '1 month', nullif(n % 2, 0) FROM bulk;
    INSERT INTO holdfast.purchases (account_id, purchase_id, status, opened_at, reason, payment_id, resolved_at, look_from)
      SELECT id, 'p', CASE n % 2 WHEN 0 THEN 'returning' ELSE 'voided' END, at, 'x', CASE n % 2 WHEN 0 THEN 'y' END,
        CASE n % 2 WHEN 1 THEN at END, CASE n % 2 WHEN 0 THEN at END
      FROM bulk;
    ANALYZE holdfast.accounts, holdfast.grants, holdfast.subscriptions, holdfast.cycles, holdfast.purchases`);
}

/** On a connection of its own, whose counters start at nothing. */
async function inTransaction<T>(action: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: shop.books.urls.ownerUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    return await action(client);
  } finally {
    await client.end();
  }
}

describe('among thousands of rows', () => {
  beforeAll(fill);

  // Reads are counted, because EXPLAIN shows only that a function was called.
  test.each([
    ['due_cycles', 'cycles_ungranted', 'NULL, NULL', LIMIT],
    ['due_cycles', 'cycles_ungranted', '$after, $id', LIMIT],
    ['due_expiries', 'accounts_unbooked_term', 'NULL, NULL', LIMIT],
    ['due_expiries', 'accounts_unbooked_term', '$after, $id', LIMIT],
    ['ended_grants', 'grants_own_end', 'NULL, NULL', LIMIT],
    ['ended_grants', 'grants_own_end', '$after, $id', LIMIT],
    ['unfinished_purchases', 'purchases_unfinished', 'NULL, NULL, NULL', LIMIT],
    ['unfinished_purchases', 'purchases_unfinished', "$after, $id, 'p'", LIMIT],
    ['unwatched_subscriptions', 'subscriptions_watched', 'NULL, NULL', LIMIT],
    ['unwatched_subscriptions', 'subscriptions_watched', '$after, $id', LIMIT],
  ])(
    'a page of %s reads %s from the page’s start (%s), and no table as a whole',
    async (name, index, after, limit) => {
      const at = (row: number) => `(timestamptz '${START}' + ${row} * interval '1 minute')`;
      const cursor = after.replace('$after', at(2_500)).replace('$id', "'bulk-2500'");
      await inTransaction(async (client) => {
        const { rows } = await client.query(
          `SELECT * FROM holdfast.${name}(${at(4_500)}, ${cursor}, ${limit})`,
        );
        expect(rows).toHaveLength(limit);
        const read = await client.query(
          `SELECT pg_stat_get_xact_numscans($1::regclass)::int AS scans, pg_stat_get_xact_tuples_returned($1::regclass)::int AS entries,
           (SELECT sum(seq_scan)::int FROM pg_stat_xact_user_tables WHERE schemaname = 'holdfast' AND relname = ANY ($2)) AS whole`,
          [`holdfast.${index}`, TABLES],
        );
        expect(read.rows).toEqual([{ scans: 1, entries: expect.any(Number), whole: 0 }]);
        expect(read.rows[0].entries).toBeLessThanOrEqual(limit + 1);
      });
    },
  );
});

test('a cancellation reads those of the last hour by their index, and no others', async () => {
  const account = await shop.subs.subscribed();
  await shop.books.grantPromotion(account, 20);
  await inTransaction(async (client) => {
    await client.query(
      `INSERT INTO holdfast.reservations (account_id, request_id, body, state, credits,
         allocated_grants, allocated_credits, resolved_at, reason, free_cancel_at)
       SELECT $1, 'old-' || n, '{"kind": "x"}', 'released', 0, '{}', '{}', at, 'cancelled', at
       FROM generate_series(1, ${ROWS}) AS n,
         LATERAL (SELECT timestamptz '${START}' - (n / 2) * interval '1 minute' AS at) AS times`,
      [account],
    );
    await client.query('ANALYZE holdfast.reservations');
    await client.query(`SELECT holdfast.reserve_credits($1, 'r', '{"kind": "x"}', 15, 1, 1000)`, [
      account,
    ]);
    await client.query(`SELECT holdfast.request_cancel($1, 'r', 200)`, [account]);
    const { rows } = await client.query(
      `SELECT pg_stat_get_xact_numscans($1::regclass)::int AS scans,
         pg_stat_get_xact_tuples_returned($1::regclass)::int AS entries`,
      ['holdfast.reservations_free_cancels'],
    );
    // Two a minute, but for the minute in which the hour begins.
    expect(rows).toEqual([{ scans: 1, entries: 119 }]);
  });
});

test('a reservation and its commit update no index', async () => {
  const account = await shop.subs.subscribed();
  await shop.books.grantPromotion(account, 20);
  await inTransaction(async (client) => {
    await client.query(`SELECT holdfast.reserve_credits($1, 'r', '{"kind": "x"}', 15, 1, 1000)`, [
      account,
    ]);
    await client.query(`SELECT holdfast.commit_reservation($1, 'r', 10, 'file:///o')`, [account]);
    const { rows } = await client.query(
      `SELECT relname, n_tup_upd::int AS updates, n_tup_hot_upd::int AS heap_only FROM pg_stat_xact_user_tables
       WHERE schemaname = 'holdfast' AND relname IN ('accounts', 'grants') ORDER BY relname`,
    );
    expect(rows).toEqual([
      { relname: 'accounts', updates: 2, heap_only: 2 },
      { relname: 'grants', updates: 2, heap_only: 2 },
    ]);
  });
});
