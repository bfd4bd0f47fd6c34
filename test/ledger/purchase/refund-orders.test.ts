import type { RefundOrder, RefundOutcome } from '../../../contract/refund-order';
import type { Outcome } from '../../../ledger/ledger';
import { atOnce, granted, later, newId, refusal } from '../ledger-support';
import { FEBRUARY, HOUR_MS } from '../subscription/subscription-support';
import { Shop } from './purchase-support';

const CLIENTS = 8;
const PLAN = 150;
const PACK = 125;
const PRICE = 4_900;
const shops = new Map<string, Shop>();
let shop: Shop;
let account: string;

beforeAll(async () => {
  for (const refund of ['unused', 'debt', 'never'] as const)
    shops.set(refund, await Shop.open({ refund }, CLIENTS));
});
afterEach(() => shop.subs.expectBalanced());
afterAll(async () => {
  for (const one of shops.values()) await one.books.close();
});

/** An account that has bought a pack under this rule. */
async function buyer(rule: 'unused' | 'debt' | 'never'): Promise<void> {
  shop = shops.get(rule) as Shop;
  await shop.subs.reset();
  account = await shop.subs.subscribed();
  await granted(shop.buy(account));
  await granted(shop.settle(account));
}

const order = (
  amountCents: number,
  orderId = 'o',
  purchaseId = 'p',
): Promise<Outcome<RefundOrder>> =>
  shop.books.ledger.refunds.open(account, orderId, {
    ...{ purchaseId, amountCents, reason: 'Ticket 4711', by: 'sam' },
  });
const settle = (outcome: RefundOutcome, orderId = 'o') =>
  shop.books.ledger.refunds.settle(account, orderId, outcome);
const made = (amountCents: number, refundId = 're_1', currency = 'USD'): RefundOutcome => ({
  ...{ state: 'made', refundId, amountCents, currency },
});
const REFUSED: RefundOutcome = { state: 'refused', reason: 'charge-disputed' };
const told = (amountCents: number, refundId = 're_1') =>
  shop.purchases.bookRefund({ accountId: account, purchaseId: 'p', refundId, amountCents });
const balance = () => shop.books.ledger.balance(account);
const close = (orderId = 'o') =>
  shop.books.ledger.refunds.close({
    ...{ accountId: account, orderId, reason: 'Ticket 4712', by: 'kim' },
  });

async function reserved(credits: number): Promise<string> {
  const id = newId('r');
  await granted(shop.books.reserve(account, id, credits));
  return id;
}
async function spent(credits: number): Promise<void> {
  await granted(shop.books.ledger.commit(account, await reserved(credits), credits, 'https://x/y'));
}

