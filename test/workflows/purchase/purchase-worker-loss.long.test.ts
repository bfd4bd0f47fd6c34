import { eventually } from '../../support/eventually';
import { lockAccount } from '../account-lock';
import { startWorkerProcess, type WorkerProcess } from '../worker-process';
import { order, Shop, simulated } from './shop';

/** With worker processes that are killed while a purchase is between two of its steps. */
describe('a purchase is charged once and granted once if its worker is killed', () => {
  let shop: Shop;
  let worker: WorkerProcess;
  let accountId: string;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  beforeEach(async () => {
    accountId = await shop.buyer();
    worker = await startWorkerProcess(shop.holdfast, { HOLDFAST_PAYMENTS: 'stub' });
  });
  afterEach(async () => {
    await worker.kill();
    await shop.expectBooksToAgree();
  });
  afterAll(() => shop.close());

  /**
   * Buys with a long time-out, because Temporal takes ten seconds to notice that a worker is gone.
   */
  const buy = (simulation: string) =>
    shop.buy(accountId, simulated(simulation), { timeoutMs: 100_000 });

  async function expectBoughtBy(bought: Promise<unknown>): Promise<void> {
    const next = await shop.holdfast.startWorker();
    expect(await bought).toMatchObject({ status: 'granted', credits: 125, priceCents: 4900 });
    expect(await shop.payment(accountId)).toMatchObject({
      timesTaken: 1,
      refunded: false,
      amountCents: 4900,
    });
    expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 275 });
    await next.stop();
  }

  async function untilCharging(): Promise<void> {
    await eventually(async () => (await shop.payment(accountId)) !== undefined);
  }

  test('before the intent was written', async () => {
    const lock = await lockAccount(shop.holdfast, accountId);
    const bought = buy('none');
    await lock.untilWaiting('open_purchase');
    await worker.kill();
    await lock.breakWaiting();
    await lock.release();
    expect(await shop.record(accountId)).toBeNull();
    await expectBoughtBy(bought);
  });

  test('between intent and charge', async () => {
    const lock = await lockAccount(shop.holdfast, accountId);
    const bought = buy('none');
    await lock.untilWaiting('open_purchase');
    await worker.kill();
    // The dead worker's call goes through in Postgres.
    await lock.release();
    await eventually(async () => (await shop.record(accountId)) !== null);
    expect(await shop.record(accountId)).toMatchObject({ status: 'open' });
    expect(await shop.payment(accountId)).toBeUndefined();
    await expectBoughtBy(bought);
  });

  test('during the charge', async () => {
    const bought = buy('slow');
    await untilCharging();
    await worker.kill();
    expect(await shop.payment(accountId)).toMatchObject({ state: 'pending', timesTaken: 0 });
    await expectBoughtBy(bought);
  });

  test('between charge and grant', async () => {
    const bought = buy('slow');
    await untilCharging();
    const lock = await lockAccount(shop.holdfast, accountId);
    await lock.untilWaiting('settle_purchase');
    await worker.kill();
    await lock.breakWaiting();
    await lock.release();
    expect(await shop.payment(accountId)).toMatchObject({ state: 'paid', timesTaken: 1 });
    expect(await shop.record(accountId)).toMatchObject({ status: 'open', grantId: null });
    await expectBoughtBy(bought);
  });

  test('between grant and end', async () => {
    const bought = buy('slow');
    await untilCharging();
    const lock = await lockAccount(shop.holdfast, accountId);
    await lock.untilWaiting('settle_purchase');
    await worker.kill();
    await lock.release();
    await eventually(async () => (await shop.record(accountId))?.status === 'granted');
    expect((await shop.workflow(accountId).describe()).status.name).toBe('RUNNING');
    await expectBoughtBy(bought);
  });

  test('while the payment is pending', async () => {
    await worker.kill();
    const own = await shop.holdfast.startWorker();
    expect(await shop.buy(accountId, simulated('pending'))).toMatchObject({ status: 'pending' });
    await own.stop();
    await shop.holdfast.payments.settle(`purchase/${accountId}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
    await expectBoughtBy(shop.result(accountId));
    const again = await shop.holdfast.startWorker();
    expect(
      await shop.holdfast.client.purchases.buy(order(accountId, simulated('pending'))),
    ).toMatchObject({
      status: 'granted',
    });
    await again.stop();
  });
});
