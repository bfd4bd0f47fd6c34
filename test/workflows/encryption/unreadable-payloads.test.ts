import { type Client, WithStartWorkflowOperation, WorkflowFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import { createHoldfastClient } from '../../../client/client';
import { newKey } from '../../codec/keys';
import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId, withCodec } from '../harness';
import { rawJson } from '../raw-json';
import { deleteWorkflow } from '../workflow-support';

const KEY = newKey('k1');
const OTHER = newKey('k2');

let holdfast: Holdfast;
let worker: Awaited<ReturnType<Holdfast['startWorker']>>;
/** Temporal's client with a key that the worker doesn't have. */
let foreign: Client;
beforeAll(async () => {
  holdfast = await openHoldfast({ codecKeys: [KEY] });
  foreign = withCodec(holdfast.temporal, [OTHER]).client;
  worker = await holdfast.startWorker();
});
afterAll(() => holdfast.closeSettled());

const long = { timeoutMs: 60_000 };

function clientOf(temporal: Client) {
  const { ledger, config } = holdfast;
  return createHoldfastClient({ temporal, ledger, taskQueue: config.taskQueue });
}

async function account(): Promise<string> {
  const accountId = uniqueId('codec');
  await holdfast.fund(accountId, 100);
  return accountId;
}

const image = (accountId: string, requestId = 'r1') => ({
  ...{ accountId, requestId, kind: 'text-to-image' },
  input: { prompt: 'a castle' },
});

const UNREADABLE = expect.objectContaining({ code: 'PAYLOAD_UNREADABLE' });

describe('what a client with another key sends', () => {
  test('is refused with a code, and nothing is reserved or granted', async () => {
    const accountId = await account();
    const before = await holdfast.ledger.balance(accountId);
    const { generations, subscriptions, grants, settings, purchases } = clientOf(foreign);
    const subscription = { accountId, subscriptionId: 's1' };
    const plan = { planId: 'lite-monthly', paymentReference: 'inv-1' };
    const grant = { accountId, key: 'g1', credits: 5, source: 'adjustment' as const };
    const purchase = { accountId, purchaseId: 'p1', packId: 'pack-125', shownPriceCents: 4900 };
    for (const call of [
      generations.start(image(accountId), long),
      subscriptions.subscribe({ ...subscription, ...plan }, long),
      grants.create({ ...grant, reason: 'x', by: 'sam' }, long),
      settings.stop({ accountId, kind: null, reason: 'x', by: 'sam' }, long),
      purchases.buy(purchase, long),
    ])
      await expect(call).rejects.toEqual(UNREADABLE);
    expect({ ...(await holdfast.ledger.balance(accountId)), at: before.at }).toEqual(before);
  });

  test('can be sent again by a client with the right key, but for a generation', async () => {
    const accountId = await account();
    const grant = { accountId, key: 'g1', credits: 5, source: 'adjustment' as const };
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const said = { ...grant, expiresAt, reason: 'x', by: 'sam' };
    await expect(clientOf(foreign).grants.create(said, long)).rejects.toEqual(UNREADABLE);
    expect(await holdfast.client.grants.create(said, long)).toMatchObject({ credits: 5 });
    await expect(clientOf(foreign).generations.start(image(accountId), long)).rejects.toEqual(
      UNREADABLE,
    );
    await expect(holdfast.client.generations.start(image(accountId), long)).rejects.toEqual(
      UNREADABLE,
    );
    await holdfast.client.generations.start(image(accountId, 'r2'), long);
    expect(await holdfast.client.generations.result(accountId, 'r2')).toMatchObject({
      status: 'committed',
    });
  });
});

/** Inputs, memos and updates that no data converter here can read. */
const GARBAGE = {
  'no JSON': rawJson('{"accountId":'),
  'bytes that are no text': rawJson(Buffer.from([0xff, 0xfe, 0x00])),
};

