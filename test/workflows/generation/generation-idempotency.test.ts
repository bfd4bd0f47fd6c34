import type { GenerationRequest } from '../../../client/client';
import { createHoldfastClient } from '../../../client/client';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';

const ACCOUNT = uniqueId('a1');

describe('a repeated request', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.fund(ACCOUNT, 100);
    await holdfast.startWorker();
  });
  afterAll(() => holdfast.closeSettled());

  const request = (
    requestId: string,
    more: Partial<GenerationRequest> = {},
  ): GenerationRequest => ({
    accountId: ACCOUNT,
    requestId,
    kind: 'ai-avatar',
    seconds: 30,
    input: { script: 'Hello' },
    ...more,
  });
  const conflict = { code: 'IDEMPOTENCY_CONFLICT', details: expect.objectContaining({}) };

  function submitsOf(requestId: string): number {
    return holdfast.provider.submitted.filter((key) => key === `generation/${ACCOUNT}/${requestId}`)
      .length;
  }

  async function spent(): Promise<number> {
    return (await holdfast.ledger.balance(ACCOUNT)).spent;
  }

  test('gets the first answer while it runs and after its end, and runs and costs once', async () => {
    const { client, ledger } = holdfast;
    const before = await spent();
    const admitted = await client.generations.start(request('same'));
    expect(admitted).toEqual({
      accountId: ACCOUNT,
      requestId: 'same',
      status: 'admitted',
      reserved: 10,
    });
    expect(await client.generations.start(request('same'))).toEqual(admitted);
    const result = await client.generations.result(ACCOUNT, 'same');
    expect(result).toMatchObject({ status: 'committed', charged: 10 });

    // The update's own first answer is kept as long as the workflow is.
    expect(await client.generations.start(request('same'))).toEqual(admitted);
    expect(await client.generations.result(ACCOUNT, 'same')).toEqual(result);

    expect(submitsOf('same')).toBe(1);
    expect((await spent()) - before).toBe(10);
    const { entries } = await ledger.history(ACCOUNT);
    expect(entries.filter(({ requestId }) => requestId === 'same').map(({ type }) => type)).toEqual(
      ['commit', 'reserve'],
    );
  });

  test('is a conflict if an invalid request has failed under its id before', async () => {
    const { client } = holdfast;
    const misspelt = request('mended', { kind: 'ai-avatars' });
    const bare = await holdfast.startBare(`generation/${ACCOUNT}/mended`, { ...misspelt } as never);
    await expect(bare.result()).rejects.toMatchObject({ cause: { type: 'UNKNOWN_KIND' } });
    await expect(client.generations.start(misspelt)).rejects.toMatchObject({
      code: 'UNKNOWN_KIND',
    });
    await expect(client.generations.start(request('mended'))).rejects.toMatchObject(conflict);
    expect(submitsOf('mended')).toBe(0);
  });

  test('through the update joins a run that was started without it, and gets its result after its end', async () => {
    const { client, provider } = holdfast;
    provider.hold(`generation/${ACCOUNT}/bare`);
    const handle = await holdfast.startBare(`generation/${ACCOUNT}/bare`, {
      ...request('bare'),
    } as never);
    expect(await client.generations.start(request('bare'))).toMatchObject({
      status: 'admitted',
      reserved: 10,
    });
    provider.letGo(`generation/${ACCOUNT}/bare`);
    const result = await handle.result();
    await holdfast
      .startBare(`generation/${ACCOUNT}/bare-ended`, { ...request('bare-ended') } as never)
      .then((h) => h.result());
    expect(await client.generations.start(request('bare-ended'))).toMatchObject({
      status: 'ended',
      result: { status: 'committed', charged: 10 },
    });
    expect(result).toMatchObject({ status: 'committed' });
    expect(submitsOf('bare')).toBe(1);
    expect(submitsOf('bare-ended')).toBe(1);
  });

  test('with another body is a conflict while the first runs and after its end', async () => {
    const { client } = holdfast;
    const other = request('conflict', { input: { script: 'Bye' } });
    await client.generations.start(request('conflict'));
    await expect(client.generations.start(other)).rejects.toMatchObject(conflict);
    await expect(
      client.generations.start(request('conflict', { seconds: 3 })),
    ).rejects.toMatchObject(conflict);
    await client.generations.result(ACCOUNT, 'conflict');
    await expect(client.generations.start(other)).rejects.toMatchObject(conflict);
    expect(submitsOf('conflict')).toBe(1);
  });

  test('that comes thirty times at once is one generation and one charge', async () => {
    const { client } = holdfast;
    const before = await spent();
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => client.generations.start(request('thirty'))),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await client.generations.result(ACCOUNT, 'thirty')).toMatchObject({
      status: 'committed',
      charged: 10,
    });
    expect(submitsOf('thirty')).toBe(1);
    expect((await spent()) - before).toBe(10);
  });

  test('starts anew if its workflow was ended from outside before it had reserved anything', async () => {
    const { client, temporal } = holdfast;
    const handle = await temporal.client.workflow.start('generationWorkflow', {
      workflowId: `generation/${ACCOUNT}/cut-short`,
      taskQueue: uniqueId('nobody-polls'),
      args: [request('cut-short')],
    });
    await handle.terminate();
    await expect(client.generations.result(ACCOUNT, 'cut-short')).rejects.toMatchObject({
      code: 'GENERATION_INTERRUPTED',
      details: { requestEnded: false },
    });
    expect(await client.generations.start(request('cut-short'))).toMatchObject({
      status: 'admitted',
      reserved: 10,
    });
    expect(await client.generations.result(ACCOUNT, 'cut-short')).toMatchObject({
      status: 'committed',
      charged: 10,
    });
    expect(submitsOf('cut-short')).toBe(1);
  });

  test('is unknown if its id was never used, with a ledger and without', async () => {
    const { client, temporal } = holdfast;
    await expect(client.generations.result(ACCOUNT, 'never')).rejects.toMatchObject({
      code: 'REQUEST_NOT_FOUND',
    });
    const withoutLedger = createHoldfastClient({
      temporal: temporal.client,
      taskQueue: temporal.taskQueue,
    });
    await expect(withoutLedger.generations.result(ACCOUNT, 'never')).rejects.toMatchObject({
      code: 'REQUEST_NOT_FOUND',
    });
    expect(await withoutLedger.generations.status(ACCOUNT, 'never')).toMatchObject({
      workflow: 'unknown',
      record: null,
    });
  });
});
