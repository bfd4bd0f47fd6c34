import { DAY_MS, granted, later, newId, START, TestLedger } from '../ledger-support';

let books: TestLedger;
let account: string;

beforeAll(async () => {
  books = await TestLedger.open();
  account = await busyAccount();
  await busyAccount();
});
afterAll(() => books.close());

/** One of each: entries of every type, an open, a committed and a released reservation, a tombstone, one that waits, a spent grant. */
async function busyAccount(): Promise<string> {
  const id = newId();
  await books.setClock(START);
  await books.grantPromotion(id, 10, { expiresAt: later(START, DAY_MS) });
  await books.grantPromotion(id, 5, { expiresAt: later(START, 2 * DAY_MS) });
  await books.grantPromotion(id, 100, { expiresAt: later(START, 9 * DAY_MS) });
  await granted(books.reserve(id, 'done', 12));
  await granted(books.ledger.commit(id, 'done', 8, 'file:///o'));
  await books.setClock(later(START, DAY_MS));
  await granted(books.ledger.expire(id));
  await granted(books.reserve(id, 'gone', 7));
  await granted(books.ledger.release(id, 'gone', 'failed'));
  await granted(books.reserve(id, 'open', 30));
  await granted(books.ledger.deduct(id, 'd', { credits: 2, reason: 'x', by: 'x' }));
  await granted(books.ledger.release(id, 'tombstone', 'late'));
  await books.park(id, 'parked', 500);
  return id;
}

const brokenBy = (damage: string) => books.brokenBy(damage, account);

async function withoutRules<T>(table: string, action: () => Promise<T>): Promise<T> {
  const trigger = `TRIGGER ${table}_rules_are_kept`;
  await books.owner.query(`ALTER TABLE holdfast.${table} DISABLE ${trigger}`);
  try {
    return await action();
  } finally {
    await books.owner.query(`ALTER TABLE holdfast.${table} ENABLE ALWAYS ${trigger}`);
  }
}

const ACCOUNT = 'WHERE account_id = $account';
const COMMIT = `${ACCOUNT} AND type = 'commit'`;
const [OPEN, DONE, GONE] = ['open', 'done', 'gone'].map(
  (id) => `${ACCOUNT} AND request_id = '${id}'`,
);

const TWO_TOP_UPS = `
  INSERT INTO holdfast.purchases (account_id, purchase_id, body, pack_id, credits, price_cents, currency, catalog_version, status,
    opened_at, look_from, automatic)
  SELECT $account, 'top-up-' || n, '{}', 'pack-125', 125, 4900, 'USD', 1, 'open', now(), now(), true
  FROM generate_series(1, 2) AS n`;

test('the audit of an undamaged ledger counts what it looked at and finds nothing', async () => {
  expect(await books.audit()).toMatchObject({ accounts: 2, entries: 20, violations: [] });
});