describe('an order', () => {
  beforeEach(() => buyer('unused'));

  test('holds what the money has paid for until the provider has decided, and is then a refund', async () => {
    const opened = await order(1_000);
    expect(opened).toMatchObject({
      ...{ ok: true, replayed: false },
      value: {
        ...{
          accountId: account,
          orderId: 'o',
          purchaseId: 'p',
          status: 'open',
          paymentId: 'pay-p',
        },
        ...{ amountCents: 1_000, currency: 'USD', credits: 26, heldCredits: 26, reason: null },
        ...{ resolvedAt: null, refund: null },
      },
    });
    expect(await balance()).toMatchObject({ available: PLAN + PACK - 26, refunded: 26 });
    expect((await shop.books.entries(account)).at(-1)).toMatchObject({
      ...{ type: 'refund', availableDelta: -26, reason: 'Ticket 4711', by: 'sam' },
    });
    const ended = await granted(settle(made(1_000)));
    expect(ended).toMatchObject({
      ...{ status: 'made', heldCredits: 0, resolvedAt: expect.any(String) },
      refund: { refundId: 're_1', amountCents: 1_000, credits: 26, takenCredits: 26 },
    });
    expect(await settle(made(1_000))).toEqual({ ok: true, replayed: true, value: ended });
    expect(await order(1_000)).toEqual({ ok: true, replayed: true, value: ended });
    expect(await told(1_000)).toMatchObject({ ok: true, replayed: true });
    expect(await balance()).toMatchObject({ available: PLAN + PACK - 26, refunded: 26 });
    const { acts } = await shop.books.ledger.acts.read({ accountId: account, limit: 10 });
    const detail = { orderId: 'o', purchaseId: 'p', amountCents: 1_000 };
    expect(acts).toMatchObject([{ what: 'refund', detail, reason: 'Ticket 4711', by: 'sam' }]);
  });

  test('that the provider refuses gives everything back, in an entry that says so', async () => {
    await granted(order(PRICE));
    expect(await balance()).toMatchObject({ available: PLAN, refunded: PACK });
    expect(await granted(settle(REFUSED))).toMatchObject({
      ...{ status: 'refused', reason: 'charge-disputed', heldCredits: 0, refund: null },
    });
    expect(await balance()).toMatchObject({ available: PLAN + PACK, refunded: 0 });
    expect((await shop.books.entries(account)).at(-1)).toMatchObject({
      ...{ type: 'refund', availableDelta: PACK, reason: 'refund order o' },
    });
    await granted(order(PRICE, 'again'));
    expect(await granted(settle(made(PRICE), 'again'))).toMatchObject({ status: 'made' });
  });

  test('is told by the provider first, and is the same refund', async () => {
    await granted(order(1_000));
    await granted(told(1_000));
    expect(await granted(settle(made(1_000)))).toMatchObject({
      refund: { refundId: 're_1', takenCredits: 26 },
    });
    expect(await balance()).toMatchObject({ available: PLAN + PACK - 26, refunded: 26 });
  });

  test('of which the provider makes another amount is booked as the provider says', async () => {
    await granted(order(2_000));
    expect(await granted(settle(made(1_000)))).toMatchObject({
      ...{ status: 'made', amountCents: 2_000, refund: { amountCents: 1_000, takenCredits: 26 } },
    });
    expect(await balance()).toMatchObject({ available: PLAN + PACK - 26, refunded: 26 });
  });

  test.each([
    ['another currency', () => made(1_000, 're_1', 'EUR'), 'REFUND_MISMATCH'],
    ['more than was paid', () => made(PRICE + 1), 'REFUND_EXCEEDS_PAYMENT'],
    ['another refund’s id', () => made(1_000, 're_0'), 'IDEMPOTENCY_CONFLICT'],
  ])(
    'of which the provider makes %s stays open with the code, until an operator closes it',
    async (_, outcome, code) => {
      await granted(told(7, 're_0'));
      await granted(order(1_000));
      const before = await balance();
      expect(await refusal(settle(outcome()))).toMatchObject({ code });
      expect(await balance()).toEqual(before);
      const { stuck } = await shop.books.ledger.interventions.stuck(100, 60_000);
      expect(stuck).toMatchObject([
        { what: 'refund-order', id: 'o', problem: 'not-booked', detail: `p, ${code}` },
      ]);
      expect(await granted(close())).toMatchObject({ status: 'closed', heldCredits: 0 });
      expect(await close()).toMatchObject({ ok: true, replayed: true });
      expect(await balance()).toMatchObject({ available: PLAN + PACK - 1, refunded: 1 });
    },
  );

  test('that was closed by hand and is made all the same is booked', async () => {
    await granted(order(1_000));
    await granted(close());
    expect(await granted(settle(made(1_000)))).toMatchObject({ status: 'closed', refund: null });
    expect(await balance()).toMatchObject({ available: PLAN + PACK - 26, refunded: 26 });
    expect(await told(1_000)).toMatchObject({ replayed: true });
  });

  test('that has ended can’t be closed, and an unknown one is none', async () => {
    await granted(order(1_000));
    await granted(settle(made(1_000)));
    expect(await refusal(close())).toMatchObject({ code: 'REFUND_ORDER_ENDED' });
    for (const ask of [close('none'), settle(REFUSED, 'none')])
      expect(await refusal(ask)).toMatchObject({ code: 'REFUND_ORDER_NOT_FOUND' });
    expect(await shop.books.ledger.refundOrder(account, 'none')).toBeNull();
  });

  test('under the id of another one is a conflict', async () => {
    await granted(shop.buy(account, 'q'));
    await granted(shop.settle(account, 'q'));
    await granted(order(1_000));
    for (const [cents, purchase] of [
      [1_001, 'p'],
      [1_000, 'q'],
    ] as const)
      expect(await refusal(order(cents, 'o', purchase))).toEqual({
        ...{ code: 'IDEMPOTENCY_CONFLICT', details: { orderId: 'o' } },
      });
  });

  test('that is undecided for an hour waits for an operator', async () => {
    await granted(order(1_000));
    const { orderedAt } = (await shop.books.ledger.refundOrder(account, 'o')) as RefundOrder;
    const ours = async () =>
      (await shop.books.ledger.interventions.stuck(100, 60_000)).stuck.filter(
        ({ accountId }) => accountId === account,
      );
    expect(await ours()).toEqual([]);
    await shop.books.setClock(later(orderedAt, HOUR_MS));
    expect(await ours()).toMatchObject([
      { what: 'refund-order', problem: 'undecided', credits: 26 },
    ]);
  });
});

