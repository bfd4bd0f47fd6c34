import { Client } from '@temporalio/client';
import { createHoldfastClient } from '../../../client/client';
import type { reconciliationWorkflow } from '../../../workflows/workflows';
import { eventually } from '../../support/eventually';
import { newNamespace } from '../../support/temporal';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';

const ACCOUNT = uniqueId('guarded');

describe('reconciliation', () => {
  let holdfast: Holdfast;
  beforeEach(async () => {
    holdfast = await openHoldfast();
  });
  afterEach(() => holdfast.closeSettled());

  test('in another namespace than the recorded one stops and releases nothing, and no worker starts there', async () => {
    const { ledger, temporal, config } = holdfast;
    await holdfast.fund(ACCOUNT, 10);
    // It knows none of the ledger's workflows, like another Temporal.
    const namespace = await newNamespace('elsewhere');
    // The namespace is right when the worker starts. Then the ledger is restored from another
    // Temporal's.
    await holdfast.startWorker();
    expect(await holdfast.client.reconciliation.run()).toMatchObject({ status: 'done' });
    const { namespaceInfo } = await temporal.client.workflowService.describeNamespace({
      namespace,
    });
    await holdfast.sql('UPDATE holdfast.temporal_identity SET namespace_id = $1, namespace = $2', [
      namespaceInfo?.id,
      namespace,
    ]);
    await ledger.reserve(
      ACCOUNT,
      'r1',
      { kind: 'text-to-image' },
      { credits: 2, catalogVersion: '1' },
      1,
    );

    for (let pass = 0; pass < 3; pass++) {
      const report = await holdfast.client.reconciliation.run({ confirm: true });
      expect(report).toMatchObject({
        status: 'stopped',
        reason: 'TEMPORAL_IDENTITY_MISMATCH',
        open: 1,
        missing: 0,
        released: 0,
      });
      expect(report.message).toContain(namespace);
    }
    expect(await ledger.request(ACCOUNT, 'r1')).toMatchObject({ status: 'open' });
    await expect(holdfast.startWorker()).rejects.toMatchObject({
      code: 'TEMPORAL_IDENTITY_MISMATCH',
    });

    // In the recorded namespace a worker starts, and two passes find that the workflow is gone.
    await holdfast.startWorker({ temporal: { ...config.temporal, namespace } });
    const elsewhere = createHoldfastClient({
      temporal: new Client({ connection: temporal.connection, namespace }),
      ledger,
      taskQueue: temporal.taskQueue,
    });
    expect(await elsewhere.reconciliation.run()).toMatchObject({
      status: 'done',
      missing: 1,
      released: 0,
    });
    expect(await elsewhere.reconciliation.run()).toMatchObject({
      status: 'done',
      missing: 1,
      released: 1,
    });
  });

  test('runs on a Schedule, which can be set again and stays paused', async () => {
    const { ledger, client, temporal, config } = holdfast;
    await holdfast.fund(ACCOUNT, 10);
    // The Schedule's id is fixed, so it needs a namespace of its own.
    const namespace = await newNamespace('elsewhere');
    const temporalThere = new Client({ connection: temporal.connection, namespace });
    const there = createHoldfastClient({
      temporal: temporalThere,
      ledger,
      taskQueue: temporal.taskQueue,
    });
    await holdfast.startWorker({ temporal: { ...config.temporal, namespace } });
    await ledger.reserve(
      ACCOUNT,
      'r1',
      { kind: 'text-to-image' },
      { credits: 2, catalogVersion: '1' },
      1,
    );

    await there.reconciliation.schedule({ everySeconds: 60 });
    await there.reconciliation.schedule({ everySeconds: 1 });
    await eventually(async () => (await ledger.request(ACCOUNT, 'r1'))?.status === 'released');
    expect(await client.balance(ACCOUNT)).toMatchObject({ available: 10, reserved: 0 });

    const schedule = temporalThere.schedule.getHandle('reconciliation');
    await schedule.pause('an operator looks into it');
    await there.reconciliation.schedule({ everySeconds: 30 });
    const { spec, state, action, policies } = await schedule.describe();
    expect(spec.intervals).toMatchObject([{ every: 30_000 }]);
    expect(state).toMatchObject({ paused: true });
    expect(action).toMatchObject({
      workflowType: 'reconciliationWorkflow',
      taskQueue: temporal.taskQueue,
    });
    expect(policies).toMatchObject({ overlap: 'SKIP' });
    await schedule.delete();
  });

  test('is made less and less often while nothing is due, by its Schedule, and often once something was', async () => {
    const { temporal, ledger, config } = holdfast;
    const namespace = await newNamespace('idle');
    const client = new Client({ connection: temporal.connection, namespace });
    const there = createHoldfastClient({ temporal: client, ledger, taskQueue: config.taskQueue });
    await holdfast.startWorker({ temporal: { ...config.temporal, namespace } });
    await there.reconciliation.schedule({ everySeconds: 1, idleSeconds: 4 });
    const passes = async () => {
      const closed = client.workflow.list({ query: "ExecutionStatus = 'Completed'" });
      const found: { startedMs: number; seconds: number | undefined }[] = [];
      for await (const { workflowId, runId, startTime, type } of closed) {
        if (type !== 'reconciliationWorkflow') continue;
        const pass = client.workflow.getHandle<typeof reconciliationWorkflow>(workflowId, runId);
        const { nextPassSeconds: seconds } = await pass.result();
        found.push({ startedMs: startTime.getTime(), seconds });
      }
      return found.sort((one, other) => one.startedMs - other.startedMs);
    };
    await eventually(async () => (await passes()).length >= 3);
    const [first, second, third] = await passes();
    expect([first, second, third].map((pass) => pass?.seconds)).toEqual([2, 4, 4]);
    expect((third?.startedMs ?? 0) - (second?.startedMs ?? 0)).toBeGreaterThan(3_000);

    await holdfast.fund(ACCOUNT, 10);
    const quote = { credits: 2, catalogVersion: '1' };
    await ledger.reserve(ACCOUNT, 'r1', { kind: 'text-to-image' }, quote, 1);
    await eventually(async () => (await ledger.request(ACCOUNT, 'r1'))?.status === 'released');
    await eventually(async () => (await passes()).some(({ seconds }) => seconds === 1));
    await client.schedule.getHandle('reconciliation').delete();
  });
});
