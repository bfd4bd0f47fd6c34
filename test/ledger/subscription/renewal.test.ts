import { granted, later, newId, refusal, START } from '../ledger-support';
import { FEBRUARY, HOUR_MS, LITE, MARCH, SubscriptionBooks } from './subscription-support';

let subs: SubscriptionBooks;

beforeAll(async () => {
  subs = await SubscriptionBooks.open({}, 32);
});
beforeEach(() => subs.reset());
afterEach(() => subs.expectBalanced());
afterAll(() => subs.books.close());

const WINDOW_END = later(FEBRUARY, HOUR_MS);

test('a renewal that is paid before the lapse carries everything forward, and the next cycle is granted at its boundary', async () => {
  const account = await subs.subscribed();
  await subs.books.setClock(later(FEBRUARY, -1));
  const { subscription, granted: grants, newTerm } = await granted(subs.renew(account));
  expect({ grants, newTerm }).toEqual({ grants: [], newTerm: false });
  expect(subscription).toMatchObject({
    term: 1,
    cycle: 1,
    paidAhead: 1,
    validUntil: MARCH,
    cycleEnd: FEBRUARY,
  });
  expect(await granted(subs.subscriptions.grantCycles(account, 's'))).toMatchObject({
    granted: [],
  });
  await subs.books.setClock(FEBRUARY);
  expect(await subs.balance(account)).toMatchObject({ available: 150, pendingExpiry: 0 });
  const { granted: due } = await granted(subs.subscriptions.grantCycles(account, 's'));
  expect(due).toEqual([{ cycle: 2, planId: LITE, credits: 150, grantId: '2' }]);
  expect(await granted(subs.subscriptions.grantCycles(account, 's'))).toMatchObject({
    granted: [],
  });
  expect(await subs.balance(account)).toMatchObject({ available: 300, granted: 300 });
});

test.each([
  ['within the window carries everything forward', later(FEBRUARY, 60_000), false],
  [
    'a millisecond before the window’s end carries everything forward',
    later(WINDOW_END, -1),
    false,
  ],
  [
    'after the window, but before the booking, carries everything forward',
    later(WINDOW_END, 60_000),
    false,
  ],
  ['after the booking starts a new term', later(WINDOW_END, 60_000), true],
])(
  'a renewal that is paid a millisecond before the lapse and told %s',
  async (_when, told, booked) => {
    const account = await subs.subscribed();
    await subs.books.setClock(told);
    if (booked) await granted(subs.subscriptions.expireTerm(account, 's', 1));
    const { subscription, newTerm } = await granted(subs.renew(account, later(FEBRUARY, -1)));
    expect(newTerm).toBe(booked);
    const validUntil = booked ? '2030-03-01T01:01:00.000Z' : MARCH;
    expect(subscription).toMatchObject({
      ...{ status: 'active', closedWhy: null, cycle: 2, paidAhead: 0, validUntil },
      term: booked ? 2 : 1,
      cycleStart: booked ? told : FEBRUARY,
    });
    expect(await subs.balance(account)).toEqual({
      ...{ available: booked ? 150 : 300, pendingExpiry: 0 },
      ...{ expired: booked ? 150 : 0, granted: 300 },
    });
  },
);

test.each([
  ['at the lapse', 0],
  ['a millisecond after the lapse', 1],
])(
  'a renewal that is paid %s starts a new term of the same subscription, and nothing comes back',
  async (_when, ms) => {
    const account = await subs.subscribed();
    await granted(subs.books.reserve(account, 'r', 30));
    const paidAt = later(FEBRUARY, ms);
    const told = later(paidAt, 5_000);
    await subs.books.setClock(told);
    const { subscription, newTerm } = await granted(subs.renew(account, paidAt));
    expect(newTerm).toBe(true);
    expect(subscription).toMatchObject({
      status: 'active',
      term: 2,
      cycle: 2,
      paidCycle: 2,
      cycleStart: told,
    });
    expect(await subs.balance(account)).toEqual({
      available: 150,
      pendingExpiry: 0,
      expired: 120,
      granted: 300,
    });
    await granted(subs.books.ledger.release(account, 'r', 'failed'));
    expect(await subs.balance(account)).toMatchObject({
      available: 150,
      pendingExpiry: 0,
      expired: 150,
    });
    await subs.books.setClock(later(WINDOW_END, 5_000));
    expect(await granted(subs.subscriptions.expireTerm(account, 's', 1))).toMatchObject({
      status: 'closed',
    });
    expect(await subs.balance(account)).toMatchObject({ available: 150 });
  },
);

