import { createHoldfastClient } from '../../../client/client';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { currentDetailsOf } from '../workflow-support';
import { costing, give, park, patient, queueOf } from './waiting-support';

describe('a request', () => {
  let holdfast: Holdfast;
  let accountId: string;
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.startWorker();
  });
  beforeEach(async () => {
    accountId = uniqueId('limited');
    await holdfast.fund(accountId, 20);
  });
  afterAll(() => holdfast.closeSettled());

  const start = (requestId: string, credits: number, more = {}) =>
    holdfast.client.generations.start(patient(accountId, requestId, credits, more));

  const rejected = (reason: string, details: object, message: string) => ({
    status: 'ended',
    result: {
      status: 'rejected',
      reason,
      reserved: 0,
      details,
      message: expect.stringContaining(message),
    },
  });

  test('is rejected with the reason while admissions are stopped, even if it would wait', async () => {
    const { settings } = holdfast.ledger;
    await settings.stop({ accountId, kind: null, reason: 'chargeback', by: 'sam' });
    const stopped = {
      accountId,
      kind: null,
      reason: 'chargeback',
      by: 'sam',
      since: expect.any(String),
    };
    expect(await start('stopped', 5)).toMatchObject(
      rejected('ADMISSION_STOPPED', stopped, 'chargeback'),
    );
    expect(await start('waits', 50)).toMatchObject(
      rejected('ADMISSION_STOPPED', stopped, 'chargeback'),
    );
    const bare = await holdfast.startBare(`generation/${accountId}/bare`, {
      ...{ accountId, requestId: 'bare', kind: 'ai-avatar', seconds: 15 },
    });
    expect(await bare.result()).toMatchObject({ status: 'rejected', reason: 'ADMISSION_STOPPED' });
    expect(await currentDetailsOf(bare)).toContain('chargeback');
    await settings.admit({ accountId, kind: null });
    expect(await start('admitted', 5)).toMatchObject({ status: 'admitted' });
    await holdfast.client.generations.result(accountId, 'admitted');
  });

  test('is rejected with the figures of each limit that it passes', async () => {
    const { client, ledger } = holdfast;
    await ledger.settings.setLimits({
      accountId,
      key: 'k1',
      generationCreditsMax: 8,
      dailyCreditsMax: 9,
    });
    expect(await start('dear', 9)).toMatchObject(
      rejected(
        'GENERATION_LIMIT_EXCEEDED',
        { required: 9, generationCreditsMax: 8 },
        'limit for one generation is 8',
      ),
    );
    await client.generations.start({
      accountId,
      requestId: 'runs',
      ...costing(5),
      input: { simulate: 'hang' },
    });
    expect(await start('beyond-the-day', 5)).toMatchObject(
      rejected('DAILY_LIMIT_REACHED', { required: 5, used: 5, dailyCreditsMax: 9 }, '9 for today'),
    );
    await ledger.settings.setLimits({ accountId, key: 'k2', concurrentGenerationsMax: 1 });
    expect(await start('at-once', 1)).toMatchObject(
      rejected(
        'CONCURRENCY_LIMIT_REACHED',
        { running: 1, concurrentGenerationsMax: 1 },
        'limit is 1',
      ),
    );
    await client.generations.cancel(accountId, 'runs');
    await client.generations.result(accountId, 'runs');
  });

  test('waits on after its credits have come while a stop holds, and is served when that is lifted', async () => {
    const { client, ledger } = holdfast;
    await park(holdfast, accountId, 'r1', 25);
    await ledger.settings.stop({ accountId, kind: 'ai-avatar', reason: 'outage', by: 'sam' });
    await give(holdfast, accountId, 5, 'more');
    expect(await queueOf(holdfast, accountId)).toEqual(['r1']);
    await ledger.settings.admit({ accountId, kind: 'ai-avatar' });
    expect(await client.generations.result(accountId, 'r1')).toMatchObject({
      status: 'committed',
      charged: 25,
    });
  });

  test('is rejected where the queue has no room left for it, by what its worker allows', async () => {
    const { temporal, ledger } = holdfast;
    const taskQueue = uniqueId('small');
    await holdfast.startWorker({ taskQueue, queueRoom: { placesMax: 2, bytesMax: 100_000 } });
    const client = createHoldfastClient({ temporal: temporal.client, ledger, taskQueue });
    const ask = (requestId: string, inputLength: number) =>
      client.generations.start(
        patient(accountId, requestId, 50, { input: 'x'.repeat(inputLength) }),
      );
    expect(await ask('large', 60_000)).toMatchObject({ status: 'waiting' });
    const { result } = await ask('too-large', 60_000);
    expect(result).toMatchObject({ status: 'rejected', reason: 'QUEUE_BYTES_EXCEEDED' });
    expect(result?.details?.requestBytes).toBeGreaterThan(60_000);
    expect(await ask('small', 10)).toMatchObject({ status: 'waiting' });
    expect(await ask('no-place', 10)).toMatchObject(
      rejected('QUEUE_FULL', { waiting: 2, waitingMax: 2 }, '2 of the account'),
    );
    for (const id of ['large', 'small']) {
      await client.generations.cancel(accountId, id);
      await client.generations.result(accountId, id);
    }
  });

  test('with a deadline in the past fails with WAIT_DEADLINE_IN_PAST', async () => {
    const waitUntil = '2020-01-01T00:00:00Z';
    await expect(start('past', 50, { waitUntil })).rejects.toMatchObject({
      code: 'WAIT_DEADLINE_IN_PAST',
      details: { waitUntil },
    });
    const bare = await holdfast.startBare(`generation/${accountId}/bare`, {
      ...patient(accountId, 'bare', 50),
      ...{ seconds: 150, waitUntil },
    });
    await expect(bare.result()).rejects.toMatchObject({
      cause: { type: 'WAIT_DEADLINE_IN_PAST', nonRetryable: true },
    });
    const both = await holdfast.startBare(`generation/${accountId}/both`, {
      ...{ accountId, requestId: 'both', kind: 'text-to-image', onInsufficientCredits: 'wait' },
      ...{ waitTimeout: 'P1D', waitUntil },
    });
    await expect(both.result()).rejects.toMatchObject({
      cause: { type: 'INVALID_ON_INSUFFICIENT' },
    });
  });
});
