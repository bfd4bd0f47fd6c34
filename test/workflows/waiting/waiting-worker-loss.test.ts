import { eventually } from '../../support/eventually';
import { type AccountLock, lockAccount } from '../account-lock';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { startWorkerProcess, type WorkerProcess } from '../worker-process';
import { costing, entriesOf, give, giveUnheard, park, patient, queueOf } from './waiting-support';

/** Real worker processes, killed at every step from the credits' coming to the job: none of them loses the wake-up. */
describe('when a worker is killed', () => {
  let holdfast: Holdfast;
  let worker: WorkerProcess;
  let accountId: string;
  beforeEach(async () => {
    holdfast = await openHoldfast();
    worker = await startWorkerProcess(holdfast);
    accountId = uniqueId('killed');
  });
  afterEach(async () => {
    await worker.kill();
    await holdfast.closeSettled();
  });

  /** Stands still in that function of the ledger until the worker is dead. */
  async function killIn(
    ledgerFunction: string,
    begin: () => Promise<unknown>,
  ): Promise<AccountLock> {
    const lock = await lockAccount(holdfast, accountId);
    await begin();
    await lock.untilWaiting(ledgerFunction);
    await worker.kill();
    return lock;
  }

  async function expectServedOnce(requestId: string, credits: number): Promise<void> {
    const { client } = holdfast;
    const result = await client.generations.result(accountId, requestId);
    expect(result).toMatchObject({ status: 'committed', charged: credits });
    expect(await entriesOf(holdfast, accountId, requestId)).toEqual(['commit', 'reserve']);
    expect(await queueOf(holdfast, accountId)).toEqual([]);
  }

  const wake = () =>
    holdfast.temporal.client.workflow.getHandle(`generation/${accountId}/r1`).signal('wake');

  test('after the commit that gave something back and before it told who waits, the commit tells again', async () => {
    const { client, ledger } = holdfast;
    await holdfast.fund(accountId, 10);
    await client.generations.start({
      accountId,
      requestId: 'runs',
      ...costing(10),
      input: { simulate: 'shorter' },
    });
    await park(holdfast, accountId, 'r1', 5);
    const lock = await killIn('commit_reservation', async () => undefined);
    await lock.release();
    await eventually(async () => (await ledger.request(accountId, 'runs'))?.status === 'committed');
    expect(await queueOf(holdfast, accountId)).toEqual(['r1']);

    await holdfast.startWorker();
    await expectServedOnce('r1', 5);
  });

  test('and whoever gave the credits with it, reconciliation wakes who waits', async () => {
    await park(holdfast, accountId, 'r1', 5);
    await giveUnheard(holdfast, accountId, 5, 'unheard');
    await worker.kill();
    expect(await queueOf(holdfast, accountId)).toEqual(['r1']);
    await holdfast.startWorker();
    expect(await holdfast.client.reconciliation.run()).toMatchObject({ status: 'done' });
    await expectServedOnce('r1', 5);
  });

  test('after the wake-up and before the ledger was asked, the next one asks', async () => {
    await park(holdfast, accountId, 'r1', 5);
    await giveUnheard(holdfast, accountId, 5, 'unheard');
    const lock = await killIn('resume_request', wake);
    await lock.breakWaiting();
    await lock.release();
    expect(await queueOf(holdfast, accountId)).toEqual(['r1']);
    await holdfast.startWorker();
    await expectServedOnce('r1', 5);
  });

  test('after the ledger has served it and before its job begins, the next one finds the reservation', async () => {
    await park(holdfast, accountId, 'r1', 5);
    await giveUnheard(holdfast, accountId, 5, 'unheard');
    const lock = await killIn('resume_request', wake);
    await lock.release();
    await eventually(
      async () => (await holdfast.ledger.request(accountId, 'r1'))?.status === 'open',
    );
    expect(holdfast.provider.submitted).toEqual([]);
    await holdfast.startWorker();
    await expectServedOnce('r1', 5);
  });

  test('after the ledger has served it, and it is cancelled before the next one comes, everything goes back', async () => {
    const { client, ledger } = holdfast;
    await park(holdfast, accountId, 'r1', 5);
    await giveUnheard(holdfast, accountId, 5, 'unheard');
    const lock = await killIn('resume_request', wake);
    await lock.release();
    await eventually(async () => (await ledger.request(accountId, 'r1'))?.status === 'open');
    await client.generations.cancel(accountId, 'r1');
    await holdfast.startWorker();
    expect(await client.generations.result(accountId, 'r1')).toMatchObject({
      status: 'cancelled',
      charged: 0,
    });
    expect(await ledger.balance(accountId)).toMatchObject({ available: 5, reserved: 0, spent: 0 });
  });

  test('while it is put into the queue, the next one finds its place, and asks at once what it has missed', async () => {
    const { client } = holdfast;
    await holdfast.fund(accountId, 1);
    let admission: Promise<unknown> | undefined;
    const lock = await killIn('reserve_credits', async () => {
      admission = client.generations.start(patient(accountId, 'r1', 5), { timeoutMs: 60_000 });
    });
    await lock.release();
    await eventually(async () => (await queueOf(holdfast, accountId)).length === 1);
    // Its workflow is told, and the task that hears of it is the one that was lost.
    await give(holdfast, accountId, 4, 'heard');
    await holdfast.startWorker();
    expect(await admission).toMatchObject({ status: 'admitted', reserved: 5 });
    await expectServedOnce('r1', 5);
  });
});
