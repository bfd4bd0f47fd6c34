import { granted, later, newId, refusal, START } from '../ledger-support';
import { FEBRUARY, HOUR_MS, LITE, MARCH, SubscriptionBooks } from './subscription-support';

let subs: SubscriptionBooks;

beforeAll(async () => {
  subs = await SubscriptionBooks.open();
});
beforeEach(() => subs.reset());
afterEach(() => subs.expectBalanced());
afterAll(() => subs.books.close());

const WINDOW_END = later(FEBRUARY, HOUR_MS);

/** The types of the entries that the account's last transaction wrote. */
async function lastTransaction(account: string): Promise<string[]> {
  const { rows } = await subs.books.owner.query(
    `SELECT type FROM holdfast.entries WHERE account_id = $1 AND xmin =
       (SELECT xmin FROM holdfast.entries WHERE account_id = $1 ORDER BY version DESC LIMIT 1) ORDER BY version`,
    [account],
  );
  return rows.map(({ type }) => type);
}

describe('the expiry of a term', () => {
  test('waits for the window’s end, and then books an entry per grant, once', async () => {
    const account = await subs.subscribed();
    const adjustment = { credits: 40, source: 'adjustment', reason: 'sorry', by: 'ops' } as const;
    await granted(subs.books.ledger.grant(account, 'k', adjustment));
    for (const at of [START, FEBRUARY, later(WINDOW_END, -1)]) {
      await subs.books.setClock(at);
      expect(await granted(subs.subscriptions.expireTerm(account, 's', 1))).toEqual({
        ...{ status: 'waiting', term: 1, at, validUntil: FEBRUARY, waitUntil: WINDOW_END },
      });
    }
    await subs.books.setClock(WINDOW_END);
    const booked = { status: 'booked', term: 1, expired: 190, entries: 2 };
    expect(await granted(subs.subscriptions.expireTerm(account, 's', 1))).toEqual(booked);
    expect(await subs.subscriptions.expireTerm(account, 's', 1)).toEqual({
      ok: true,
      value: booked,
      replayed: true,
    });
    const expiries = (await subs.books.entries(account)).filter(({ type }) => type === 'expire');
    expect(
      expiries.map(({ grantId, availableDelta, reason }) => [grantId, availableDelta, reason]),
    ).toEqual([
      ['1', -150, 'lapsed'],
      ['2', -40, 'lapsed'],
    ]);
    expect(await subs.subscription(account)).toMatchObject({
      ...{ status: 'closed', closedWhy: 'lapsed', closedAt: WINDOW_END, validUntil: FEBRUARY },
    });
  });

  test('books nothing after a renewal meanwhile', async () => {
    const account = await subs.subscribed();
    await subs.books.setClock(later(FEBRUARY, 1));
    await granted(subs.renew(account, START));
    await subs.books.setClock(WINDOW_END);
    expect(await granted(subs.subscriptions.expireTerm(account, 's', 1))).toEqual({
      ...{
        status: 'waiting',
        term: 1,
        at: WINDOW_END,
        validUntil: MARCH,
        waitUntil: later(MARCH, HOUR_MS),
      },
    });
    expect(await subs.balance(account)).toMatchObject({ available: 300 });
  });

  test('of an older term, or of an unknown subscription, touches nothing', async () => {
    const account = await subs.subscribed();
    await subs.books.setClock(later(FEBRUARY, 1));
    await granted(subs.renew(account));
    await subs.books.setClock(later(MARCH, 2 * HOUR_MS));
    expect(await granted(subs.subscriptions.expireTerm(account, 's', 1))).toMatchObject({
      status: 'closed',
      entries: 0,
    });
    expect((await refusal(subs.subscriptions.expireTerm(account, 'other', 1))).code).toBe(
      'SUBSCRIPTION_NOT_FOUND',
    );
  });

  test('leaves a promotion with an end of its own alone', async () => {
    const account = await subs.subscribed();
    await subs.books.grantPromotion(account, 20, { expiresAt: MARCH });
    await subs.books.setClock(WINDOW_END);
    expect(await granted(subs.subscriptions.expireTerm(account, 's', 1))).toMatchObject({
      expired: 150,
      entries: 1,
    });
    expect(await subs.balance(account)).toMatchObject({ available: 20 });
  });
});

