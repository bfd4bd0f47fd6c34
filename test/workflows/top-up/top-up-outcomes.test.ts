import { uniqueId } from '../harness';
import { Shop, simulated } from '../purchase/shop';
import { RULE, TopUps } from './top-up-support';

let shop: Shop;
let topUps: TopUps;
beforeAll(async () => {
  shop = await Shop.open();
  topUps = new TopUps(shop);
  await shop.holdfast.startWorker();
});
afterAll(() => shop.close());

test('an account that falls below its threshold buys its pack once', async () => {
  const accountId = await topUps.buyer({}, 99);
  expect(await topUps.result(accountId)).toEqual({ status: 'bought', purchaseId: 'top-up-1' });
  expect(await shop.result(accountId, 'top-up-1')).toMatchObject({
    status: 'granted',
    credits: 125,
    priceCents: 4900,
  });
  expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 224 });
  expect(await topUps.settle(accountId)).toBe('enough');
  expect(await topUps.payments(accountId)).toMatchObject([
    {
      idempotencyKey: `purchase/${accountId}/top-up-1`,
      timesTaken: 1,
      amountCents: 4900,
      paymentMethod: null,
    },
  ]);
  expect(await shop.holdfast.client.settings.get(accountId)).toMatchObject({
    topUp: { ...RULE, spentThisMonthCents: 4900, failures: 0, retryAt: null, stoppedWhy: null },
  });
});

test('a top-up pays with its own payment method', async () => {
  const accountId = await topUps.buyer(simulated('lost-answer'), 10);
  expect(await topUps.settle(accountId)).toBe('enough');
  expect(await topUps.payments(accountId)).toMatchObject([
    { timesTaken: 1, paymentMethod: 'simulate-lost-answer' },
  ]);
});

test('one pack lifts an account without credits over the highest threshold', async () => {
  const accountId = await topUps.buyer({ belowCredits: 124 }, 0);
  expect(await topUps.settle(accountId)).toBe('enough');
  expect((await topUps.payments(accountId)).map(({ timesTaken }) => timesTaken)).toEqual([1]);
  expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 125 });
});

test.each<[string, string, () => Promise<string>]>([
  ['enough is left', 'enough', () => topUps.buyer({}, 100)],
  [
    'it was turned off',
    'off',
    async () => {
      const accountId = await topUps.buyer();
      await topUps.set(accountId, null);
      await topUps.spend(accountId, 150);
      return accountId;
    },
  ],
  ['the account is unknown', 'off', async () => uniqueId('unknown')],
  [
    'no subscription is live',
    'no-subscription',
    async () => {
      const accountId = uniqueId('free');
      await shop.holdfast.fund(accountId, 1);
      await topUps.set(accountId, {});
      return accountId;
    },
  ],
  [
    'the subscription is cancelled at its period’s end',
    'subscription-cancelled',
    async () => {
      const accountId = await shop.buyer();
      await shop.holdfast.ledger.subscriptions.cancelAtPeriodEnd(accountId, 's', 'cancel');
      await topUps.set(accountId, {});
      await topUps.spend(accountId, 150);
      return accountId;
    },
  ],
])('a top-up buys nothing if %s', async (_what, reason, accountOf) => {
  const accountId = await accountOf();
  expect(await topUps.result(accountId)).toEqual({ status: 'none', reason });
  expect(await topUps.payments(accountId)).toEqual([]);
});

test('a cancellation that is taken back lets top-ups buy again', async () => {
  const accountId = await topUps.buyer({}, 10);
  const { subscriptions } = shop.holdfast.ledger;
  await subscriptions.cancelAtPeriodEnd(accountId, 's', 'cancel');
  expect(await topUps.settle(accountId)).toBe('subscription-cancelled');
  await subscriptions.resume(accountId, 's', 'resume');
  expect(await topUps.settle(accountId)).toBe('enough');
  expect(await topUps.payments(accountId)).toHaveLength(1);
});

test('a cancellation between intent and charge voids the top-up, and does not count as a decline', async () => {
  const other = await Shop.open();
  try {
    const late = new TopUps(other);
    const accountId = await late.buyer({}, 10);
    const { ledger } = other.holdfast;
    expect(await ledger.topUps.begin(accountId)).toMatchObject({ value: { step: 'buy' } });
    await ledger.subscriptions.cancelAtPeriodEnd(accountId, 's', 'cancel');
    await other.holdfast.startWorker();
    expect(await late.settle(accountId)).toBe('subscription-cancelled');
    expect(await other.result(accountId, 'top-up-1')).toMatchObject({ status: 'voided' });
    expect(await late.payments(accountId)).toEqual([]);
    expect(await late.failures(accountId)).toEqual([]);
  } finally {
    await other.close();
  }
});

test('the monthly cap is never passed, is in one notice, and can be raised', async () => {
  const accountId = await topUps.buyer({}, 10);
  await topUps.spendPacks(accountId, 2);
  expect(await topUps.settle(accountId)).toBe('monthly-cap');
  await topUps.spend(accountId, 5);
  expect(await topUps.settle(accountId)).toBe('monthly-cap');
  expect(await topUps.payments(accountId)).toMatchObject([{ timesTaken: 1 }, { timesTaken: 1 }]);
  expect(await topUps.failures(accountId)).toMatchObject([
    {
      data: {
        packId: 'pack-125',
        priceCents: 4900,
        reason: 'monthly-cap',
        retryAt: null,
        stopped: false,
      },
    },
  ]);
  expect((await shop.holdfast.client.settings.get(accountId)).topUp?.spentThisMonthCents).toBe(
    9800,
  );

  await topUps.set(accountId, { monthlyCapCents: 9800 + 4900 });
  await topUps.spendPacks(accountId, 1);
  expect(await topUps.settle(accountId)).toBe('monthly-cap');
  expect(await topUps.payments(accountId)).toHaveLength(3);
});

test('the monthly cap has room again in the next month', async () => {
  const accountId = await topUps.buyer({}, 10);
  await topUps.spendPacks(accountId, 2);
  const move = `UPDATE holdfast.purchases SET resolved_at = resolved_at + $2::interval
    WHERE account_id = $1 AND purchase_id IN ('top-up-1', 'top-up-2')`;
  await shop.holdfast.sql(move, [accountId, '-31 days']);
  await topUps.spendPacks(accountId, 2);
  expect(await topUps.settle(accountId)).toBe('monthly-cap');
  expect(await topUps.payments(accountId)).toHaveLength(4);
  // The audit compares the purchases with their grants.
  await shop.holdfast.sql(move, [accountId, '31 days']);
});
