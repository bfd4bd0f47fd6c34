import { Client } from 'pg';
import {
  atOnce,
  DAY_MS,
  granted,
  later,
  newId,
  promotion,
  refusal,
  START,
  TestLedger,
} from '../ledger-support';

const END = later(START, DAY_MS);
let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
});
beforeEach(() => books.setClock(START));
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

/** An account with 50 credits that end at END. */
async function withPromotion(): Promise<string> {
  const account = newId();
  await books.grantPromotion(account, 50, { expiresAt: END });
  return account;
}

describe('a grant with an end of its own', () => {
  test.each([
    ['counts one millisecond before its end', -1, 50, 0],
    ['is pending expiry at its end', 0, 0, 50],
    ['is pending expiry one millisecond after its end', 1, 0, 50],
  ])('%s', async (_what, ms, available, pendingExpiry) => {
    const account = await withPromotion();
    await books.setClock(later(END, ms));
    expect(await books.ledger.balance(account)).toMatchObject({
      available,
      pendingExpiry,
      expired: 0,
      granted: 50,
    });
    expect(await books.entryTypes(account)).toEqual(['grant']);
    const outcome = await books.reserve(account, 'r', 1);
    expect(outcome.ok).toBe(available > 0);
  });

  test.each([
    ['an expire', (account: string) => books.ledger.expire(account)],
    [
      'a grant',
      (account: string) => books.grantPromotion(account, 7, { expiresAt: later(END, DAY_MS) }),
    ],
    ['a refused reserve', (account: string) => books.reserve(account, 'r', 1)],
    [
      'a refused deduct',
      (account: string) => books.ledger.deduct(account, 'd', { credits: 1, reason: 'x', by: 'x' }),
    ],
  ])('is booked by %s once its end has come', async (_what, touch) => {
    const account = await withPromotion();
    await books.setClock(END);
    await touch(account);
    const [, expiry] = await books.entries(account);
    expect(expiry).toMatchObject({
      version: 2,
      at: END,
      type: 'expire',
      availableDelta: -50,
      reservedDelta: 0,
      grantId: '1',
      reason: 'ended',
    });
    expect(await books.ledger.balance(account)).toMatchObject({ pendingExpiry: 0, expired: 50 });
  });

  test('is booked with an entry for each, soonest end first, and only once', async () => {
    const account = newId();
    await books.grantPromotion(account, 5, { expiresAt: later(END, 2) });
    await books.grantPromotion(account, 6, { expiresAt: later(END, 1) });
    await books.grantPromotion(account, 7, { expiresAt: later(END, 9) });
    await books.setClock(later(END, 3));
    expect(await granted(books.ledger.expire(account))).toEqual({
      accountId: account,
      expired: 11,
      entries: 2,
    });
    expect(await granted(books.ledger.expire(account))).toEqual({
      accountId: account,
      expired: 0,
      entries: 0,
    });
    const expiries = (await books.entries(account)).filter(({ type }) => type === 'expire');
    expect(
      expiries.map(({ grantId, availableDelta }) => [Number(grantId), availableDelta]),
    ).toEqual([
      [2, -6],
      [1, -5],
    ]);
    expect(await books.ledger.balance(account)).toMatchObject({ available: 7, expired: 11 });
  });

  test('ends at the whole millisecond that is published', async () => {
    const account = newId();
    await books.grantPromotion(account, 50, { expiresAt: END.replace('Z', '9Z') });
    const { grants } = await books.ledger.balance(account);
    expect(grants[0]?.expiresAt).toBe(END);
    await books.setClock(END);
    expect(await books.ledger.balance(account)).toMatchObject({ available: 0, pendingExpiry: 50 });
  });

  test('is refused when its end is not ahead', async () => {
    for (const expiresAt of [later(START, -1), START]) {
      expect(await refusal(books.ledger.grant(newId(), 'k', promotion(5, { expiresAt })))).toEqual({
        code: 'EXPIRY_IN_PAST',
        details: { expiresAt, now: START },
      });
    }
    expect(await books.grantPromotion(newId(), 5, { expiresAt: later(START, 1) })).toMatchObject({
      credits: 5,
    });
  });
});

test('an expire of an unknown account finds nothing', async () => {
  const account = newId();
  expect(await granted(books.ledger.expire(account))).toEqual({
    accountId: account,
    expired: 0,
    entries: 0,
  });
});