describe('reserved credits that come back around the lapse', () => {
  test.each([
    [
      'a millisecond before the lapse',
      later(FEBRUARY, -1),
      { available: 130, pendingExpiry: 0, expired: 0 },
    ],
    ['at the lapse', FEBRUARY, { available: 0, pendingExpiry: 130, expired: 0 }],
    [
      'a millisecond after the lapse',
      later(FEBRUARY, 1),
      { available: 0, pendingExpiry: 130, expired: 0 },
    ],
    [
      'a millisecond before the window’s end',
      later(WINDOW_END, -1),
      { available: 0, pendingExpiry: 130, expired: 0 },
    ],
  ])('go to their grant after a commit %s', async (_when, at, expected) => {
    const account = await subs.subscribed();
    await granted(subs.books.reserve(account, 'r', 50));
    await subs.books.setClock(at);
    await granted(subs.books.ledger.commit(account, 'r', 20, 'file:///o'));
    expect(await subs.balance(account)).toMatchObject(expected);
    await subs.books.setClock(WINDOW_END);
    expect(await granted(subs.subscriptions.expireTerm(account, 's', 1))).toMatchObject({
      expired: 130,
      entries: 1,
    });
  });

  test.each([0, 1])(
    'expire at once after the booking, %i ms after the window’s end',
    async (ms) => {
      const account = await subs.subscribed();
      await granted(subs.books.reserve(account, 'committed', 50));
      await granted(subs.books.reserve(account, 'released', 30));
      await subs.books.setClock(later(WINDOW_END, ms));
      await granted(subs.subscriptions.expireTerm(account, 's', 1));
      expect(await subs.balance(account)).toMatchObject({
        available: 0,
        pendingExpiry: 0,
        expired: 70,
      });
      await granted(subs.books.ledger.commit(account, 'committed', 20, 'file:///o'));
      expect(await lastTransaction(account)).toEqual(['commit', 'expire']);
      await granted(subs.books.ledger.release(account, 'released', 'failed'));
      expect(await lastTransaction(account)).toEqual(['release', 'expire']);
      expect(await subs.balance(account)).toMatchObject({
        available: 0,
        pendingExpiry: 0,
        expired: 130,
      });
    },
  );

  test('within the window are carried forward by a renewal paid in time', async () => {
    const account = await subs.subscribed();
    await granted(subs.books.reserve(account, 'r', 50));
    await subs.books.setClock(later(FEBRUARY, 1_000));
    await granted(subs.books.ledger.release(account, 'r', 'failed'));
    await granted(subs.renew(account, later(FEBRUARY, -1)));
    expect(await subs.balance(account)).toMatchObject({ available: 300, pendingExpiry: 0 });
  });
});

describe('an end at once', () => {
  test('lapses without grace or window, says what expires, and can’t be renewed or repeated', async () => {
    const account = await subs.subscribed();
    await granted(subs.renew(account));
    await granted(subs.books.reserve(account, 'r', 50));
    const now = later(START, 5_000);
    await subs.books.setClock(now);
    const first = await granted(subs.subscriptions.endNow(account, 's', 'k'));
    expect(first).toMatchObject({
      ...{ expired: 100, entries: 1, granted: [] },
      subscription: {
        status: 'closed',
        closedWhy: 'ended-now',
        validUntil: now,
        windowEnd: now,
        closedAt: now,
      },
    });
    expect(await subs.subscriptions.endNow(account, 's', 'k')).toEqual({
      ok: true,
      value: first,
      replayed: true,
    });
    expect((await refusal(subs.renew(account, START))).code).toBe('SUBSCRIPTION_ENDED');
    for (const refused of [
      subs.subscriptions.endNow(account, 's', 'k2'),
      subs.subscriptions.cancelAtPeriodEnd(account, 's', 'k2'),
      subs.subscriptions.resume(account, 's', 'k2'),
    ]) {
      expect(await refusal<unknown>(refused)).toEqual({
        code: 'SUBSCRIPTION_ENDED',
        details: { subscriptionId: 's', endedAt: now },
      });
    }
    await granted(subs.books.ledger.release(account, 'r', 'failed'));
    expect(await subs.balance(account)).toEqual({
      available: 0,
      pendingExpiry: 0,
      expired: 150,
      granted: 150,
    });
    // The cycle that was paid ahead never begins.
    await subs.books.setClock(later(FEBRUARY, HOUR_MS));
    expect(await granted(subs.subscriptions.grantCycles(account, 's'))).toMatchObject({
      granted: [],
    });
    await subs.subscribe(account, 's2');
    expect(await subs.balance(account)).toMatchObject({ available: 150 });
    expect((await refusal(subs.renew(account, START))).code).toBe('SUBSCRIPTION_ENDED');
  });

  test('of a lapsed subscription closes its window', async () => {
    const account = await subs.subscribed();
    await subs.books.setClock(later(FEBRUARY, 1_000));
    expect(await granted(subs.subscriptions.endNow(account, 's', 'k'))).toMatchObject({
      ...{ expired: 150, subscription: { validUntil: FEBRUARY, windowEnd: FEBRUARY } },
    });
    expect((await refusal(subs.renew(account, later(FEBRUARY, -1)))).code).toBe(
      'SUBSCRIPTION_ENDED',
    );
  });

  test('of an unknown or ended subscription is refused', async () => {
    expect((await refusal(subs.subscriptions.endNow(newId(), 's', 'k'))).code).toBe(
      'SUBSCRIPTION_NOT_FOUND',
    );
    const account = await subs.subscribed();
    await subs.books.setClock(WINDOW_END);
    await granted(subs.subscriptions.expireTerm(account, 's', 1));
    expect((await refusal(subs.subscriptions.endNow(account, 's', 'k'))).code).toBe(
      'SUBSCRIPTION_LAPSED',
    );
  });
});