describe('what no one can read', () => {
  test.each(Object.entries(GARBAGE))(
    'fails a workflow that begins with it: %s',
    async (_, said) => {
      const { client, taskQueue } = holdfast.temporal;
      const types = ['generationWorkflow', 'billingCycleWorkflow', 'noticesWorkflow'];
      for (const type of types) {
        const workflowId = uniqueId('garbage');
        const ended = client.workflow.execute(type, { workflowId, taskQueue, args: [said] });
        const error: WorkflowFailedError = await ended.then(
          () => fail(),
          (thrown) => thrown,
        );
        expect(error).toBeInstanceOf(WorkflowFailedError);
        expect((error.cause as ApplicationFailure).type).toBe('PAYLOAD_UNREADABLE');
      }
    },
  );

  test('in a memo does no harm, since no workflow reads one', async () => {
    const { client, taskQueue } = holdfast.temporal;
    const accountId = uniqueId('memo');
    const ended = client.workflow.execute('noticesWorkflow', {
      ...{ workflowId: `notices/${accountId}`, taskQueue, args: [{ accountId }] },
      memo: { note: GARBAGE['no JSON'] },
    });
    expect(await ended).toMatchObject({ delivered: 0 });
  });

  test('in an update of a workflow that runs turns the update away, and nothing else', async () => {
    const accountId = await account();
    const workflowId = `generation/${accountId}/r1`;
    holdfast.provider.hold(workflowId);
    await holdfast.client.generations.start(image(accountId), long);
    // The answer is encrypted by the worker's key, which this client doesn't have.
    const told = foreign.workflow.getHandle(workflowId).executeUpdate('admission', { args: ['x'] });
    await expect(told).rejects.toEqual(UNREADABLE);
    const handle = holdfast.temporal.client.workflow.getHandle(workflowId);
    for (const said of Object.values(GARBAGE))
      await expect(handle.executeUpdate('admission', { args: [said] })).rejects.toMatchObject({
        cause: { type: 'PAYLOAD_UNREADABLE' },
      });
    holdfast.provider.letGo(workflowId);
    expect(await holdfast.client.generations.result(accountId, 'r1')).toMatchObject({
      status: 'committed',
    });
  });

  test('in a signal is dropped, since no signal has an argument', async () => {
    const accountId = await account();
    const workflowId = `generation/${accountId}/r1`;
    holdfast.provider.hold(workflowId);
    await holdfast.client.generations.start(image(accountId), long);
    const handle = holdfast.temporal.client.workflow.getHandle(workflowId);
    for (const said of Object.values(GARBAGE)) await handle.signal('wake', said);
    await foreign.workflow.getHandle(workflowId).signal('wake', 'x');
    holdfast.provider.letGo(workflowId);
    expect(await holdfast.client.generations.result(accountId, 'r1')).toMatchObject({
      status: 'committed',
    });
  });
});

test('an update with a start that can’t be read tells the code to each that decodes it', async () => {
  const accountId = uniqueId('bare');
  const { client, taskQueue } = holdfast.temporal;
  const startWorkflowOperation = new WithStartWorkflowOperation('generationWorkflow', {
    ...{ workflowId: `generation/${accountId}/r1`, taskQueue },
    args: [GARBAGE['no JSON']],
    workflowIdConflictPolicy: 'FAIL',
  });
  const told = client.workflow.executeUpdateWithStart('admission', {
    startWorkflowOperation,
    args: ['hash'],
  });
  await expect(told).rejects.toMatchObject({ cause: { type: 'PAYLOAD_UNREADABLE' } });
});

