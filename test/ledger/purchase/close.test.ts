import { granted, later, newId, refusal, START } from '../ledger-support';
import { FEBRUARY } from '../subscription/subscription-support';
import { BODY, Shop } from './purchase-support';

const CLOSINGS = ['declined', 'voided', 'returned'] as const;
let shop: Shop;
let account: string;

beforeAll(async () => {
  shop = await Shop.open();
});
beforeEach(async () => {
  await shop.subs.reset();
  account = await shop.subs.subscribed();
});
afterEach(() => shop.subs.expectBalanced());
afterAll(() => shop.books.close());

test.each(CLOSINGS)('an open purchase ends as %s, once, and grants nothing', async (status) => {
  await granted(shop.buy(account));
  const at = later(START, 5_000);
  await shop.books.setClock(at);
  const closed = await granted(shop.purchases.close(account, 'p', status, 'card-declined'));
  expect(closed).toMatchObject({
    ...{
      status,
      reason: 'card-declined',
      resolvedAt: at,
      mayCharge: false,
      grantId: null,
      validUntil: null,
    },
  });
  await shop.books.advanceClock(1);
  expect(await shop.purchases.close(account, 'p', status, 'another reason')).toEqual({
    ...{ ok: true, replayed: true, value: closed },
  });
  expect(await shop.purchase(account)).toEqual(closed);
  expect(await shop.packGrants(account)).toEqual([]);
});

test.each(CLOSINGS)('a purchase never ends as %s before it was opened', async (status) => {
  await shop.books.setClock(later(START, 1));
  await granted(shop.buy(account));
  await shop.subs.reset();
  const closed = await granted(shop.purchases.close(account, 'p', status, 'why'));
  expect(closed.resolvedAt).toBe(closed.openedAt);
});

test.each(
  CLOSINGS.flatMap((first) =>
    CLOSINGS.filter((second) => second !== first).map((second) => [first, second] as const),
  ),
)('a purchase that is %s can’t be %s any more', async (first, second) => {
  await granted(shop.buy(account));
  await granted(shop.purchases.close(account, 'p', first, 'why'));
  expect(await shop.purchases.close(account, 'p', second, 'x')).toEqual({
    ok: false,
    refusal: {
      code: 'PURCHASE_RESOLVED',
      message: `Purchase p is ${first} already (why).`,
      details: { purchaseId: 'p', outcome: first, reason: 'why', paymentId: null, grantId: null },
    },
  });
});

test.each(CLOSINGS)(
  'a granted purchase can’t be %s: credits are never turned back into money',
  async (status) => {
    await granted(shop.buy(account));
    await granted(shop.settle(account));
    expect(await refusal(shop.purchases.close(account, 'p', status, 'x'))).toEqual({
      code: 'PURCHASE_RESOLVED',
      details: {
        purchaseId: 'p',
        outcome: 'granted',
        reason: null,
        paymentId: 'pay-p',
        grantId: '2',
      },
    });
    expect(await shop.purchase(account)).toMatchObject({ status: 'granted' });
  },
);

test('a returning purchase can only be returned, and keeps its reason', async () => {
  await granted(shop.buy(account));
  await shop.books.setClock(FEBRUARY);
  await granted(shop.settle(account));
  for (const status of ['declined', 'voided'] as const) {
    expect(await refusal(shop.purchases.close(account, 'p', status, 'x'))).toMatchObject({
      ...{
        code: 'PURCHASE_RESOLVED',
        details: { outcome: 'returning', reason: 'subscription-ended' },
      },
    });
  }
  const returned = await granted(shop.purchases.close(account, 'p', 'returned', 'refunded'));
  expect(returned).toMatchObject({
    ...{
      status: 'returned',
      reason: 'subscription-ended',
      paymentId: 'pay-p',
      resolvedAt: FEBRUARY,
    },
  });
  expect(await shop.settle(account)).toEqual({ ok: true, replayed: true, value: returned });
  expect(await shop.buy(account)).toEqual({ ok: true, replayed: true, value: returned });
});

test.each([
  ['an account that is new', () => newId()],
  ['an account that is known', () => account],
])(
  'the voiding of a purchase that was never opened leaves a tombstone in %s, which answers any body',
  async (_what, whose) => {
    const owner = whose();
    const tombstone = await granted(shop.purchases.close(owner, 'p', 'voided', 'timed-out'));
    expect(tombstone).toMatchObject({
      ...{
        status: 'voided',
        body: null,
        packId: null,
        credits: 0,
        priceCents: 0,
        currency: null,
        catalogVersion: null,
      },
      ...{ openedAt: START, resolvedAt: START, reason: 'timed-out', mayCharge: false },
    });
    for (const body of [BODY, { packId: 'pack-1', shownPriceCents: 0 }]) {
      expect(await shop.buy(owner, 'p', body)).toEqual({
        ok: true,
        replayed: true,
        value: tombstone,
      });
    }
  },
);

test.each(['declined', 'returned'] as const)(
  'a purchase that was never opened can’t be %s',
  async (status) => {
    for (const owner of [newId(), account]) {
      expect(await refusal(shop.purchases.close(owner, 'p', status, 'x'))).toEqual({
        code: 'PURCHASE_NOT_FOUND',
        details: { purchaseId: 'p' },
      });
      expect(await shop.books.ledger.purchase(owner, 'p')).toBeNull();
    }
  },
);
