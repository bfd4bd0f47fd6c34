import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { loseWorkerInFirstTask, replayErrors } from '../lost-worker';
import { untilStarted } from '../workflow-support';

let holdfast: Holdfast;
beforeAll(async () => {
  holdfast = await openHoldfast();
  // The first worker registers what clients start workflows with.
  await (await holdfast.startWorker()).stop();
});
afterAll(() => holdfast.closeSettled());

// Of tasks without commands, a replay may take another one for the first than the run itself did;
// of one with commands, the worker that takes over is given the lost one's time.
test.each([
  { lost: 'in a task without commands', accepting: false },
  { lost: 'after it has accepted the update', accepting: true },
])(
  'a request that came too late is turned away, and replayed so, if its worker was lost $lost',
  async ({ accepting }) => {
    const { client, temporal, ledger } = holdfast;
    const accountId = uniqueId('late');
    await holdfast.fund(accountId, 100);
    const request = { accountId, requestId: 'r1', kind: 'text-to-image', admitWithinSeconds: 3 };
    const answered = client.generations.start(request);
    const { workflowId } = temporal.client.workflow.getHandle(`generation/${accountId}/r1`);
    await untilStarted(temporal, workflowId);
    await loseWorkerInFirstTask(holdfast, { accepting });
    const handle = temporal.client.workflow.getHandle(workflowId);
    const { startTime } = await handle.describe();
    await eventually(async () => Date.now() > startTime.getTime() + 3_000);
    const worker = await holdfast.startWorker();
    expect(await answered).toMatchObject({ result: { reason: 'ADMISSION_TIMED_OUT' } });
    expect(await handle.result()).toMatchObject({ status: 'rejected', reserved: 0 });
    expect(await ledger.balance(accountId)).toMatchObject({ available: 100 });
    await worker.stop();
    expect(await replayErrors(holdfast, workflowId)).toEqual([]);
  },
);