describe('with refund: unused', () => {
  beforeEach(() => buyer('unused'));

  test('as much goes back as the unused credits have cost', async () => {
    await spent(PLAN + 25);
    const tooMuch = await refusal(order(3_921));
    expect(tooMuch).toEqual({
      code: 'REFUND_EXCEEDS_UNUSED',
      details: { purchaseId: 'p', amountCents: 3_921, refundableCents: 3_920, currency: 'USD' },
    });
    expect(await granted(order(3_920))).toMatchObject({ credits: 100, heldCredits: 100 });
    expect(await balance()).toMatchObject({ available: 0 });
    expect((await shop.books.reserve(account, newId('r'), 1)).ok).toBe(false);
  });

  test('reserved credits are not unused, and count once they come back', async () => {
    const id = await reserved(PLAN + PACK);
    expect(await refusal(order(1))).toMatchObject({ details: { refundableCents: 0 } });
    await granted(shop.books.ledger.release(account, id, 'cancelled'));
    expect(await granted(order(PRICE))).toMatchObject({ heldCredits: PACK });
  });

  test('parts that are ordered at once never cover more than the pack', async () => {
    const outcomes = await atOnce(CLIENTS, (index) => order(1_000, `o${index}`));
    const opened = outcomes.filter(({ ok }) => ok);
    expect(opened).toHaveLength(4);
    for (const one of outcomes)
      if (!one.ok) expect(one.refusal.code).toBe('REFUND_EXCEEDS_PAYMENT');
    for (let n = 0; n < CLIENTS; n += 1)
      if (outcomes[n]?.ok) await granted(settle(made(1_000, `re_${n}`), `o${n}`));
    await granted(order(900, 'rest'));
    await granted(settle(made(900, 're_rest'), 'rest'));
    expect(await balance()).toMatchObject({ available: PLAN, refunded: PACK });
  });

  test('a pack that has ended has nothing to give back, and what was held ends with it', async () => {
    await granted(order(1_000));
    await shop.books.setClock(later(FEBRUARY, 2 * HOUR_MS));
    await granted(shop.subs.subscriptions.expireTerm(account, 's', 1));
    expect(await refusal(order(1_000, 'late'))).toMatchObject({ code: 'REFUND_EXCEEDS_UNUSED' });
    await granted(settle(REFUSED));
    expect(await balance()).toMatchObject({ available: 0, refunded: 0, expired: PLAN + PACK });
  });
});

describe('with refund: debt', () => {
  beforeEach(() => buyer('debt'));

  test('any part goes back, and used credits are owed once it is made', async () => {
    await spent(PLAN + 100);
    expect(await refusal(order(PRICE + 1))).toMatchObject({ code: 'REFUND_EXCEEDS_PAYMENT' });
    expect(await granted(order(PRICE))).toMatchObject({ credits: PACK, heldCredits: 25 });
    expect(await balance()).toMatchObject({ available: 0, owed: 0, refunded: 25 });
    expect(await granted(settle(made(PRICE)))).toMatchObject({
      refund: { credits: PACK, takenCredits: 25, owedCredits: 100 },
    });
    expect(await balance()).toMatchObject({ owed: 100 });
  });

  test('a refused order leaves no debt', async () => {
    await spent(PLAN + 100);
    await granted(order(PRICE));
    await granted(settle(REFUSED));
    expect(await balance()).toMatchObject({ available: 25, owed: 0, refunded: 0 });
  });

  test('what a generation has reserved stays with it, and what comes back of it goes', async () => {
    const id = await reserved(PLAN + 60);
    await granted(order(PRICE));
    await granted(settle(made(PRICE)));
    expect(await balance()).toMatchObject({ available: 0, reserved: PLAN + 60, owed: 0 });
    await granted(shop.books.ledger.commit(account, id, PLAN + 50, 'https://x/y'));
    expect(await balance()).toMatchObject({ available: 0, refunded: 75, owed: 50 });
  });

  test('a refund that is told beside an order takes of what that gives back', async () => {
    await granted(order(2_450));
    await granted(told(2_450, 're_other'));
    await granted(settle(REFUSED));
    expect(await balance()).toMatchObject({ available: PLAN + PACK - 63, refunded: 63 });
  });
});

test('with refund: never nothing is given back on request', async () => {
  await buyer('never');
  expect(await refusal(order(1))).toMatchObject({
    ...{ code: 'REFUND_NOT_ALLOWED', details: { purchaseId: 'p', catalogVersion: 1 } },
  });
  expect(await granted(told(1_000))).toMatchObject({ takenCredits: 26 });
});

test('a purchase that is not granted, or not known, has nothing to refund', async () => {
  await buyer('debt');
  await granted(shop.buy(account, 'q'));
  expect(await refusal(order(1, 'o', 'q'))).toMatchObject({ code: 'PURCHASE_NOT_GRANTED' });
  expect(await refusal(order(1, 'o', 'none'))).toMatchObject({ code: 'PURCHASE_NOT_FOUND' });
});

test('an account with an open order is not erased', async () => {
  await buyer('debt');
  await granted(order(1_000));
  const erase = () =>
    shop.books.ledger.interventions.erase({ accountId: account, reason: 'asked', by: 'sam' });
  expect(await refusal(erase())).toMatchObject({
    ...{ code: 'ACCOUNT_IN_USE', details: { refundOrders: 1 } },
  });
});
