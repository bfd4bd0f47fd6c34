import { TransientProviderError } from '../../../providers/provider-errors';
import { createStubPaymentProvider } from '../../../providers/stub-payment/stub-payment-provider';
import type { RunningWorker } from '../../../worker/worker';
import { eventually } from '../../support/eventually';
import { lockAccount } from '../account-lock';
import { Shop, simulated } from './shop';

const INTERRUPTED = { name: 'HoldfastError', code: 'PURCHASE_INTERRUPTED' };
/** Long enough on a busy machine for a purchase before its end. */
const PLANS = { 'eight-seconds': { name: 'Eight seconds', credits: 10, cycle: 'PT8S' } };

let shop: Shop;
let worker: RunningWorker;
let isRefundingPossible = true;
beforeAll(async () => {
  shop = await Shop.open({ plans: PLANS });
  worker = await startWorker();
});
afterAll(() => shop.close());

function startWorker(): Promise<RunningWorker> {
  const { outputDir } = shop.holdfast;
  const payments = createStubPaymentProvider({ outputDir, pendingMs: 86_400_000, slowMs: 5_000 });
  const paymentProvider = {
    ...payments,
    async refund(key: string) {
      if (!isRefundingPossible) throw new TransientProviderError('503');
      return payments.refund(key);
    },
  };
  return shop.holdfast.startWorker({}, { paymentProvider });
}

/**
 * Terminates the purchase's workflow, and expects that its waiting buyer gets PURCHASE_INTERRUPTED.
 */
async function terminate(accountId: string, bought?: Promise<unknown>): Promise<void> {
  await shop.workflow(accountId).terminate();
  if (bought) await expect(bought).rejects.toMatchObject(INTERRUPTED);
}

/** The two ways in which an interrupted purchase goes on. */
type Restart = [string, (accountId: string, simulation: string) => Promise<unknown>];
const RESTARTS: Restart[] = [
  [
    'its buyer sends it again',
    (accountId, simulation) => shop.buy(accountId, simulated(simulation)),
  ],
  ['reconciliation finds it', async (accountId) => expect(await shop.reconcile(accountId)).toBe(1)],
];

async function expectBoughtOnce(accountId: string): Promise<void> {
  await eventually(async () => (await shop.record(accountId))?.status === 'granted');
  expect(await shop.result(accountId)).toMatchObject({ status: 'granted', credits: 125 });
  expect(await shop.payment(accountId)).toMatchObject({ timesTaken: 1, refunded: false });
  expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 275 });
}

test('a purchase that is terminated before its intent can be made again', async () => {
  const accountId = await shop.buyer();
  await worker.stop();
  const bought = shop.buy(accountId);
  await shop.untilStarted(accountId);
  await terminate(accountId, bought);
  worker = await startWorker();
  expect(await shop.reconcile(accountId)).toBe(0);
  await expect(shop.result(accountId)).rejects.toMatchObject(INTERRUPTED);
  expect(await shop.record(accountId)).toBeNull();
  await shop.buy(accountId);
  await expectBoughtOnce(accountId);
});

test.each(RESTARTS)(
  'a purchase that is terminated between intent and charge is charged and granted once when %s',
  async (_when, restart) => {
    const accountId = await shop.buyer();
    const lock = await lockAccount(shop.holdfast, accountId);
    const bought = shop.buy(accountId, simulated('none'));
    await lock.untilWaiting('open_purchase');
    await terminate(accountId, bought);
    await lock.release();
    await eventually(async () => (await shop.record(accountId))?.status === 'open');
    expect(await shop.payment(accountId)).toBeUndefined();
    await restart(accountId, 'none');
    await expectBoughtOnce(accountId);
  },
);

test.each(RESTARTS)(
  'a purchase that is terminated during the charge is charged and granted once when %s',
  async (_when, restart) => {
    const accountId = await shop.buyer();
    const bought = shop.buy(accountId, simulated('slow'));
    await eventually(async () => (await shop.payment(accountId))?.state === 'pending');
    await terminate(accountId, bought);
    await restart(accountId, 'slow');
    await expectBoughtOnce(accountId);
  },
);

