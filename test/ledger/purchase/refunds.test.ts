import fc from 'fast-check';
import type { Refund, RefundRequest } from '../../../contract/refund';
import type { Outcome } from '../../../ledger/ledger';
import { atOnce, granted, later, newId, refusal } from '../ledger-support';
import { FEBRUARY, HOUR_MS } from '../subscription/subscription-support';
import { Shop } from './purchase-support';

const CLIENTS = 12;
const PLAN = 150;
const PRICE = 4_900;
let shop: Shop;
let account: string;

beforeAll(async () => {
  shop = await Shop.open({}, CLIENTS);
});
beforeEach(async () => {
  await shop.subs.reset();
  account = await shop.subs.subscribed();
  await granted(shop.buy(account));
  await granted(shop.settle(account));
});
afterEach(() => shop.subs.expectBalanced());
afterAll(() => shop.books.close());

const refunded = (
  amountCents: number,
  more: Partial<RefundRequest> = {},
): Promise<Outcome<Refund>> =>
  shop.purchases.bookRefund({
    ...{ accountId: account, purchaseId: 'p', refundId: 're_1', amountCents },
    ...more,
  });

const balance = () => shop.books.ledger.balance(account);

/** Spends so many credits, of the plan first. */
async function spent(credits: number): Promise<void> {
  const id = await reserved(credits);
  await granted(shop.books.ledger.commit(account, id, credits, 'https://x/y'));
}

/** Reserves so many credits, of the plan first, and returns the request. */
async function reserved(credits: number): Promise<string> {
  const id = newId('r');
  await granted(shop.books.reserve(account, id, credits));
  return id;
}

test('a whole refund takes the pack, in an entry of its own', async () => {
  const booked = await refunded(PRICE);
  expect(booked).toEqual({
    ok: true,
    replayed: false,
    value: {
      ...{ accountId: account, refundId: 're_1', purchaseId: 'p', at: expect.any(String) },
      ...{ amountCents: PRICE, currency: 'USD', credits: 125, takenCredits: 125, owedCredits: 0 },
    },
  });
  expect(await balance()).toMatchObject({ available: PLAN, refunded: 125, granted: PLAN + 125 });
  expect((await shop.books.entries(account)).at(-1)).toMatchObject({
    ...{ type: 'refund', availableDelta: -125, reservedDelta: 0, reason: 'refund re_1' },
    ...{ source: 'pack', packId: 'pack-125', purchaseId: 'p' },
  });
  expect(await shop.purchase(account)).toMatchObject({
    status: 'granted',
    refunds: [booked.ok && booked.value],
  });
});

test('used credits of the pack stay used, and the others of the account stay', async () => {
  await spent(PLAN + 40);
  await shop.books.grantPromotion(account, 10);
  const booked = await granted(refunded(PRICE));
  expect(booked).toMatchObject({ credits: 125, takenCredits: 85 });
  expect(await balance()).toMatchObject({ available: 10, spent: PLAN + 40, refunded: 85 });
});

test('a refund of which everything was used has no entry', async () => {
  await spent(PLAN + 125);
  const types = await shop.books.entryTypes(account);
  expect(await granted(refunded(PRICE))).toMatchObject({ credits: 125, takenCredits: 0 });
  expect(await shop.books.entryTypes(account)).toEqual(types);
});

describe('reserved credits', () => {
  test('stay reserved, and go when they come back', async () => {
    const id = await reserved(PLAN + 25);
    expect(await granted(refunded(PRICE))).toMatchObject({ takenCredits: 100 });
    expect(await balance()).toMatchObject({ available: 0, reserved: PLAN + 25, refunded: 100 });
    await granted(shop.books.ledger.release(account, id, 'cancelled'));
    expect(await balance()).toMatchObject({ available: PLAN, reserved: 0, refunded: 125 });
    expect(await shop.purchase(account)).toMatchObject({ refunds: [{ takenCredits: 125 }] });
  });

  test('that a commit hands back go as well, and those that it takes are used', async () => {
    const id = await reserved(PLAN + 25);
    await granted(refunded(PRICE));
    await granted(shop.books.ledger.commit(account, id, PLAN + 5, 'https://x/y'));
    expect(await balance()).toMatchObject({ available: 0, spent: PLAN + 5, refunded: 120 });
  });

  test('that come back beyond what a part covers stay the account’s', async () => {
    const id = await reserved(PLAN + 115);
    // 1,000 of 4,900 cents have paid for 26 credits; 10 are unreserved.
    expect(await granted(refunded(1_000))).toMatchObject({ credits: 26, takenCredits: 10 });
    await granted(shop.books.ledger.release(account, id, 'cancelled'));
    expect(await balance()).toMatchObject({ available: PLAN + 99, refunded: 26 });
  });

  test('that come back after the term are booked once', async () => {
    const id = await reserved(PLAN + 25);
    await granted(refunded(PRICE));
    await shop.books.setClock(later(FEBRUARY, 2 * HOUR_MS));
    await granted(shop.subs.subscriptions.expireTerm(account, 's', 1));
    await granted(shop.books.ledger.release(account, id, 'cancelled'));
    const { available, reserved: held, refunded: taken, expired } = await balance();
    expect([available, held]).toEqual([0, 0]);
    expect(taken + expired).toBe(PLAN + 125);
  });
});

