import { HoldfastError } from '../../../contract/errors';
import { eventually } from '../../support/eventually';
import { uniqueId } from '../harness';
import { Shop, simulated } from '../purchase/shop';
import { TopUps } from './top-up-support';

/** What a stranger with a token that may write settings would say. */
const GREEDY = {
  packId: 'pack-450',
  belowCredits: Number.MAX_SAFE_INTEGER,
  monthlyCapCents: Number.MAX_SAFE_INTEGER,
};

let shop: Shop;
let topUps: TopUps;
beforeAll(async () => {
  shop = await Shop.open();
  topUps = new TopUps(shop);
  await shop.holdfast.startWorker();
});
afterAll(() => shop.close());

async function refusedWith(accountId: string, topUp: typeof GREEDY & { paymentMethod?: string }) {
  const { settings } = shop.holdfast.client;
  const error = await settings
    .setTopUp({ accountId, key: uniqueId('key'), topUp })
    .catch((thrown: HoldfastError) => thrown);
  return error instanceof HoldfastError ? error.code : error;
}

test('a threshold without bounds, or someone else’s card, is refused, and nothing is charged', async () => {
  const accountId = await shop.buyer();
  expect(await refusedWith(accountId, GREEDY)).toBe('TOP_UP_THRESHOLD_TOO_HIGH');
  const theirs = { ...GREEDY, belowCredits: 449, paymentMethod: 'someone-elses-card' };
  expect(await refusedWith(accountId, theirs)).toBe('PAYMENT_METHOD_NOT_OWNED');
  expect(await topUps.payments(accountId)).toEqual([]);
});

test('a rule without bounds that is stored, and heavy use, buy three packs a day at most', async () => {
  const accountId = await topUps.buyer({}, 0);
  await shop.holdfast.sql(
    'UPDATE holdfast.account_settings SET top_up_below = $2, top_up_cap_cents = $2 WHERE account_id = $1',
    [accountId, Number.MAX_SAFE_INTEGER],
  );
  await topUps.spendPacks(accountId, 3);
  expect(await topUps.settle(accountId)).toBe('top-ups-per-day');
  expect(await topUps.settle(accountId)).toBe('top-ups-per-day');
  expect(await topUps.payments(accountId)).toHaveLength(3);
  expect(await topUps.failures(accountId)).toMatchObject([{ data: { reason: 'top-ups-per-day' } }]);
});

test('saving the settings again and again charges a dead card once', async () => {
  const accountId = await topUps.buyer(simulated('declined'), 10);
  await topUps.call(accountId);
  await eventually(async () => (await shop.record(accountId, 'top-up-1'))?.status === 'declined');
  for (let times = 0; times < 5; times += 1) {
    await topUps.set(accountId, simulated('declined'));
    await topUps.call(accountId);
    await topUps.untilSleeping(accountId);
  }
  expect(await topUps.payments(accountId)).toHaveLength(1);
});

test('a card that must never be charged again stops the top-up after one attempt', async () => {
  const accountId = await topUps.buyer(simulated('never-again'), 10);
  await topUps.call(accountId);
  await eventually(async () => (await shop.record(accountId, 'top-up-1'))?.status === 'declined');
  expect(await topUps.settle(accountId)).toBe('stopped');
  expect(await topUps.failures(accountId)).toMatchObject([
    { data: { reason: 'card-stolen', stopped: true, retryAt: null } },
  ]);
  await expect(topUps.set(accountId, simulated('never-again'))).rejects.toThrow(/never be charged/);
  await topUps.set(accountId, {});
  expect(await topUps.settle(accountId)).toBe('enough');
});

test('someone else’s card that an earlier version has kept is never charged', async () => {
  // It has credits enough until its card is another’s.
  const accountId = await topUps.buyer();
  await shop.holdfast.sql(
    "UPDATE holdfast.account_settings SET top_up_payment_method = 'someone-elses-card' WHERE account_id = $1",
    [accountId],
  );
  await topUps.spend(accountId, 140);
  await topUps.call(accountId);
  await eventually(async () => (await shop.record(accountId, 'top-up-1'))?.status === 'declined');
  expect(await topUps.payments(accountId)).toEqual([]);
  expect(await topUps.failures(accountId)).toMatchObject([
    { data: { reason: 'payment-method-not-owned' } },
  ]);
});