test.each(RESTARTS)(
  'a purchase that is terminated between charge and grant is granted once when %s',
  async (_when, restart) => {
    const accountId = await shop.buyer();
    await shop.buy(accountId, simulated('pending'));
    await terminate(accountId);
    await shop.holdfast.payments.settle(`purchase/${accountId}/p`);
    expect(await shop.record(accountId)).toMatchObject({ status: 'open' });
    await restart(accountId, 'pending');
    await expectBoughtOnce(accountId);
  },
);

test('a purchase that is terminated during its grant is granted, and leaves nothing to put right', async () => {
  const accountId = await shop.buyer();
  const bought = shop.buy(accountId, simulated('slow'));
  await eventually(async () => (await shop.payment(accountId)) !== undefined);
  const lock = await lockAccount(shop.holdfast, accountId);
  await lock.untilWaiting('settle_purchase');
  await shop.workflow(accountId).terminate();
  // The buyer gets the interruption, or what the ledger has by then.
  await bought.catch((error) => expect(error).toMatchObject(INTERRUPTED));
  await lock.release();
  await eventually(async () => (await shop.record(accountId))?.status === 'granted');
  expect(await shop.reconcile(accountId)).toBe(0);
  expect(await shop.buy(accountId, simulated('slow'))).toMatchObject({ status: 'granted' });
  await expectBoughtOnce(accountId);
});

test.each(RESTARTS)(
  'a purchase that is terminated during its refund is refunded once when %s',
  async (_when, restart) => {
    const accountId = await shop.buyer('eight-seconds');
    await shop.buy(accountId, simulated('pending'));
    await eventually(
      async () => (await shop.holdfast.ledger.subscription(accountId))?.status === 'lapsed',
    );
    isRefundingPossible = false;
    await shop.holdfast.payments.settle(`purchase/${accountId}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
    await shop.untilRetrying('refundPayment', accountId);
    await terminate(accountId);
    isRefundingPossible = true;
    await restart(accountId, 'pending');
    await eventually(async () => (await shop.record(accountId))?.status === 'returned');
    expect(await shop.result(accountId)).toMatchObject({
      status: 'returned',
      reason: 'subscription-ended',
    });
    expect(await shop.payment(accountId)).toMatchObject({ state: 'refunded', timesTaken: 1 });
  },
);

test('a purchase that is restarted a quarter of an hour after its intent is voided and never charged', async () => {
  const accountId = await shop.buyer();
  const lock = await lockAccount(shop.holdfast, accountId);
  const bought = shop.buy(accountId);
  await lock.untilWaiting('open_purchase');
  await terminate(accountId, bought);
  await lock.release();
  await eventually(async () => (await shop.record(accountId))?.status === 'open');
  const age =
    "UPDATE holdfast.purchases SET opened_at = opened_at - interval '16 minutes' WHERE account_id = $1";
  await shop.holdfast.sql(age, [accountId]);
  expect(await shop.buy(accountId)).toMatchObject({ status: 'voided', reason: 'void-requested' });
  expect(await shop.payment(accountId)).toBeUndefined();
  // The provider does not take it any more either.
  expect(await shop.holdfast.payments.state(`purchase/${accountId}/p`)).toMatchObject({
    state: 'voided',
  });
});

test('a purchase whose workflow runs is left alone by reconciliation', async () => {
  const accountId = await shop.buyer();
  await shop.buy(accountId, simulated('pending'));
  const { runId } = await shop.workflow(accountId).describe();
  expect(await shop.reconcile(accountId)).toBe(0);
  expect((await shop.workflow(accountId).describe()).runId).toBe(runId);
  await shop.holdfast.client.purchases.cancel(accountId, 'p');
  expect(await shop.result(accountId)).toMatchObject({ status: 'voided' });
});

test('a purchase that was terminated while pending can still be cancelled by its buyer', async () => {
  const accountId = await shop.buyer();
  await shop.buy(accountId, simulated('pending'));
  await terminate(accountId);
  await shop.holdfast.client.purchases.cancel(accountId, 'p');
  expect(await shop.result(accountId)).toMatchObject({
    status: 'voided',
    reason: 'void-requested',
  });
  await shop.holdfast.payments.settle(`purchase/${accountId}/p`);
  expect(await shop.payment(accountId)).toMatchObject({ timesTaken: 0 });
});
