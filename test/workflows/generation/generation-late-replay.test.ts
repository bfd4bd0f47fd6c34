import { Worker } from '@temporalio/worker';
import { eventually } from '../../support/eventually';
import { testServers } from '../../support/test-servers';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { untilStarted } from '../workflow-support';

const IDENTITY = 'a worker that is lost';

let holdfast: Holdfast;
beforeAll(async () => {
  holdfast = await openHoldfast();
  // The first worker registers what clients start workflows with.
  await (await holdfast.startWorker()).stop();
});
afterAll(() => holdfast.closeSettled());

/** A worker says that a call of its first task goes on, which begins another task, and is lost. */
async function loseWorkerInFirstTask(): Promise<void> {
  const { client, namespace, taskQueue } = holdfast.temporal;
  const asked = { namespace, taskQueue: { name: taskQueue }, identity: IDENTITY };
  const { taskToken } = await client.withDeadline(Date.now() + 60_000, () =>
    client.workflowService.pollWorkflowTaskQueue(asked),
  );
  await client.workflowService.respondWorkflowTaskCompleted({
    ...{ namespace, taskToken, identity: IDENTITY, forceCreateNewWorkflowTask: true },
  });
}

// Of tasks without commands, a replay may take another one for the first than the run itself did.
test('a request that came too late is replayed as it was turned away, also after a lost worker', async () => {
  const { client, temporal } = holdfast;
  const accountId = uniqueId('late');
  await holdfast.fund(accountId, 100);
  const request = { accountId, requestId: 'r1', kind: 'text-to-image', admitWithinSeconds: 3 };
  const answered = client.generations.start(request);
  const handle = temporal.client.workflow.getHandle(`generation/${accountId}/r1`);
  await untilStarted(temporal, handle.workflowId);
  await loseWorkerInFirstTask();
  const { startTime } = await handle.describe();
  await eventually(async () => Date.now() > startTime.getTime() + 3_000);
  await holdfast.startWorker();
  expect(await answered).toMatchObject({ result: { reason: 'ADMISSION_TIMED_OUT' } });
  expect(await handle.result()).toMatchObject({ status: 'rejected', reserved: 0 });

  const history = await handle.fetchHistory();
  const options = { workflowBundle: { codePath: testServers().workflowBundlePath } };
  const named = [{ workflowId: handle.workflowId, history }];
  const errors = [];
  for await (const { error } of Worker.runReplayHistories(options, named)) errors.push(error);
  expect(errors).toEqual([undefined]);
});