describe('parts', () => {
  test.each([[[1, 1, PRICE - 2]], [[1_000, 1_000, 1_000, 1_900]], [[PRICE - 1, 1]]])(
    'of %p cents add up to the pack',
    async (parts) => {
      for (const [index, cents] of parts.entries())
        await granted(refunded(cents, { refundId: `re_${index}` }));
      expect(await balance()).toMatchObject({ available: PLAN, refunded: 125 });
    },
  );

  test('of any size and order cover no more and no fewer credits than were paid', async () => {
    const prices = fc.tuple(fc.nat(2 ** 53 - 2), fc.nat(2 ** 53 - 2));
    await fc.assert(
      fc.asyncProperty(
        prices,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        async ([c, p], cuts) => {
          const [credits, price] = [BigInt(c + 1), BigInt(p + 1)];
          const ends = [...cuts, 1].map((cut) => BigInt(Math.ceil(cut * Number(price))));
          const sorted = ends
            .map((end) => (end > price ? price : end))
            .sort((a, b) => (a < b ? -1 : 1));
          const { rows } = await shop.books.owner.query(
            'SELECT holdfast.credits_paid_by($1, $2, cents)::text AS covered FROM unnest($3::numeric[]) AS cents',
            [credits, price, sorted],
          );
          const covered = rows.map((row) => BigInt(row.covered));
          expect(covered).toEqual(sorted.map((end) => (credits * end + price - 1n) / price));
          expect(covered.at(-1)).toBe(credits);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('take what is left, in the order in which they come', async () => {
    await spent(PLAN + 100);
    await granted(refunded(1_000, { refundId: 're_a' }));
    await granted(refunded(1_000, { refundId: 're_b' }));
    const { refunds = [] } = await shop.purchase(account);
    expect(refunds.map(({ credits, takenCredits }) => [credits, takenCredits])).toEqual([
      [26, 25],
      [26, 0],
    ]);
  });
});

describe('never twice', () => {
  test('the same refund, whoever tells it again', async () => {
    const first = await granted(refunded(1_000));
    for (const more of [{}, { reason: 'Ticket 1', by: 'sam' }, { paymentId: 'pay-p' }])
      expect(await refunded(1_000, more)).toEqual({ ok: true, replayed: true, value: first });
    expect(await balance()).toMatchObject({ refunded: 26 });
  });

  test('the same refund, told many times at once beside others', async () => {
    const outcomes = await atOnce(CLIENTS, (index) =>
      refunded(1_000, { refundId: `re_${index % 4}` }),
    );
    expect(outcomes.filter((one) => one.ok && !one.replayed)).toHaveLength(4);
    expect((await shop.purchase(account)).refunds).toHaveLength(4);
  });

  test('the same id with another amount or purchase', async () => {
    await granted(shop.buy(account, 'q'));
    await granted(shop.settle(account, 'q'));
    await granted(refunded(1_000));
    for (const more of [{ amountCents: 1_001 }, { purchaseId: 'q' }])
      expect(await refusal(refunded(1_000, more))).toEqual({
        code: 'IDEMPOTENCY_CONFLICT',
        details: { refundId: 're_1' },
      });
  });

  test('more than was paid', async () => {
    expect(await refusal(refunded(PRICE + 1))).toMatchObject({ code: 'REFUND_EXCEEDS_PAYMENT' });
    await granted(refunded(PRICE - 1));
    expect(await refusal(refunded(2, { refundId: 're_2' }))).toEqual({
      code: 'REFUND_EXCEEDS_PAYMENT',
      details: {
        ...{ purchaseId: 'p', amountCents: 2, currency: 'USD' },
        ...{ refundedCents: PRICE - 1, priceCents: PRICE },
      },
    });
    expect(await refusal(refunded(Number.MAX_SAFE_INTEGER, { refundId: 're_3' }))).toMatchObject({
      code: 'REFUND_EXCEEDS_PAYMENT',
    });
  });

  test.each([
    ['another payment', { paymentId: 'pay-2' }],
    ['another currency', { currency: 'EUR' }],
  ])('a refund of %s', async (_, more) => {
    expect(await refusal(refunded(1_000, more))).toEqual({
      code: 'REFUND_MISMATCH',
      details: { purchaseId: 'p', paymentId: 'pay-p', currency: 'USD' },
    });
  });
});

test.each([
  ['open', async () => {}],
  ['declined', async () => granted(shop.purchases.close(account, 'q', 'declined', 'no'))],
])('a purchase that is %s has nothing to refund', async (status, prepare) => {
  await granted(shop.buy(account, 'q'));
  await prepare();
  expect(await refusal(refunded(1, { purchaseId: 'q' }))).toEqual({
    code: 'PURCHASE_NOT_GRANTED',
    details: { purchaseId: 'q', status },
  });
  expect(await refusal(refunded(1, { purchaseId: 'none' }))).toMatchObject({
    code: 'PURCHASE_NOT_FOUND',
  });
});

describe('the end of the pack’s term', () => {
  const lapse = async () => {
    await shop.books.setClock(later(FEBRUARY, 2 * HOUR_MS));
    await granted(shop.subs.subscriptions.expireTerm(account, 's', 1));
  };

  test.each([
    ['before', 85, 0],
    ['after', 0, 85],
  ])('a refund %s it takes %p credits, and as many stay used', async (when, taken, expired) => {
    await spent(PLAN + 40);
    if (when === 'after') await lapse();
    expect(await granted(refunded(PRICE))).toMatchObject({ takenCredits: taken });
    if (when === 'before') await lapse();
    expect(await balance()).toMatchObject({ available: 0, refunded: taken, expired });
  });

  test('a pack that was carried into another cycle is refunded there', async () => {
    await granted(shop.subs.renew(account));
    await shop.books.setClock(later(FEBRUARY, HOUR_MS));
    expect(await granted(refunded(PRICE))).toMatchObject({ takenCredits: 125 });
  });
});

test('an operator’s word is an act, kept apart, and the first one stays', async () => {
  await granted(refunded(1_000, { reason: 'Ticket 4711', by: 'sam' }));
  await granted(refunded(1_000, { reason: 'Ticket 4712', by: 'kim' }));
  const { acts } = await shop.books.ledger.acts.read({ accountId: account, limit: 10 });
  expect(acts).toEqual([
    expect.objectContaining({
      ...{ what: 'refund', reason: 'Ticket 4711', by: 'sam' },
      detail: { refundId: 're_1', purchaseId: 'p', amountCents: 1_000 },
    }),
  ]);
  expect((await shop.books.entries(account)).at(-1)).toMatchObject({
    ...{ type: 'refund', reason: 'Ticket 4711', by: 'sam' },
  });
});

test('the balance as of a time before has nothing refunded', async () => {
  const before = await balance();
  await shop.books.setClock(later(before.at as string, HOUR_MS));
  await granted(refunded(PRICE));
  const { ledger } = shop.books;
  expect(await ledger.balance(account, before.at as string)).toEqual(before);
});

test('an account that runs dry by it is told', async () => {
  await spent(PLAN);
  await granted(refunded(PRICE));
  const [notice] = await shop.books.ledger.accountNotices(account);
  expect(notice).toMatchObject({ type: 'ran-dry', data: { left: 0, available: 0 } });
});

test('whatever is reserved, used and given back, no credit is lost or doubled', async () => {
  const step = fc.record({
    do: fc.constantFrom('reserve', 'commit', 'release', 'refund'),
    size: fc.integer({ min: 1, max: 90 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      account = await shop.subs.subscribed();
      await granted(shop.buy(account));
      await granted(shop.settle(account));
      const open: [id: string, credits: number][] = [];
      for (const [index, { do: what, size }] of steps.entries()) {
        if (what === 'refund') await refunded(size * 20, { refundId: `re_${index}` });
        if (what === 'reserve') {
          const id = newId('r');
          if ((await shop.books.reserve(account, id, size)).ok) open.push([id, size]);
        }
        const [id, credits] = open[0] ?? [];
        if (id === undefined || credits === undefined) continue;
        const used = Math.min(credits, size);
        if (what === 'commit')
          await granted(shop.books.ledger.commit(account, id, used, 'https://x/y'));
        if (what === 'release') await granted(shop.books.ledger.release(account, id, 'cancelled'));
        if (what === 'commit' || what === 'release') open.shift();
      }
    }),
    { numRuns: 25 },
  );
});
