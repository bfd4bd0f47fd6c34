import { TransientProviderError } from '../../../providers/provider-errors';
import type { RunningWorker } from '../../../worker/worker';
import { eventually } from '../../support/eventually';
import { Shop, simulated } from './shop';

let shop: Shop;
let worker: RunningWorker;
/** Accounts for whose charges the payment service can't be reached. */
const unreachableFor = new Set<string>();
beforeAll(async () => {
  shop = await Shop.open();
  worker = await startWorker();
});
afterAll(() => shop.close());

function startWorker() {
  const { payments } = shop.holdfast;
  const paymentProvider = {
    ...payments,
    async charge(asked: Parameters<typeof payments.charge>[0]) {
      if (unreachableFor.has(asked.accountId)) throw new TransientProviderError('503');
      return payments.charge(asked);
    },
  };
  return shop.holdfast.startWorker({}, { paymentProvider });
}

test('a purchase that is cancelled before it was opened is voided, and its id never buys', async () => {
  const accountId = await shop.buyer();
  await worker.stop();
  const bought = shop.buy(accountId);
  await shop.untilStarted(accountId);
  await shop.holdfast.client.purchases.cancel(accountId, 'p');
  await startWorker();
  expect(await bought).toMatchObject({ status: 'voided', reason: 'cancelled' });
  expect(await shop.buy(accountId)).toMatchObject({ status: 'voided', reason: 'cancelled' });
  expect(await shop.record(accountId)).toMatchObject({ status: 'voided', body: null });
  expect(await shop.payment(accountId)).toBeUndefined();
});

test('a purchase that is cancelled while the provider can’t be reached is voided and never charged', async () => {
  const accountId = await shop.buyer();
  unreachableFor.add(accountId);
  const bought = shop.buy(accountId);
  await shop.untilRetrying('charge', accountId);
  await shop.holdfast.client.purchases.cancel(accountId, 'p');
  expect(await bought).toMatchObject({ status: 'voided', reason: 'void-requested' });
  unreachableFor.delete(accountId);
  expect(await shop.holdfast.payments.state(`purchase/${accountId}/p`)).toMatchObject({
    state: 'voided',
  });
  expect(await shop.payment(accountId)).toBeUndefined();
});

test('a purchase that is cancelled while it is being charged is granted', async () => {
  const accountId = await shop.buyer();
  const bought = shop.buy(accountId, simulated('slow'));
  await eventually(async () => (await shop.payment(accountId)) !== undefined);
  await shop.holdfast.client.purchases.cancel(accountId, 'p');
  expect(await bought).toMatchObject({ status: 'granted' });
  expect(await shop.payment(accountId)).toMatchObject({ timesTaken: 1 });
});

test('the cancellation of an ended purchase changes nothing, and that of an unknown one is not found', async () => {
  const { purchases } = shop.holdfast.client;
  const accountId = await shop.buyer();
  await shop.buy(accountId);
  await shop.buy(accountId, { purchaseId: 'refused', shownPriceCents: 1 });
  await purchases.cancel(accountId, 'p');
  await purchases.cancel(accountId, 'refused');
  expect(await shop.result(accountId)).toMatchObject({ status: 'granted' });
  expect(await shop.result(accountId, 'refused')).toMatchObject({
    status: 'refused',
    reason: 'PRICE_CHANGED',
  });
  await expect(purchases.cancel(accountId, 'unknown')).rejects.toMatchObject({
    code: 'PURCHASE_NOT_FOUND',
  });
});
