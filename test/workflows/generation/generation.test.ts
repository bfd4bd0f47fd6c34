import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { currentDetailsOf, summariesOf } from '../workflow-support';

const ACCOUNT = uniqueId('a1');

describe('a generation', () => {
  let holdfast: Holdfast;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.startWorker();
  });
  afterAll(() => holdfast.closeSettled());

  test('is quoted, reserved, run and committed, in 15 events and 2 workflow tasks', async () => {
    const { client, ledger, temporal } = holdfast;
    await holdfast.fund(ACCOUNT, 10);
    const request = {
      accountId: ACCOUNT,
      requestId: 'r1',
      kind: 'ai-avatar',
      seconds: 10,
      input: { script: 'Hello' },
    };

    const admission = await client.generations.start(request);
    expect(admission).toEqual({
      accountId: ACCOUNT,
      requestId: 'r1',
      status: 'admitted',
      reserved: 4,
    });
    const result = await client.generations.result(ACCOUNT, 'r1');
    expect(result).toMatchObject({
      status: 'committed',
      reserved: 4,
      charged: 4,
      outputUrl: expect.stringMatching(/^file:/),
    });

    expect(await ledger.balance(ACCOUNT)).toMatchObject({ available: 6, reserved: 0, spent: 4 });
    const { events } = await temporal.client.workflow
      .getHandle(`generation/${ACCOUNT}/r1`)
      .fetchHistory();
    expect(events).toHaveLength(15);
    expect(events?.filter((event) => event.workflowTaskCompletedEventAttributes)).toHaveLength(2);
  });

  test('answers its caller before it has ended, and shows its progress and its quote while it runs', async () => {
    const { client, temporal } = holdfast;
    const request = {
      accountId: ACCOUNT,
      requestId: 'slow',
      kind: 'text-to-speech',
      input: { simulate: 'slow' },
    };
    expect(await client.generations.start(request)).toMatchObject({
      status: 'admitted',
      reserved: 2,
    });
    expect(await client.generations.status(ACCOUNT, 'slow')).toMatchObject({
      workflow: 'running',
      record: { status: 'open', reserved: 2, catalogVersion: '1' },
    });
    await eventually(
      async () => Number((await client.generations.status(ACCOUNT, 'slow')).progress) > 0,
    );

    const handle = temporal.client.workflow.getHandle(`generation/${ACCOUNT}/slow`);
    const { searchAttributes } = await handle.describe();
    expect(searchAttributes).toEqual(
      expect.objectContaining({ HoldfastAccount: [ACCOUNT], HoldfastKind: ['text-to-speech'] }),
    );
    expect(searchAttributes).not.toHaveProperty('HoldfastState');
    expect(await currentDetailsOf(handle)).toBe(
      `**Generating.** Quote: text-to-speech for 2 credits (catalog version 1). 2 credits of account ${ACCOUNT} are reserved. It must end within 600 s.`,
    );

    const { outputUrl } = await client.generations.result(ACCOUNT, 'slow');
    expect(await currentDetailsOf(handle)).toBe(
      `Quote: text-to-speech for 2 credits (catalog version 1). **Committed.** 2 of 2 reserved credits charged, 0 returned. Output: ${outputUrl}`,
    );
    expect(await client.generations.status(ACCOUNT, 'slow')).toMatchObject({
      workflow: 'completed',
      progress: null,
      progressAt: null,
    });
  });

  test('has a summary in words, a task queue of its own and its account as fairness key', async () => {
    const { client, temporal } = holdfast;
    const request = {
      accountId: ACCOUNT,
      requestId: 'summary',
      kind: 'text-to-image',
      input: { prompt: 'secret' },
    };
    await client.generations.start(request);
    await client.generations.result(ACCOUNT, 'summary');
    const handle = temporal.client.workflow.getHandle(`generation/${ACCOUNT}/summary`);
    expect(await (await handle.describe()).staticSummary()).toBe(`text-to-image for ${ACCOUNT}`);
    const { events } = await handle.fetchHistory();
    const scheduled = events?.find((event) => event.activityTaskScheduledEventAttributes);
    expect(scheduled?.activityTaskScheduledEventAttributes).toMatchObject({
      taskQueue: { name: `${temporal.taskQueue}-generation` },
      priority: { priorityKey: 3, fairnessKey: ACCOUNT },
    });
    expect(await summariesOf(handle)).toEqual([
      'Reserve credits for text-to-image',
      'Generate text-to-image for 2 credits',
      'Commit 2 credits',
    ]);
    expect(await currentDetailsOf(handle)).not.toContain('secret');
  });

  test('is in the journal with the metadata of its request', async () => {
    const { client } = holdfast;
    const metadata = { project: 'spring campaign' };
    await client.generations.start({
      accountId: ACCOUNT,
      requestId: 'named',
      kind: 'text-to-image',
      metadata,
    });
    await client.generations.result(ACCOUNT, 'named');
    const { entries } = await client.history(ACCOUNT, { limit: 2 });
    expect(entries).toMatchObject([
      { type: 'commit', requestId: 'named', reservedDelta: -2, metadata },
      { type: 'reserve', requestId: 'named', reservedDelta: 2, availableDelta: -2, metadata },
    ]);
  });
});
