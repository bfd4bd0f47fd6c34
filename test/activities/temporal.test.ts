import { Client } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import {
  claimedIdentity,
  describeOwnWorkflow,
  serviceInOwnersStead,
  stateOfWorkflow,
  workflowsWithoutMemo,
} from '../../activities/support/temporal';
import { SERVICE_MEMO } from '../../contract/act';
import { type TestTemporal, testTemporal, uniqueTaskQueue } from '../support/temporal';

const asSecret = async (payloads: Payload[]) =>
  payloads.map((payload) => ({ ...payload, metadata: { encoding: Buffer.from('own/secret') } }));
const OWN_CODEC = { encode: asSecret, decode: asSecret };

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await testTemporal();
});

/** Starts a workflow that no worker takes, as any client with these options may. */
async function started(
  identity: string,
  memo?: Record<string, unknown>,
  payloadCodecs: PayloadCodec[] = [],
) {
  const { connection, namespace } = temporal;
  const dataConverter = { payloadCodecs };
  const client = new Client({ connection, namespace, identity, dataConverter });
  const taskQueue = uniqueTaskQueue();
  return client.workflow.start('any', { workflowId: taskQueue, taskQueue, memo });
}

function asked<Answer>(
  { workflowId, runId }: { workflowId: string; runId: string },
  ask: (client: Client) => Promise<Answer>,
  client = temporal.client,
) {
  const environment = new MockActivityEnvironment(
    { workflowExecution: { workflowId, runId } },
    { logger: new DefaultLogger('ERROR') },
  );
  return environment.run(() => ask(client));
}

const runOf = (handle: { workflowId: string; firstExecutionRunId: string }) => ({
  workflowId: handle.workflowId,
  runId: handle.firstExecutionRunId,
});

test('a memo that can’t be read hides neither a workflow’s state nor its activities', async () => {
  const handle = await started('studio', { note: 'x' }, [OWN_CODEC]);
  const { client } = temporal;
  await expect(client.workflow.getHandle(handle.workflowId).describe()).rejects.toThrow();
  expect(await stateOfWorkflow(client, handle.workflowId)).toBe('running');
  const described = await workflowsWithoutMemo(client).getHandle(handle.workflowId).describe();
  expect(described.memo).toBeUndefined();
  await handle.terminate();
  expect(await stateOfWorkflow(client, handle.workflowId)).toBe('closed');
  expect(await stateOfWorkflow(client, uniqueTaskQueue())).toBe('missing');
  const elsewhere = new Client({ connection: temporal.connection, namespace: 'no-such' });
  expect(await stateOfWorkflow(elsewhere, handle.workflowId)).toBe('unclear');
});

test('a claimed identity is kept on one line that the ledger can store, and cut', async () => {
  const handle = await started(`a\0b\u001b[2J\n${'x'.repeat(10_000)}`);
  const identity = await asked(runOf(handle), claimedIdentity);
  expect(identity).toMatch(/^a\uFFFDb\uFFFD\[2J x+$/);
  expect(identity).toHaveLength(512);
  await handle.terminate();
});

test.each([
  ['a name', 'studio', 'studio'],
  ['a space', ' ', 'unnamed'],
  ['a name that is too long', 'x'.repeat(1_000), 'x'.repeat(512)],
])('what a service sets is an act, if it is named by %s', async (_, name, service) => {
  const handle = await started('web', { [SERVICE_MEMO]: name });
  const claimed = { service, claimedIdentity: 'web' };
  const read = async (client: Client) =>
    serviceInOwnersStead(client, await describeOwnWorkflow(client));
  expect(await asked(runOf(handle), read)).toEqual(claimed);
  await handle.terminate();
});

test('nothing waits for long for a claim', async () => {
  const { client } = temporal;
  const deadlines: number[] = [];
  const hanging = {
    options: client.options,
    connection: {
      withDeadline: (deadline: number) => {
        deadlines.push(deadline - Date.now());
        return Promise.reject(new Error('DEADLINE_EXCEEDED'));
      },
    },
    workflowService: { getWorkflowExecutionHistory: () => new Promise(() => {}) },
  } as unknown as Client;
  expect(await asked({ workflowId: 'w', runId: 'r' }, claimedIdentity, hanging)).toBeUndefined();
  expect(deadlines[0]).toBeLessThan(5_000);
});