test('a renewal that is told twice counts once; with another body it is a conflict', async () => {
  const account = await subs.subscribed();
  const first = await granted(subs.renew(account, START, 'same-reference'));
  await subs.books.setClock(later(FEBRUARY, 1));
  expect(await subs.renew(account, START, 'same-reference')).toEqual({
    ok: true,
    value: first,
    replayed: true,
  });
  // The same instant, written otherwise.
  expect(await subs.renew(account, '2030-01-01T01:00:00+01:00', 'same-reference')).toMatchObject({
    replayed: true,
  });
  for (const paidAt of [later(START, 1), undefined]) {
    expect((await refusal(subs.renew(account, paidAt, 'same-reference'))).code).toBe(
      'IDEMPOTENCY_CONFLICT',
    );
  }
  expect((await refusal(subs.renew(account, START, 'same-reference', 'other'))).code).toBe(
    'IDEMPOTENCY_CONFLICT',
  );
  expect(await subs.subscription(account)).toMatchObject({ paidCycle: 2, validUntil: MARCH });
});

test('a known renewal is answered even when the subscription has been superseded or ended', async () => {
  const account = await subs.subscribed();
  const first = await granted(subs.renew(account, START, 'ref'));
  await granted(subs.subscriptions.endNow(account, 's', 'k'));
  await subs.subscribe(account, 's2');
  expect(await subs.renew(account, START, 'ref')).toEqual({
    ok: true,
    value: first,
    replayed: true,
  });
});

test('a payment in the future, or of an unknown subscription, is refused', async () => {
  const account = await subs.subscribed();
  const paidAt = later(START, 1);
  expect(await refusal(subs.renew(account, paidAt))).toEqual({
    code: 'PAYMENT_IN_FUTURE',
    details: { paidAt, now: START },
  });
  expect((await refusal(subs.renew(account, START, newId('pay'), 'other'))).code).toBe(
    'SUBSCRIPTION_NOT_FOUND',
  );
  expect((await refusal(subs.renew(newId()))).code).toBe('SUBSCRIPTION_NOT_FOUND');
});

describe('a payment from before the subscription began', () => {
  test.each([
    '0001-01-01T00:00:00Z',
    '2029-12-31T23:59:59.9999999Z',
    later(START, -1),
    '2030-01-01T00:59:59.999+01:00',
  ])('is refused, and changes nothing: %s', async (paidAt) => {
    const account = await subs.subscribed();
    const before = await subs.subscription(account);
    expect(await refusal(subs.renew(account, paidAt))).toEqual({
      code: 'PAYMENT_BEFORE_SUBSCRIPTION',
      details: { paidAt: expect.stringMatching(/^(0001-01-01|2029-12-31)T/), beganAt: START },
    });
    expect(await subs.subscription(account)).toEqual(before);
  });

  test('is told from one of that very moment, which counts, also for a later term and after a longer cycle', async () => {
    const account = await subs.subscribed();
    await granted(
      subs.subscriptions.changePlan(account, 's', 'k', {
        planId: 'lite-yearly',
        paymentReference: 'longer',
      }),
    );
    await granted(subs.renew(account, START));
    expect(await refusal(subs.renew(account, later(START, -1)))).toMatchObject({
      code: 'PAYMENT_BEFORE_SUBSCRIPTION',
    });
    await subs.books.setClock('2040-01-01T00:00:00.000Z');
    expect(await granted(subs.renew(account, START))).toMatchObject({ newTerm: false });
  });

  test('is a replay still where an earlier version has taken it', async () => {
    const account = await subs.subscribed();
    const first = await subs.renew(account, START, 'old');
    const paidAt = '0001-01-01T00:00:00.000Z';
    await subs.books.rewrite(
      `UPDATE holdfast.idempotency_keys SET body = body || '{"paidAt": "${paidAt}"}' WHERE account_id = '${account}' AND key = 'old';
       UPDATE holdfast.payments SET paid_at = '${paidAt}' WHERE account_id = '${account}' AND reference = 'old'`,
    );
    expect(await subs.renew(account, paidAt, 'old')).toEqual({ ...first, replayed: true });
  });
});
