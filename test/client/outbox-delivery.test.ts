import { Client, Connection } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { createHoldfastClient } from '../../client/client';
import { createOutboxDelivery } from '../../client/outbox-delivery';
import { registerSearchAttributes } from '../../client/register-search-attributes';
import { generationWorkflowId, noticesWorkflowId, topUpWorkflowId } from '../../workflows/messages';
import { sharedNativeConnection } from '../support/process/temporal';
import { type TestTemporal, testTemporal } from '../support/temporal';
import { uniqueId } from '../workflows/harness';
import { openTcpProxy } from '../workflows/tcp-proxy';

/** As gRPC numbers it. */
const DEADLINE_EXCEEDED = 4;
/** The time limit of a local activity that calls the ledger (`workflows/proxies`). */
const LOCAL_ACTIVITY_MS = 2_000;

/** No worker serves these workflows, so each stays open with what it was told in its history. */
describe('the outbox delivery', () => {
  let temporal: TestTemporal;
  beforeAll(async () => {
    temporal = await testTemporal();
    await registerSearchAttributes(temporal.connection, temporal.namespace);
  });

  async function signalsOf(workflowId: string): Promise<(string | null | undefined)[]> {
    const { events } = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
    return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signaled }) =>
      signaled ? [signaled.signalName] : [],
    );
  }

  // As within a worker, whose connection is another one than a client's.
  const deliveries = {
    client: async () => createOutboxDelivery(temporal.client, temporal.taskQueue),
    worker: async () => {
      const { address, namespace, taskQueue } = temporal;
      return createOutboxDelivery(
        new Client({ connection: await sharedNativeConnection(address), namespace }),
        taskQueue,
      );
    },
  };

  describe.each(Object.entries(deliveries))('with the connection of a %s', (_, createDelivery) => {
    test('wakes the workflow of the request', async () => {
      const accountId = uniqueId('account');
      const workflowId = generationWorkflowId(accountId, 'parked');
      await temporal.client.workflow.start('generationWorkflow', {
        workflowId,
        taskQueue: temporal.taskQueue,
      });
      const deliver = await createDelivery();
      await deliver({ messageId: 1, accountId, kind: 'wake', requestId: 'parked' });
      expect(await signalsOf(workflowId)).toEqual(['wake']);
    });

    test('tells that a workflow has ended, and nothing of one that never was started', async () => {
      const accountId = uniqueId('account');
      const workflowId = generationWorkflowId(accountId, 'ended');
      await temporal.client.workflow.start('generationWorkflow', {
        workflowId,
        taskQueue: temporal.taskQueue,
      });
      await temporal.client.workflow.getHandle(workflowId).terminate();
      const deliver = await createDelivery();
      const told = async (requestId: string, isCheck?: true) =>
        deliver({ messageId: 1, accountId, kind: 'wake', requestId, ...(isCheck && { isCheck }) });
      expect([await told('ended'), await told('ended', true)]).toEqual(['ended', 'ended']);
      expect([await told('never'), await told('never', true)]).toEqual([undefined, undefined]);
      expect(await signalsOf(workflowId)).toEqual([]);
    });

    test('only looks for a workflow that is to be checked, also with a memo that can’t be read', async () => {
      const accountId = uniqueId('account');
      const workflowId = generationWorkflowId(accountId, 'lives');
      const unreadable = async (payloads: Payload[]) =>
        payloads.map((payload) => ({
          ...payload,
          metadata: { encoding: Buffer.from('own/secret') },
        }));
      const other = new Client({
        ...{ connection: temporal.connection, namespace: temporal.namespace },
        dataConverter: { payloadCodecs: [{ encode: unreadable, decode: unreadable }] },
      });
      await other.workflow.start('generationWorkflow', {
        ...{ workflowId, taskQueue: temporal.taskQueue, memo: { note: 'x' } },
      });
      const deliver = await createDelivery();
      const check = { messageId: 1, accountId, kind: 'wake', requestId: 'lives' } as const;
      expect(await deliver({ ...check, isCheck: true })).toBeUndefined();
      expect(await signalsOf(workflowId)).toEqual([]);
      const { operations } = createHoldfastClient({ ...temporal, temporal: temporal.client });
      expect(await operations.standingOf(workflowId)).toMatchObject({ state: 'running' });
    });

    test.each([
      ['notices', noticesWorkflowId],
      ['top-up', topUpWorkflowId],
    ] as const)(
      'starts who looks after %s, tells one that runs, and starts one that has ended again',
      async (kind, idOf) => {
        const accountId = uniqueId('account');
        const handle = temporal.client.workflow.getHandle(idOf(accountId));
        const deliver = await createDelivery();
        await deliver({ messageId: 1, accountId, kind });
        const { runId } = await handle.describe();
        await deliver({ messageId: 2, accountId, kind });
        expect((await handle.describe()).runId).toBe(runId);
        expect(await signalsOf(idOf(accountId))).toEqual(['lookAgain', 'lookAgain']);
        await handle.terminate();
        await deliver({ messageId: 3, accountId, kind });
        expect((await handle.describe()).status.name).toBe('RUNNING');
        expect(await signalsOf(idOf(accountId))).toEqual(['lookAgain']);
        await handle.terminate();
      },
    );
  });

  test('gives up soon if Temporal doesn’t answer, so that the ledger’s operation isn’t held up', async () => {
    const wire = await openTcpProxy(`http://${temporal.address}`);
    const connection = await Connection.connect({ address: new URL(wire.url).host });
    try {
      wire.cut();
      const client = new Client({ connection, namespace: temporal.namespace });
      const withDeadline = jest.spyOn(client, 'withDeadline');
      const deliver = createOutboxDelivery(client, temporal.taskQueue);
      const calledMs = Date.now();
      const delivered = deliver({ messageId: 1, accountId: 'held-up', kind: 'notices' });
      // Temporal's client alone tries again for some 18 s, and says UNAVAILABLE then.
      await expect(delivered).rejects.toMatchObject({ cause: { code: DEADLINE_EXCEEDED } });
      expect(withDeadline).toHaveBeenCalledTimes(1);
      expect(Number(withDeadline.mock.calls[0]?.[0]) - calledMs).toBeLessThan(LOCAL_ACTIVITY_MS);
    } finally {
      // Left open, it would try to connect for ever, and the test process could not end.
      await connection.close();
      await wire.close();
    }
  });

  test('does not take a missing namespace for a workflow that has ended', async () => {
    const { connection, taskQueue } = temporal;
    const deliver = createOutboxDelivery(
      new Client({ connection, namespace: 'no-such-namespace' }),
      taskQueue,
    );
    const message = {
      messageId: 1,
      accountId: uniqueId('account'),
      kind: 'wake',
      requestId: 'r',
    } as const;
    await expect(deliver(message)).rejects.toThrow();
  });
});
