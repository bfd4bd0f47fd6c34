import { granted, later, MINUTE_MS, newId, refusal, START } from '../ledger-support';
import { FEBRUARY, LITE } from '../subscription/subscription-support';
import { BODY, PACK, Shop } from './purchase-support';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
});
beforeEach(() => shop.subs.reset());
afterEach(() => shop.subs.expectBalanced());
afterAll(() => shop.books.close());

test('a purchase is recorded at the price that was shown, and moves no credits', async () => {
  const account = await shop.subs.subscribed();
  const body = { ...BODY, currency: 'USD', paymentMethod: 'card 1' };
  const opened = await granted(shop.buy(account, 'p', body));
  expect(opened).toEqual({
    accountId: account,
    purchaseId: 'p',
    status: 'open',
    body,
    packId: PACK,
    credits: 125,
    priceCents: 4900,
    currency: 'USD',
    catalogVersion: '1',
    openedAt: START,
    mayCharge: true,
    paymentId: null,
    reason: null,
    grantId: null,
    resolvedAt: null,
    validUntil: null,
  });
  expect(await shop.books.ledger.purchase(account, 'p')).toEqual(opened);
  expect(await shop.books.entryTypes(account)).toEqual(['grant']);
});

test('an unknown purchase is null', async () => {
  const account = await shop.subs.subscribed();
  expect(await shop.books.ledger.purchase(account, 'p')).toBeNull();
  expect(await shop.books.ledger.purchase('nobody', 'p')).toBeNull();
});

test('a new purchase that comes after its time is not opened, and one that is open has its record', async () => {
  const account = await shop.subs.subscribed();
  const { purchases } = shop.books.ledger;
  const open = (purchaseId: string, withinMs: number) =>
    purchases.open(account, purchaseId, BODY, withinMs);
  expect(await open('late', -1)).toMatchObject({
    refusal: {
      code: 'PURCHASE_TIMED_OUT',
      details: { notAfter: expect.any(String), now: expect.any(String) },
    },
  });
  expect(await shop.books.ledger.purchase(account, 'late')).toBeNull();
  await granted(open('p', 60_000));
  expect(await open('p', -1)).toMatchObject({ replayed: true, value: { status: 'open' } });
});

test.each([
  ['may be charged until a millisecond before', -1, true],
  ['may not be charged from', 0, false],
])('a purchase %s fifteen minutes after it was opened', async (_when, ms, mayCharge) => {
  const account = await shop.subs.subscribed();
  await granted(shop.buy(account));
  await shop.books.setClock(later(START, 15 * MINUTE_MS + ms));
  expect(await shop.purchase(account)).toMatchObject({ status: 'open', mayCharge });
  expect(await shop.buy(account)).toMatchObject({
    replayed: true,
    value: { status: 'open', mayCharge },
  });
});

test.each([
  ['pack', { packId: 'pack-300' }],
  ['price', { shownPriceCents: 4901 }],
  ['currency', { currency: 'USD' }],
  ['payment method', { paymentMethod: 'card-2' }],
])(
  'the same purchase with another %s is a conflict, before anything else is refused',
  async (_what, other) => {
    const account = await shop.subs.subscribed();
    await granted(shop.buy(account));
    await shop.books.setClock(FEBRUARY);
    const outcome = await shop.buy(account, 'p', { ...BODY, ...other });
    expect(outcome).toMatchObject({
      ok: false,
      refusal: {
        code: 'IDEMPOTENCY_CONFLICT',
        details: { purchaseId: 'p' },
        message: expect.stringMatching(/^Purchase p /),
      },
    });
  },
);

test('a pack that is not sold is refused before anything else', async () => {
  expect(await shop.buy(newId(), 'p', { packId: 'pack-1', shownPriceCents: 1 })).toEqual({
    ok: false,
    refusal: {
      code: 'UNKNOWN_PACK',
      details: { packId: 'pack-1' },
      message: 'The catalog sells no pack pack-1.',
    },
  });
});

test('a pack is refused without a live subscription, before its price', async () => {
  const ended = await shop.subs.subscribed();
  await granted(shop.subs.subscriptions.endNow(ended, 's', 'k'));
  // Terms without a live subscription of their own, as a hand in the database might leave them.
  const [bare, reopened] = [newId(), await shop.subs.subscribed()];
  await shop.books.setTerm(bare, 1, FEBRUARY);
  await granted(shop.subs.subscriptions.endNow(reopened, 's', 'k'));
  await shop.books.setTerm(reopened, 2, FEBRUARY);
  for (const account of ['nobody', ended, bare, reopened]) {
    expect(await refusal(shop.buy(account, 'p', { ...BODY, shownPriceCents: 1 }))).toEqual({
      code: 'SUBSCRIPTION_REQUIRED',
      details: { packId: PACK },
    });
  }
});

test.each([
  ['a millisecond before the lapse', -1, true],
  ['at the lapse, though the window is open', 0, false],
])('a pack can be bought %s: %s', async (_when, ms, sold) => {
  const account = await shop.subs.subscribed(LITE);
  await shop.books.setClock(later(FEBRUARY, ms));
  const outcome = await shop.buy(account);
  expect(outcome.ok ? 'sold' : outcome.refusal.code).toBe(sold ? 'sold' : 'SUBSCRIPTION_REQUIRED');
});

test('a purchase of more credits than a safe integer counts is refused; cycles that are paid count, also ahead', async () => {
  const account = await shop.subs.subscribed();
  await granted(shop.subs.renew(account));
  // After the first cycle's 150, just enough for the pack's 125 and the second cycle's 150.
  const credits = Number.MAX_SAFE_INTEGER - 150 - 125 - 150;
  const ends = { expiresAt: '2031-01-01T00:00:00.000Z' };
  await shop.books.grantPromotion(account, credits, ends);
  await granted(shop.buy(account, 'fits'));
  await shop.books.grantPromotion(account, 1, ends);
  const dear = { ...BODY, shownPriceCents: 1 };
  expect((await refusal(shop.buy(account, 'p', dear))).code).toBe('BALANCE_LIMIT_EXCEEDED');
  await shop.books.setClock(FEBRUARY);
  expect((await refusal(shop.buy(account, 'p', dear))).code).toBe('BALANCE_LIMIT_EXCEEDED');
});

describe('another price than the one that was shown is refused with both', () => {
  test.each([
    ['lower', { shownPriceCents: 5900 }, 'pack-125 costs 49 USD now, not the 59 USD shown.'],
    ['higher', { shownPriceCents: 4899 }, 'pack-125 costs 49 USD now, not the 48.99 USD shown.'],
    [
      'in another currency',
      { shownPriceCents: 4900, currency: 'EUR' },
      'pack-125 costs 49 USD now, not the 49 EUR shown.',
    ],
  ])('%s', async (_what, shown, message) => {
    const account = await shop.subs.subscribed();
    const { shownPriceCents, currency: shownCurrency } = { currency: undefined, ...shown };
    expect(await shop.buy(account, 'p', { packId: PACK, ...shown })).toEqual({
      ok: false,
      refusal: {
        code: 'PRICE_CHANGED',
        message,
        details: {
          ...{ packId: PACK, shownPriceCents, priceCents: 4900, currency: 'USD' },
          ...(shownCurrency && { shownCurrency }),
        },
      },
    });
    // The ledger stores no refusals: the same id buys at the price that is right.
    expect((await shop.buy(account)).ok).toBe(true);
  });
});