describe('a cancellation at the period’s end', () => {
  test('changes nothing until then, and can be taken back', async () => {
    const account = await subs.subscribed();
    const first = await granted(subs.subscriptions.cancelAtPeriodEnd(account, 's', 'c'));
    expect(first.subscription).toMatchObject({
      status: 'active',
      cancelAtPeriodEnd: true,
      validUntil: FEBRUARY,
    });
    expect(await subs.subscriptions.cancelAtPeriodEnd(account, 's', 'c')).toMatchObject({
      value: first,
      replayed: true,
    });
    expect(await granted(subs.subscriptions.cancelAtPeriodEnd(account, 's', 'again'))).toEqual(
      first,
    );
    await granted(subs.subscriptions.resume(account, 's', 'r'));
    expect(await subs.subscription(account)).toMatchObject({ cancelAtPeriodEnd: false });
    expect((await refusal(subs.subscriptions.resume(account, 's', 'r2'))).code).toBe(
      'SUBSCRIPTION_NOT_CANCELLED',
    );
  });

  test('is refused once the subscription has lapsed', async () => {
    const account = await subs.subscribed();
    await subs.books.setClock(FEBRUARY);
    expect((await refusal(subs.subscriptions.cancelAtPeriodEnd(account, 's', 'c'))).code).toBe(
      'SUBSCRIPTION_LAPSED',
    );
  });
});

test('the balance as of an earlier time is judged by the term and the end that held then', async () => {
  const account = await subs.subscribed();
  const seen: { at: string; balance: unknown }[] = [];
  const remember = async (at: string) => {
    await subs.books.setClock(at);
    seen.push({ at, balance: await subs.books.ledger.balance(account) });
    await subs.books.advanceClock(1);
  };
  await remember(later(FEBRUARY, -1));
  await remember(FEBRUARY);
  await subs.books.setClock(later(FEBRUARY, 10));
  await granted(subs.renew(account, later(FEBRUARY, -1)));
  await remember(later(FEBRUARY, 20));
  await granted(subs.subscriptions.cancelAtPeriodEnd(account, 's', 'c'));
  await remember(MARCH);
  await granted(subs.renew(account));
  await remember(later(MARCH, 5));
  await granted(subs.subscriptions.endNow(account, 's', 'k'));
  await remember(later(MARCH, 10));
  await subs.subscribe(account, 's2', LITE);
  await remember(later(MARCH, 15));
  expect(seen.map(({ balance }) => (balance as { available: number }).available)).toEqual([
    150, 0, 300, 0, 150, 0, 150,
  ]);
  for (const { at, balance } of seen) {
    expect({ at, balance: await subs.books.ledger.balance(account, at) }).toEqual({ at, balance });
  }
});
