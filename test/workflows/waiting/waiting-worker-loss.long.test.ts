import { createStubGenerationProvider } from '../../../providers/stub-generation/stub-generation-provider';
import { eventually } from '../../support/eventually';
import { type AccountLock, lockAccount } from '../account-lock';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { startWorkerProcess, type WorkerProcess } from '../worker-process';
import {
  costing,
  entriesOf,
  give,
  giveUnheard,
  park,
  patient,
  queueOf,
  untilAtRest,
} from './waiting-support';

/**
 * With worker processes that are killed at every step from the grant to the job. None loses the
 * wake-up.
 */
describe('a waiting request whose worker is killed', () => {
  let holdfast: Holdfast;
  let worker: WorkerProcess;
  let accountId: string;
  beforeEach(async () => {
    holdfast = await openHoldfast();
    worker = await startWorkerProcess(holdfast);
    accountId = uniqueId('killed');
    await holdfast.openAccount(accountId);
  });
  afterEach(async () => {
    await worker.kill();
    await holdfast.closeSettled();
  });

  /** Holds the worker in that function of the ledger until it is dead. */
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

  test('after a commit that gave credits back and before the wake-up is woken by the repeated commit', async () => {
    const { client, ledger } = holdfast;
    await holdfast.fund(accountId, 10);
    // The job takes longer than the test needs to lock the account, on a busy machine too.
    const { outputDir } = holdfast;
    await createStubGenerationProvider({ outputDir, jobMs: 15_000 }).submit({
      idempotencyKey: `generation/${accountId}/runs`,
      kind: 'ai-avatar',
      durationMs: 30_000,
      audio: false,
      input: { simulate: 'shorter' },
    });
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

  test('together with the one that granted credits is woken by reconciliation', async () => {
    await park(holdfast, accountId, 'r1', 5);
    await untilAtRest(holdfast, accountId, 'r1');
    await giveUnheard(holdfast, accountId, 5, 'unheard');
    await worker.kill();
    expect(await queueOf(holdfast, accountId)).toEqual(['r1']);
    await holdfast.startWorker();
    expect(await holdfast.client.reconciliation.run()).toMatchObject({ status: 'done' });
    await expectServedOnce('r1', 5);
  });

  test('after the wake-up and before the ledger is asked is served by the next worker', async () => {
    await park(holdfast, accountId, 'r1', 5);
    await untilAtRest(holdfast, accountId, 'r1');
    await giveUnheard(holdfast, accountId, 5, 'unheard');
    const lock = await killIn('resume_request', wake);
    await lock.breakWaiting();
    await lock.release();
    expect(await queueOf(holdfast, accountId)).toEqual(['r1']);
    await holdfast.startWorker();
    await expectServedOnce('r1', 5);
  });

  test('after the ledger has served it and before its job begins keeps its reservation and runs once', async () => {
    await park(holdfast, accountId, 'r1', 5);
    await untilAtRest(holdfast, accountId, 'r1');
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

  test('after the ledger has served it gives everything back if it is then cancelled', async () => {
    const { client, ledger } = holdfast;
    await park(holdfast, accountId, 'r1', 5);
    await untilAtRest(holdfast, accountId, 'r1');
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

  test('while it joins the queue keeps its place, and is served with credits that came meanwhile', async () => {
    const { client } = holdfast;
    await holdfast.fund(accountId, 1);
    let admission: Promise<unknown> | undefined;
    const lock = await killIn('reserve_credits', async () => {
      admission = client.generations.start(patient(accountId, 'r1', 5), { timeoutMs: 60_000 });
    });
    await lock.release();
    await eventually(async () => (await queueOf(holdfast, accountId)).length === 1);
    // Its workflow gets the wake-up in the task that was lost.
    await give(holdfast, accountId, 4, 'heard');
    await holdfast.startWorker();
    expect(await admission).toMatchObject({ status: 'admitted', reserved: 5 });
    await expectServedOnce('r1', 5);
  });
});