describe('the audit finds', () => {
  test.each([
    [
      'journal-gives-balances',
      `UPDATE holdfast.accounts SET available = available + 1, granted = granted + 1 ${ACCOUNT}`,
    ],
    [
      'grants-add-up',
      `UPDATE holdfast.accounts SET available = available + 1, granted = granted + 1 ${ACCOUNT}`,
    ],
    [
      'reservations-add-up',
      `UPDATE holdfast.accounts SET reserved = reserved + 1, granted = granted + 1 ${ACCOUNT}`,
    ],
    [
      'journal-gives-balances',
      `UPDATE holdfast.accounts SET spent = spent + 1, granted = granted + 1 ${ACCOUNT}`,
    ],
    [
      'journal-gives-balances',
      `UPDATE holdfast.accounts SET expired = expired + 1, granted = granted + 1 ${ACCOUNT}`,
    ],
    [
      'journal-gives-balances',
      `UPDATE holdfast.accounts SET deducted = deducted + 1, granted = granted + 1 ${ACCOUNT}`,
    ],
    ['journal-gives-balances', `UPDATE holdfast.accounts SET version = version + 1 ${ACCOUNT}`],
    [
      'journal-gives-balances',
      `UPDATE holdfast.accounts SET last_entry_at = last_entry_at - interval '1 hour' ${ACCOUNT}`,
    ],
    ['journal-gives-balances', `UPDATE holdfast.accounts SET last_entry_at = NULL ${ACCOUNT}`],
  ])('%s broken by a changed account: %s', async (invariant, damage) => {
    expect(await brokenBy(damage)).toContain(invariant);
  });

  test.each([
    [
      'journal-gives-remainders',
      `UPDATE holdfast.grants SET remaining = remaining - 1 ${ACCOUNT} AND grant_id = 3`,
    ],
    [
      'grants-add-up',
      `UPDATE holdfast.grants SET remaining = remaining - 1 ${ACCOUNT} AND grant_id = 3`,
    ],
    [
      'journal-gives-remainders',
      `UPDATE holdfast.grants SET remaining = remaining + CASE grant_id WHEN 2 THEN 1 ELSE -1 END ${ACCOUNT} AND grant_id > 1`,
    ],
    [
      'grants-match-journal',
      `UPDATE holdfast.grants SET credits = credits + 1 ${ACCOUNT} AND grant_id = 3`,
    ],
    [
      'grants-match-journal',
      `UPDATE holdfast.grants SET granted_at = granted_at - interval '1 s' ${ACCOUNT} AND grant_id = 3`,
    ],
    ['grants-match-journal', `DELETE FROM holdfast.grants ${ACCOUNT} AND grant_id = 1`],
    ['grants-add-up', `DELETE FROM holdfast.grants ${ACCOUNT} AND grant_id = 3`],
    [
      'grants-match-journal',
      `INSERT INTO holdfast.grants (account_id, grant_id, source, priority, credits, remaining, cost_cents, currency, granted_at, term)
       VALUES ($account, 99, 'pack', 30, 5, 0, 0, 'USD', now(), 1)`,
    ],
  ])('%s broken by a changed grant: %s', async (invariant, damage) => {
    expect(await brokenBy(damage)).toContain(invariant);
  });

  test.each([
    ['allocations-add-up', `UPDATE holdfast.reservations SET allocated_credits = '{29}' ${OPEN}`],
    [
      'allocations-add-up',
      `UPDATE holdfast.reservations SET allocated_grants = allocated_grants || 1::bigint ${DONE}`,
    ],
    ['reservations-add-up', `UPDATE holdfast.reservations SET credits = 31 ${OPEN}`],
    [
      'journal-gives-remainders',
      `UPDATE holdfast.reservations SET allocated_grants = '{3,2}', allocated_credits = '{5,25}' ${OPEN}`,
    ],
    [
      'reservations-match-journal',
      `UPDATE holdfast.reservations SET allocated_grants = '{3,2}' ${DONE}`,
    ],
    [
      'reservations-match-journal',
      `UPDATE holdfast.reservations SET resolved_at = resolved_at + interval '1 s' ${GONE}`,
    ],
    [
      'reservations-match-journal',
      `UPDATE holdfast.reservations SET reserved_at = reserved_at - interval '1 s' ${OPEN}`,
    ],
    ['resolved-once', `UPDATE holdfast.reservations SET charged = charged - 1 ${DONE}`],
    ['resolved-once', `UPDATE holdfast.reservations SET state = 'released', charged = 0 ${DONE}`],
    ['resolved-once', `UPDATE holdfast.reservations SET state = 'committed', charged = 0 ${GONE}`],
    [
      'resolved-once',
      `UPDATE holdfast.reservations SET state = 'open', resolved_at = NULL, expires_at = now() ${GONE}`,
    ],
    ['resolved-once', `DELETE FROM holdfast.reservations ${DONE}`],
    [
      'resolved-once',
      `UPDATE holdfast.reservations SET body = NULL, credits = 0, allocated_grants = '{}', allocated_credits = '{}' ${GONE}`,
    ],
    [
      'resolved-once',
      `UPDATE holdfast.reservations SET body = '{}' ${ACCOUNT} AND request_id = 'tombstone'`,
    ],
    ['counts-match-reservations', `UPDATE holdfast.accounts SET waited_for = 0 ${ACCOUNT}`],
    ['counts-match-reservations', `UPDATE holdfast.accounts SET open_reservations = 2 ${ACCOUNT}`],
    [
      'counts-match-reservations',
      `UPDATE holdfast.accounts SET day_credits = day_credits + 1 ${ACCOUNT}`,
    ],
    ['counts-match-reservations', `UPDATE holdfast.accounts SET last_ticket = 0 ${ACCOUNT}`],
    [
      'counts-match-reservations',
      `UPDATE holdfast.reservations SET waits_for = 499 ${ACCOUNT} AND state = 'waiting'`,
    ],
    ['blocks-match-tickets', `DELETE FROM holdfast.queue_blocks ${ACCOUNT}`],
    ['blocks-match-tickets', `UPDATE holdfast.queue_blocks SET block = 7 ${ACCOUNT}`],
    ['blocks-match-tickets', `UPDATE holdfast.queue_blocks SET credits = 499 ${ACCOUNT}`],
    ['blocks-match-tickets', `UPDATE holdfast.queue_blocks SET request_bytes = 1 ${ACCOUNT}`],
    [
      'blocks-match-tickets',
      `UPDATE holdfast.reservations SET ticket = 100 ${ACCOUNT} AND state = 'waiting'`,
    ],
    ['unserved-holds-nothing', `UPDATE holdfast.reservations SET reserved_at = NULL ${OPEN}`],
    ['unserved-holds-nothing', `UPDATE holdfast.entries SET request_id = 'parked' ${COMMIT}`],
    ['one-top-up-at-a-time', TWO_TOP_UPS],
    [
      'limits-are-looked-for',
      `INSERT INTO holdfast.operator_limits (account_id, reason, by_name, since) VALUES ($account, 'r', 'b', now());
       UPDATE holdfast.accounts SET watched = false ${ACCOUNT}`,
    ],
    [
      'limits-are-looked-for',
      `INSERT INTO holdfast.account_settings (account_id) VALUES ($account);
       UPDATE holdfast.accounts SET watched = false ${ACCOUNT}`,
    ],
  ])('%s broken by a changed reservation: %s', async (invariant, damage) => {
    expect(await brokenBy(damage)).toContain(invariant);
  });

  test.each([
    ['journal-gap-free', `DELETE FROM holdfast.entries ${COMMIT}`],
    ['journal-gives-balances', `DELETE FROM holdfast.entries ${ACCOUNT} AND version = 10`],
    ['journal-replays', `DELETE FROM holdfast.entries ${COMMIT}`],
    ['journal-time-ordered', `UPDATE holdfast.entries SET at = at - interval '1 hour' ${COMMIT}`],
    ['journal-legs-add-up', `UPDATE holdfast.entries SET remainder_deltas = '{5,0}' ${COMMIT}`],
    ['journal-legs-add-up', `UPDATE holdfast.entries SET reserved_deltas = '{-11,-2}' ${COMMIT}`],
    [
      'journal-legs-add-up',
      `UPDATE holdfast.entries SET grant_ids = '{}', remainder_deltas = '{}', reserved_deltas = '{}' ${COMMIT}`,
    ],
    [
      'journal-legs-add-up',
      `UPDATE holdfast.entries SET grant_ids = grant_ids || 3::bigint ${COMMIT}`,
    ],
    [
      'journal-legs-add-up',
      `UPDATE holdfast.entries SET grant_id = 2 ${ACCOUNT} AND type = 'expire'`,
    ],
    ['journal-gives-remainders', `UPDATE holdfast.entries SET grant_ids = '{1,3}' ${COMMIT}`],
    [
      'journal-replays',
      `UPDATE holdfast.entries SET available_after = available_after + 1, granted_after = granted_after + 1 ${COMMIT}`,
    ],
    [
      'journal-replays',
      `UPDATE holdfast.entries SET reserved_after = 1, spent_after = spent_after - 1 ${COMMIT}`,
    ],
    [
      'journal-replays',
      `UPDATE holdfast.entries SET expired_after = 1, spent_after = spent_after - 1 ${COMMIT}`,
    ],
    [
      'journal-replays',
      `UPDATE holdfast.entries SET deducted_after = 1, spent_after = spent_after - 1 ${COMMIT}`,
    ],
    [
      'journal-replays',
      `UPDATE holdfast.entries SET available_delta = available_delta - 1 ${COMMIT}`,
    ],
    ['resolved-once', `UPDATE holdfast.entries SET request_id = 'gone' ${COMMIT}`],
    [
      'journal-replays',
      `UPDATE holdfast.entries SET type = 'deduct', by_name = 'x' ${ACCOUNT} AND type = 'expire'`,
    ],
  ])('%s broken by a changed entry: %s', async (invariant, damage) => {
    expect(await brokenBy(damage)).toContain(invariant);
  });
});

describe('the audit finds, where a constraint is gone,', () => {
  test.each([
    [
      'figures-not-negative',
      'accounts',
      `UPDATE holdfast.accounts SET expired = -1, spent = spent + expired + 1 ${ACCOUNT}`,
    ],
    ['figures-add-up', 'accounts', `UPDATE holdfast.accounts SET granted = granted + 1 ${ACCOUNT}`],
    [
      'remainder-in-range',
      'grants',
      `UPDATE holdfast.grants SET remaining = credits + 1 ${ACCOUNT} AND grant_id = 3`,
    ],
    [
      'remainder-in-range',
      'grants',
      `UPDATE holdfast.grants SET remaining = -1 ${ACCOUNT} AND grant_id = 1`,
    ],
  ])('%s and the rule broken in %s: %s', async (invariant, table, damage) => {
    expect(await withoutRules(table, () => brokenBy(damage))).toEqual(
      expect.arrayContaining([invariant, 'rules-are-kept']),
    );
  });
});

test('the ledger is undamaged again after every test above', () => books.expectBalanced());
