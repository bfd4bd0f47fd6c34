import type { GenerationRequest, GenerationResult } from '../../../client/client';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { deleteWorkflow } from '../workflow-support';

const ACCOUNT = uniqueId('a1');

describe('a request that Temporal has forgotten', () => {
  let holdfast: Holdfast;
  const results: Record<string, GenerationResult> = {};
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.fund(ACCOUNT, 100);
    await holdfast.startWorker();
    for (const requestId of ['same', 'conflict', 'unread']) {
      await holdfast.client.generations.start(request(requestId));
      results[requestId] = await holdfast.client.generations.result(ACCOUNT, requestId);
    }
    await Promise.all(Object.keys(results).map(forget));
  });
  afterAll(() => holdfast.closeSettled());

  const request = (
    requestId: string,
    more: Partial<GenerationRequest> = {},
  ): GenerationRequest => ({
    accountId: ACCOUNT,
    requestId,
    kind: 'text-to-image',
    input: { prompt: 'a heron' },
    ...more,
  });

  const forget = (requestId: string) =>
    deleteWorkflow(holdfast.temporal, `generation/${ACCOUNT}/${requestId}`);

  test('has the result and the state that the ledger knows', async () => {
    const { client } = holdfast;
    expect(results.unread).toMatchObject({ status: 'committed', charged: 2 });
    expect(await client.generations.result(ACCOUNT, 'unread')).toEqual(results.unread);
    expect(await client.generations.status(ACCOUNT, 'unread')).toMatchObject({
      workflow: 'unknown',
      record: { status: 'committed', charged: 2 },
    });
    await client.generations.cancel(ACCOUNT, 'unread');
  });

  test('gets its first result if it is sent again, and neither runs nor costs again', async () => {
    const { client, ledger, provider } = holdfast;
    const { same: result } = results;
    const known = await client.generations.start(request('same'));
    expect(known).toEqual({
      accountId: ACCOUNT,
      requestId: 'same',
      status: 'ended',
      reserved: 2,
      result,
    });
    expect(await client.generations.result(ACCOUNT, 'same')).toEqual(result);
    expect(provider.submitted.filter((key) => key === `generation/${ACCOUNT}/same`)).toHaveLength(
      1,
    );
    expect(await ledger.balance(ACCOUNT)).toMatchObject({ spent: 6 });
  });

  test('keeps its id: another request under it is a conflict, and the first result stays', async () => {
    const { client, provider } = holdfast;
    const { conflict: result } = results;
    const other = request('conflict', { input: { prompt: 'a crane' } });
    const conflict = { code: 'IDEMPOTENCY_CONFLICT' };
    await expect(client.generations.start(other)).rejects.toMatchObject(conflict);
    // Temporal now remembers the conflict alone.
    expect(await client.generations.start(request('conflict'))).toMatchObject({
      status: 'ended',
      result,
    });
    expect(await client.generations.result(ACCOUNT, 'conflict')).toEqual(result);
    await expect(client.generations.start(other)).rejects.toMatchObject(conflict);
    await expect(
      client.generations.start(request('conflict', { seconds: 3 })),
    ).rejects.toMatchObject(conflict);
    expect(
      provider.submitted.filter((key) => key === `generation/${ACCOUNT}/conflict`),
    ).toHaveLength(1);
  });
});