describe('reserved credits that come back around their grant’s end', () => {
  test.each([
    ['stay when a commit comes a millisecond before', -1, ['grant', 'reserve', 'commit']],
    ['expire when a commit comes at', 0, ['grant', 'reserve', 'expire', 'commit', 'expire']],
    [
      'expire when a commit comes a millisecond after',
      1,
      ['grant', 'reserve', 'expire', 'commit', 'expire'],
    ],
  ])('%s that end', async (_when, ms, types) => {
    const account = await withPromotion();
    await granted(books.reserve(account, 'r', 20));
    await books.setClock(later(END, ms));
    await books.ledger.expire(account);
    await granted(books.ledger.commit(account, 'r', 15, 'file:///o'));
    expect(await books.entryTypes(account)).toEqual(types);
    const expired = ms < 0 ? 0 : 35;
    expect(await books.ledger.balance(account)).toMatchObject({
      available: 35 - expired,
      spent: 15,
      expired,
    });
  });

  test.each([
    ['stay when a release comes a millisecond before that end', -1, 0],
    ['expire in a second entry of the same transaction when a release comes at that end', 0, 20],
    [
      'expire in a second entry of the same transaction when a release comes a millisecond after that end',
      1,
      20,
    ],
  ])('%s', async (_when, ms, expired) => {
    const account = newId();
    await books.grantPromotion(account, 20, { expiresAt: END });
    await granted(books.reserve(account, 'r', 20));
    await books.setClock(later(END, ms));
    await granted(books.ledger.release(account, 'r', 'failed'));
    expect(await books.ledger.balance(account)).toMatchObject({
      available: 20 - expired,
      pendingExpiry: 0,
      expired,
    });
    if (expired > 0) expect(await lastTransaction(account)).toEqual(['release', 'expire']);
  });

  test('leave nothing to expire where a commit takes all of them', async () => {
    const account = newId();
    await books.grantPromotion(account, 20, { expiresAt: END });
    await granted(books.reserve(account, 'r', 20));
    await books.setClock(later(END, 1));
    await granted(books.ledger.commit(account, 'r', 20, 'file:///o'));
    expect(await books.entryTypes(account)).toEqual(['grant', 'reserve', 'commit']);
    expect(await books.ledger.balance(account)).toMatchObject({ spent: 20, expired: 0 });
  });

  test('expire only where their grant has ended, and the rest stays', async () => {
    const account = newId();
    await books.grantPromotion(account, 10, { expiresAt: END });
    await books.grantPromotion(account, 10, { expiresAt: later(END, DAY_MS) });
    await granted(books.reserve(account, 'r', 20));
    await books.setClock(END);
    await granted(books.ledger.commit(account, 'r', 4, 'file:///o'));
    expect(await books.ledger.balance(account)).toMatchObject({
      available: 10,
      spent: 4,
      expired: 6,
    });
  });
});

/** The types of the entries that the account's last transaction wrote. */
async function lastTransaction(account: string): Promise<string[]> {
  const { rows } = await books.owner.query(
    `SELECT type FROM holdfast.entries WHERE account_id = $1 AND xmin =
       (SELECT xmin FROM holdfast.entries WHERE account_id = $1 ORDER BY version DESC LIMIT 1) ORDER BY version`,
    [account],
  );
  return rows.map(({ type }) => type);
}

describe('the ledger’s clock', () => {
  test('never goes backwards in an account’s journal, even when the clock does', async () => {
    const account = newId();
    await books.grantPromotion(account, 10);
    for (const ms of [5_000, 2_000, -3_600_000]) {
      await books.setClock(later(START, ms));
      await granted(books.reserve(account, `r${ms}`, 1));
    }
    const times = (await books.entries(account)).map(({ at }) => at);
    expect(times).toEqual([START, later(START, 5_000), later(START, 5_000), later(START, 5_000)]);
  });

  test('does not bring an end back when it goes backwards', async () => {
    const account = newId();
    await books.grantPromotion(account, 10, { expiresAt: later(START, 1_000) });
    await books.grantPromotion(account, 1);
    await books.setClock(later(START, 1_000));
    await granted(books.reserve(account, 'r', 1));
    await books.setClock(START);
    expect(await books.ledger.balance(account)).toMatchObject({ available: 0, expired: 10 });
  });

  test('is the server’s without a test clock, in whole milliseconds', async () => {
    const account = newId();
    await books.clearClock();
    const { grantedAt } = await books.grantPromotion(account, 10);
    const { rows } = await books.owner.query('SELECT clock_timestamp() - $1::timestamptz AS ago', [
      grantedAt,
    ]);
    expect(rows[0].ago.toPostgres()).toMatch(/^\d\.\d* seconds|milliseconds/);
    const stored = await books.owner.query(
      "SELECT at = date_trunc('milliseconds', at) AS whole FROM holdfast.entries WHERE account_id = $1",
      [account],
    );
    expect(stored.rows).toEqual([{ whole: true }]);
  });

  test('is read behind the account’s lock: journal times of racing operations follow the lock’s order', async () => {
    const account = newId();
    await books.clearClock();
    await atOnce(32, () => books.grantPromotion(account, 1, { expiresAt: '2100-01-01T00:00:00Z' }));
    const times = (await books.entries(account)).map(({ at }) => at);
    expect(times).toEqual([...times].sort());
  });

  test('can’t be set by the worker', async () => {
    const worker = new Client({ connectionString: books.urls.ledgerUrl });
    await worker.connect();
    try {
      for (const statement of [
        'SELECT * FROM holdfast.test_clock',
        'UPDATE holdfast.test_clock SET set_to = now()',
        'DELETE FROM holdfast.test_clock',
        'INSERT INTO holdfast.test_clock (set_to) VALUES (now())',
      ]) {
        await expect(worker.query(statement)).rejects.toMatchObject({ code: '42501' });
      }
    } finally {
      await worker.end();
    }
  });
});
