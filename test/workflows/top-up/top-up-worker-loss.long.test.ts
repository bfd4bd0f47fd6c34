import { eventually } from '../../support/eventually';
import { lockAccount } from '../account-lock';
import { Shop, simulated } from '../purchase/shop';
import { startWorkerProcess, type WorkerProcess } from '../worker-process';
import { TopUps } from './top-up-support';

const STUB = { HOLDFAST_PAYMENTS: 'stub' };

/** With worker processes that are killed while a top-up is between two of its steps. */
describe('a top-up is charged once and granted once if its worker is killed', () => {
  let shop: Shop;
  let topUps: TopUps;
  let worker: WorkerProcess;
  beforeAll(async () => {
    shop = await Shop.open();
    topUps = new TopUps(shop);
  });
  beforeEach(async () => {
    worker = await startWorkerProcess(shop.holdfast, STUB);
  });
  afterEach(() => worker.kill());
  afterAll(() => shop.close());

  async function expectBoughtOnce(accountId: string): Promise<void> {
    const next = await shop.holdfast.startWorker();
    expect(await topUps.settle(accountId)).toBe('enough');
    expect(await topUps.payments(accountId)).toMatchObject([
      { idempotencyKey: `purchase/${accountId}/top-up-1`, timesTaken: 1, refunded: false },
    ]);
    expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 10 + 125 });
    await next.stop();
  }

  test('before its intent was written', async () => {
    const accountId = await topUps.buyer({}, 10);
    const lock = await lockAccount(shop.holdfast, accountId);
    await topUps.call(accountId);
    await lock.untilWaiting('begin_top_up');
    await worker.kill();
    await lock.breakWaiting();
    await lock.release();
    expect(await shop.record(accountId, 'top-up-1')).toBeNull();
    await expectBoughtOnce(accountId);
  });

  test('between its intent and the start of its purchase', async () => {
    const accountId = await topUps.buyer({}, 10);
    const lock = await lockAccount(shop.holdfast, accountId);
    await topUps.call(accountId);
    await lock.untilWaiting('begin_top_up');
    await worker.kill();
    // The dead worker's call goes through in Postgres.
    await lock.release();
    await eventually(async () => (await shop.record(accountId, 'top-up-1')) !== null);
    expect(await topUps.payments(accountId)).toEqual([]);
    await expectBoughtOnce(accountId);
  });

  test('during the charge', async () => {
    const accountId = await topUps.buyer(simulated('slow'), 10);
    await topUps.call(accountId);
    await eventually(async () => (await topUps.payments(accountId)).length === 1);
    await worker.kill();
    expect(await topUps.payments(accountId)).toMatchObject([{ state: 'pending', timesTaken: 0 }]);
    await expectBoughtOnce(accountId);
  });

  test('after a terminated workflow left its purchase to reconciliation', async () => {
    const accountId = await topUps.buyer({}, 10);
    // The state after a run that was terminated before it could start the purchase.
    await shop.holdfast.ledger.topUps.begin(accountId);
    // The pass starts the purchase, or the top-up does that the outbox delivery has called.
    await shop.reconcile(accountId);
    await eventually(async () => (await shop.record(accountId, 'top-up-1'))?.status === 'granted');
    await worker.kill();
    await expectBoughtOnce(accountId);
  });
});
