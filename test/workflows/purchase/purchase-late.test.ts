import type { RunningWorker } from '../../../worker/worker';
import { eventually } from '../../support/eventually';
import { loseWorkerInFirstTask, replayErrors } from '../lost-worker';
import { order, Shop, simulated } from './shop';

let shop: Shop;
let worker: RunningWorker;
beforeAll(async () => {
  shop = await Shop.open();
  worker = await shop.holdfast.startWorker();
});
afterAll(() => shop.close());

/** Waits until the time is over in which a worker may begin with the purchase. */
async function untilTooLate(accountId: string): Promise<void> {
  await shop.untilStarted(accountId);
  const { startTime } = await shop.workflow(accountId).describe();
  await eventually(async () => Date.now() - startTime.getTime() > 30_500);
}

test('a purchase that no worker takes up for half a minute is refused, and its id can’t be charged any more', async () => {
  const { client, ledger } = shop.holdfast;
  const [accountId, opened] = [await shop.buyer(), await shop.buyer()];
  await shop.buy(opened, simulated('pending'));
  await shop.workflow(opened).terminate();
  await worker.stop();
  const asked = shop.buy(accountId, {}, { timeoutMs: 2_000 });
  await expect(asked).rejects.toMatchObject({ retryable: true });
  // This one only goes on: its intent is written, and its money is there.
  expect(await shop.buy(opened, simulated('pending'))).toMatchObject({ status: 'pending' });
  await shop.holdfast.payments.settle(`purchase/${opened}/p`);
  await loseWorkerInFirstTask(shop.holdfast);
  await loseWorkerInFirstTask(shop.holdfast);
  await untilTooLate(accountId);
  await untilTooLate(opened);

  worker = await shop.holdfast.startWorker();
  expect(await shop.result(opened)).toMatchObject({ status: 'granted' });
  const result = await shop.result(accountId);
  expect(result).toMatchObject({
    ...{
      status: 'refused',
      reason: 'PURCHASE_TIMED_OUT',
      message: expect.stringContaining('nothing was charged'),
    },
  });
  for (const late of [accountId, opened])
    expect(await replayErrors(shop.holdfast, `purchase/${late}/p`)).toEqual([]);
  const { purchaseHash: _any, ...refused } = result;
  expect(await shop.buy(accountId)).toEqual(result);
  // A call that is still on its way finds the id closed in the ledger.
  const { packId, shownPriceCents } = order(accountId);
  expect(await ledger.purchases.open(accountId, 'p', { packId, shownPriceCents })).toMatchObject({
    ...{ ok: true, value: { status: 'voided', mayCharge: false } },
  });
  await shop.forget(accountId);
  expect(await shop.result(accountId)).toMatchObject(refused);
  expect(await shop.buy(accountId)).toMatchObject(refused);
  expect(await shop.payment(accountId)).toBeUndefined();
  expect(await client.balance(accountId)).toMatchObject({ available: 150 });
  expect(await shop.buy(accountId, { purchaseId: 'anew' })).toMatchObject({ status: 'granted' });
});
