import { granted, later, MINUTE_MS, newId, refusal, START } from '../ledger-support';
import { FEBRUARY, HOUR_MS, MARCH } from '../subscription/subscription-support';
import { BODY, Shop } from './purchase-support';

let shop: Shop;
let account: string;

beforeAll(async () => {
  shop = await Shop.open();
});
beforeEach(async () => {
  await shop.subs.reset();
  account = await shop.subs.subscribed();
  await granted(shop.buy(account));
});
afterEach(() => shop.subs.expectBalanced());
afterAll(() => shop.books.close());

test('a settled payment buys the credits at once, until the term’s end', async () => {
  const at = later(START, 3_000);
  await shop.books.setClock(at);
  const settled = await granted(shop.settle(account));
  expect(settled).toMatchObject({
    ...{
      status: 'granted',
      paymentId: 'pay-p',
      grantId: '2',
      resolvedAt: at,
      validUntil: FEBRUARY,
    },
    ...{ reason: null, mayCharge: false, openedAt: START },
  });
  expect(await shop.books.ledger.balance(account)).toMatchObject({
    available: 275,
    grants: [
      { source: 'plan' },
      { grantId: '2', source: 'pack', credits: 125, remaining: 125, expiresAt: FEBRUARY },
    ],
  });
  const { rows } = await shop.books.owner.query(
    `SELECT priority, cost_cents::int, currency, term, ends_at FROM holdfast.grants WHERE account_id = $1 AND grant_id = 2`,
    [account],
  );
  expect(rows).toEqual([
    { priority: 30, cost_cents: 4900, currency: 'USD', term: 1, ends_at: null },
  ]);
  expect((await shop.books.entries(account)).at(-1)).toMatchObject({
    reason: 'pack-125, purchase p',
    grantId: '2',
  });
});

test('a settlement that is told again answers with the purchase’s status', async () => {
  await granted(shop.settle(account));
  await granted(shop.subs.renew(account));
  expect(await shop.settle(account)).toMatchObject({
    ...{ ok: true, replayed: true, value: { status: 'granted', validUntil: MARCH } },
  });
  expect(await shop.buy(account)).toMatchObject({
    replayed: true,
    value: { status: 'granted', validUntil: MARCH },
  });
  expect(await shop.packGrants(account)).toEqual([125]);
});

test('a purchase that was not opened is not found', async () => {
  for (const unknown of [newId(), account]) {
    expect(await refusal(shop.settle(unknown, 'other'))).toEqual({
      code: 'PURCHASE_NOT_FOUND',
      details: { purchaseId: 'other' },
    });
  }
});

test.each([
  [
    'a millisecond before the lapse is granted',
    -1,
    { status: 'granted', reason: null, validUntil: FEBRUARY },
  ],
  [
    'at the lapse goes back',
    0,
    { status: 'returning', reason: 'subscription-ended', validUntil: null },
  ],
  [
    'a millisecond after the lapse goes back',
    1,
    { status: 'returning', reason: 'subscription-ended', validUntil: null },
  ],
  [
    'within the window goes back',
    HOUR_MS - 1,
    { status: 'returning', reason: 'subscription-ended', validUntil: null },
  ],
])('a payment that comes %s', async (_when, ms, expected) => {
  await shop.books.setClock(later(FEBRUARY, ms));
  const settled = await granted(shop.settle(account));
  expect(settled).toMatchObject({ ...expected, paymentId: 'pay-p' });
  expect(settled.resolvedAt === null).toBe(settled.status === 'returning');
  expect(await shop.packGrants(account)).toEqual(settled.status === 'granted' ? [125] : []);
});

test('a returning payment goes back although a renewal paid in time carries the subscription on', async () => {
  await shop.books.setClock(later(FEBRUARY, 1));
  await granted(shop.settle(account));
  await granted(shop.subs.renew(account, later(FEBRUARY, -1)));
  expect(await shop.settle(account)).toMatchObject({
    replayed: true,
    value: { status: 'returning' },
  });
  expect(await shop.packGrants(account)).toEqual([]);
});

