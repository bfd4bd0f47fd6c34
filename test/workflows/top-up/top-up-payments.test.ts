import { eventually } from '../../support/eventually';
import { Shop, simulated } from '../purchase/shop';
import { TopUps } from './top-up-support';

let shop: Shop;
let topUps: TopUps;
beforeAll(async () => {
  shop = await Shop.open();
  topUps = new TopUps(shop);
  await shop.holdfast.startWorker();
});
afterAll(() => shop.close());

/** Waits until that attempt was declined. */
async function attempt(accountId: string, number: number): Promise<void> {
  await eventually(async () => (await shop.record(accountId, `top-up-${number}`)) !== null);
  await eventually(
    async () => (await shop.record(accountId, `top-up-${number}`))?.status === 'declined',
  );
}

async function declinesOf(accountId: string) {
  return (await topUps.payments(accountId)).map(({ state, timesTaken }) => [state, timesTaken]);
}

test('a declined card is tried again after an hour and after six more, and then not at all', async () => {
  const accountId = await topUps.buyer(simulated('declined'), 10);
  await topUps.call(accountId);
  await attempt(accountId, 1);
  for (let times = 0; times < 5; times += 1) await topUps.call(accountId);
  await topUps.untilSleeping(accountId);
  expect(await declinesOf(accountId)).toEqual([['declined', 0]]);
  const { topUp } = await shop.holdfast.client.settings.get(accountId);
  expect(topUp).toMatchObject({ failures: 1, stoppedWhy: null });
  expectAbout(topUp?.retryAt, 3_600_000);

  await topUps.retryWithin(accountId, 0);
  await topUps.call(accountId);
  await attempt(accountId, 2);
  await topUps.call(accountId);
  await topUps.untilSleeping(accountId);
  expectAbout((await shop.holdfast.client.settings.get(accountId)).topUp?.retryAt, 6 * 3_600_000);

  await topUps.retryWithin(accountId, 0);
  await topUps.call(accountId);
  await attempt(accountId, 3);
  expect(await topUps.settle(accountId)).toBe('stopped');
  expect(await declinesOf(accountId)).toEqual([
    ['declined', 0],
    ['declined', 0],
    ['declined', 0],
  ]);
  expect(await topUps.failures(accountId)).toMatchObject([
    {
      data: {
        purchaseId: 'top-up-1',
        reason: 'card-declined',
        retryAt: expect.any(String),
        stopped: false,
      },
    },
    {
      data: {
        purchaseId: 'top-up-2',
        reason: 'card-declined',
        retryAt: expect.any(String),
        stopped: false,
      },
    },
    { data: { purchaseId: 'top-up-3', reason: 'card-declined', retryAt: null, stopped: true } },
  ]);

  // Only a new setting lets it go on, and at once only one with another payment method.
  await topUps.spend(accountId, 1);
  expect(await topUps.settle(accountId)).toBe('stopped');
  await topUps.set(accountId, {});
  expect(await topUps.settle(accountId)).toBe('enough');
  expect((await topUps.payments(accountId)).map(({ timesTaken }) => timesTaken)).toEqual([
    0, 0, 0, 1,
  ]);
});

function expectAbout(at: string | null | undefined, aheadMs: number): void {
  const errorMs = Date.parse(String(at)) - Date.now() - aheadMs;
  expect(Math.abs(errorMs)).toBeLessThan(60_000);
}

test('a declined card is tried again without a call when the time has come', async () => {
  const accountId = await topUps.buyer(simulated('declined'), 10);
  await topUps.call(accountId);
  await attempt(accountId, 1);
  await topUps.retryWithin(accountId, 3);
  await topUps.call(accountId);
  await attempt(accountId, 2);
  expect(await declinesOf(accountId)).toHaveLength(2);
});

test('a declined card is replaced at once when another one is set', async () => {
  const accountId = await topUps.buyer(simulated('declined'), 10);
  await topUps.call(accountId);
  await attempt(accountId, 1);
  await topUps.call(accountId);
  await topUps.untilSleeping(accountId);
  await topUps.set(accountId, {});
  expect(await topUps.settle(accountId)).toBe('enough');
  expect((await topUps.payments(accountId)).map(({ timesTaken }) => timesTaken)).toEqual([0, 1]);
  expect((await shop.holdfast.client.settings.get(accountId)).topUp).toMatchObject({
    failures: 0,
    retryAt: null,
  });
});

test('a pending payment keeps other top-ups from being bought, and counts towards the cap', async () => {
  const accountId = await topUps.buyer(simulated('pending'), 10);
  const first = await topUps.result(accountId);
  expect(first).toEqual({ status: 'bought', purchaseId: 'top-up-1' });
  await eventually(async () => (await topUps.payments(accountId)).length === 1);
  await topUps.spend(accountId, 5);
  for (let times = 0; times < 5; times += 1) expect(await topUps.result(accountId)).toEqual(first);
  expect(await topUps.payments(accountId)).toMatchObject([{ state: 'pending', timesTaken: 0 }]);
  expect((await shop.holdfast.client.settings.get(accountId)).topUp?.spentThisMonthCents).toBe(
    4900,
  );

  await topUps.set(accountId, { monthlyCapCents: 4900 });
  await shop.holdfast.payments.settle(`purchase/${accountId}/top-up-1`);
  await shop.holdfast.client.purchases.paymentUpdated(accountId, 'top-up-1');
  expect(await shop.result(accountId, 'top-up-1')).toMatchObject({ status: 'granted' });
  await topUps.spend(accountId, 125);
  expect(await topUps.settle(accountId)).toBe('monthly-cap');
  expect((await topUps.payments(accountId)).map(({ timesTaken }) => timesTaken)).toEqual([1]);
});

test('a worker without a payment provider opens no purchase', async () => {
  const other = await Shop.open();
  try {
    const poor = new TopUps(other);
    await other.holdfast.startWorker({ payments: undefined }, { paymentProvider: undefined });
    const accountId = await poor.buyer({}, 10);
    expect(await poor.result(accountId)).toEqual({
      status: 'none',
      reason: 'PAYMENTS_NOT_CONFIGURED',
    });
    expect(await other.record(accountId, 'top-up-1')).toBeNull();
  } finally {
    await other.close();
  }
});