describe('a key that only some processes have', () => {
  const clientWith = (...keys: (typeof KEY)[]) =>
    clientOf(withCodec(holdfast.temporal, keys).client);

  test('keeps a worker without it from going on with a generation, and never ends that', async () => {
    const accountId = await account();
    const workflowId = `generation/${accountId}/r1`;
    holdfast.provider.hold(workflowId);
    await holdfast.client.generations.start(image(accountId), long);
    await worker.stop();
    const lacking = await holdfast.startWorker({ codecKeys: [OTHER] });
    // Wakes the workflow up, so that the worker replays it.
    await holdfast.temporal.client.workflow.getHandle(workflowId).signal('wake');
    // Its job fails at that worker as well, and is tried again.
    await eventually(async () => {
      const { raw } = await holdfast.temporal.client.workflow.getHandle(workflowId).describe();
      const [job] = raw.pendingActivities ?? [];
      const isJobUnreadable =
        job?.lastFailure?.applicationFailureInfo?.type === 'PAYLOAD_UNREADABLE';
      return isJobUnreadable && (raw.pendingWorkflowTask?.attempt ?? 0) > 1;
    });
    const { failure } = await clientWith(KEY, OTHER).operations.standingOf(workflowId);
    expect(failure).toMatch(/workflow task, attempt \d+: A payload is encrypted by a key/);
    await lacking.stop();
    worker = await holdfast.startWorker({ codecKeys: [OTHER, KEY] });
    holdfast.provider.letGo(workflowId);
    expect(await clientWith(KEY, OTHER).generations.result(accountId, 'r1')).toMatchObject({
      status: 'committed',
    });
  });

  test('makes an answer unreadable for a client without it, with a code', async () => {
    const accountId = await account();
    await expect(holdfast.client.generations.start(image(accountId), long)).rejects.toEqual(
      UNREADABLE,
    );
    expect(await clientWith(OTHER, KEY).generations.result(accountId, 'r1')).toMatchObject({
      status: 'committed',
    });
  });

  test('once all have it, a start that is repeated across the rotation gets its first answer', async () => {
    const [before, after] = [clientWith(KEY, OTHER), clientWith(OTHER, KEY)];
    const accountId = await account();
    const workflowId = `generation/${accountId}/r1`;
    holdfast.provider.hold(workflowId);
    const first = await before.generations.start(image(accountId), long);
    expect(first.status).toBe('admitted');
    expect(await after.generations.start(image(accountId), long)).toEqual(first);
    const other = { ...image(accountId), input: { prompt: 'a cottage' } };
    await expect(after.generations.start(other, long)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    holdfast.provider.letGo(workflowId);
    const result = await before.generations.result(accountId, 'r1');
    expect(await after.generations.result(accountId, 'r1')).toEqual(result);
    expect(await after.generations.start(image(accountId), long)).toEqual(first);
    // Only the ledger knows it when Temporal has forgotten it.
    await deleteWorkflow(holdfast.temporal, workflowId);
    const { result: recorded } = await after.generations.start(image(accountId), long);
    expect(recorded).toMatchObject({ status: 'committed', outputUrl: result.outputUrl });
  });

  test('answers no repetition once it is gone: a code tells it, and nothing runs or is charged', async () => {
    const accountId = await account();
    const workflowId = `generation/${accountId}/r1`;
    const before = clientWith(OTHER, KEY);
    const { result } = await before.generations.start(image(accountId), long);
    expect(result).toBeUndefined();
    const first = await before.generations.result(accountId, 'r1');
    await deleteWorkflow(holdfast.temporal, workflowId);
    await worker.stop();
    worker = await holdfast.startWorker({ codecKeys: [KEY] });
    const { generations } = clientWith(KEY);
    const unknown = { code: 'INPUT_KEY_UNKNOWN', details: { inputHashKey: 'k2' } };
    for (const _ of ['by the worker', 'by the client'])
      await expect(generations.start(image(accountId), long)).rejects.toMatchObject(unknown);
    expect(await generations.result(accountId, 'r1')).toEqual({ ...first, requestHash: '' });
    expect(holdfast.provider.submitted.filter((key) => key === workflowId)).toHaveLength(1);
    expect(await holdfast.ledger.balance(accountId)).toMatchObject({ spent: 2, reserved: 0 });
    // A client that has it can tell, though the worker couldn't.
    expect(await before.generations.start(image(accountId), long)).toMatchObject({
      result: first,
    });
    await worker.stop();
    worker = await holdfast.startWorker({ codecKeys: [OTHER, KEY] });
  });
});