test('money that comes late buys credits of the term that is live then', async () => {
  await shop.books.setClock(later(FEBRUARY, 2 * HOUR_MS));
  await granted(shop.subs.subscriptions.expireTerm(account, 's', 1));
  const { subscription } = await shop.subs.subscribe(account, 's2');
  expect(await granted(shop.settle(account))).toMatchObject({
    ...{ status: 'granted', validUntil: subscription.validUntil },
  });
  const { rows } = await shop.books.owner.query(
    "SELECT term FROM holdfast.grants WHERE account_id = $1 AND source = 'pack'",
    [account],
  );
  expect(rows).toEqual([{ term: 2 }]);
  expect(await shop.subs.balance(account)).toMatchObject({ available: 275, expired: 150 });
});

test('a pack’s validity stays that of its term when a newer one starts', async () => {
  await granted(shop.settle(account));
  await shop.books.setClock(later(FEBRUARY, 1));
  await shop.subs.subscribe(account, 's2');
  expect(await shop.purchase(account)).toMatchObject({ status: 'granted', validUntil: FEBRUARY });
});

test('a payment after an end at once goes back', async () => {
  await granted(shop.subs.subscriptions.endNow(account, 's', 'k'));
  expect(await granted(shop.settle(account))).toMatchObject({
    status: 'returning',
    reason: 'subscription-ended',
  });
});

test('money for credits that the account can’t hold any more goes back', async () => {
  const credits = Number.MAX_SAFE_INTEGER - 150 - 124;
  await shop.books.grantPromotion(account, credits, { expiresAt: '2031-01-01T00:00:00.000Z' });
  expect(await granted(shop.settle(account))).toMatchObject({
    status: 'returning',
    reason: 'BALANCE_LIMIT_EXCEEDED',
  });
});

test.each(['declined', 'voided'] as const)(
  'money for a purchase that was %s goes back',
  async (status) => {
    await granted(shop.purchases.close(account, 'p', status, 'why'));
    expect(await granted(shop.settle(account))).toMatchObject({
      ...{
        status: 'returning',
        reason: `paid-after-${status}`,
        paymentId: 'pay-p',
        resolvedAt: null,
        grantId: null,
      },
    });
    expect(await shop.packGrants(account)).toEqual([]);
  },
);

test('money for a purchase that was voided before it was opened goes back, and its tombstone stays', async () => {
  await granted(shop.purchases.close(account, 'early', 'voided', 'timed-out'));
  expect(await granted(shop.settle(account, 'early'))).toMatchObject({
    status: 'returning',
    body: null,
    credits: 0,
  });
  const returned = await granted(shop.purchases.close(account, 'early', 'returned', 'refunded'));
  expect(returned).toMatchObject({ status: 'returned', reason: 'paid-after-voided' });
  expect(await shop.buy(account, 'early')).toEqual({ ok: true, replayed: true, value: returned });
});

test('a pack’s credits are available to the next reservation, and burn after the plan’s', async () => {
  await granted(shop.settle(account));
  const { allocations } = await granted(shop.books.reserve(account, 'r', 200));
  expect(allocations.map(({ source, credits }) => [source, credits])).toEqual([
    ['plan', 150],
    ['pack', 50],
  ]);
});

test('ends that have come are booked before the pack’s grant', async () => {
  await shop.books.grantPromotion(account, 5, { expiresAt: later(START, MINUTE_MS) });
  await shop.books.setClock(later(START, MINUTE_MS));
  await granted(shop.settle(account));
  expect(await shop.books.entryTypes(account)).toEqual(['grant', 'grant', 'expire', 'grant']);
});

test('several purchases of one account are settled independently', async () => {
  await granted(shop.buy(account, 'p2', { packId: 'pack-450', shownPriceCents: 14_900 }));
  await granted(shop.buy(account, 'p3', { ...BODY, paymentMethod: 'other' }));
  for (const purchase of ['p3', 'p', 'p2']) await granted(shop.settle(account, purchase));
  expect(await shop.packGrants(account)).toEqual([125, 125, 450]);
});
