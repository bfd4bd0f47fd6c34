import type { GenerationResult } from '../../../client/client';
import { atOnce } from '../../ledger/ledger-support';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';

const IMAGE = { kind: 'text-to-image' };

let holdfast: Holdfast;
beforeAll(async () => {
  holdfast = await openHoldfast();
  await holdfast.startWorker();
});
afterAll(() => holdfast.closeSettled());

async function limited(limits: object, credits = 100): Promise<string> {
  const accountId = uniqueId('limited');
  await holdfast.fund(accountId, credits);
  await holdfast.client.settings.setLimits({ accountId, key: 'limits', ...limits });
  return accountId;
}

async function generate(
  accountId: string,
  requestId: string,
  more: object = IMAGE,
): Promise<GenerationResult> {
  const { generations } = holdfast.client;
  const { result } = await generations.start({ accountId, requestId, ...IMAGE, ...more });
  return result ?? generations.result(accountId, requestId);
}

test('the limit of credits per generation rejects with the price and the limit', async () => {
  const accountId = await limited({ generationCreditsMax: 4 });
  const dear = await generate(accountId, 'dear', { kind: 'ai-avatar', seconds: 15 });
  expect(dear).toMatchObject({
    ...{ status: 'rejected', reason: 'GENERATION_LIMIT_EXCEEDED', reserved: 0, charged: 0 },
    details: { required: 5, generationCreditsMax: 4 },
  });
  expect(await generate(accountId, 'fair', { kind: 'ai-avatar', seconds: 12 })).toMatchObject({
    status: 'committed',
  });
});

test('the limit of credits per day counts what was begun, and rejects with the time of its reset', async () => {
  const accountId = await limited({ dailyCreditsMax: 5 });
  expect(await generate(accountId, 'r1')).toMatchObject({ status: 'committed' });
  expect(await generate(accountId, 'r2')).toMatchObject({ status: 'committed' });
  const third = await generate(accountId, 'r3');
  expect(third).toMatchObject({
    ...{ status: 'rejected', reason: 'DAILY_LIMIT_REACHED' },
    details: {
      required: 2,
      used: 4,
      dailyCreditsMax: 5,
      resetsAt: expect.stringMatching(/T00:00:00\.000Z$/),
    },
  });
  await holdfast.client.settings.setLimits({ accountId, key: 'none', dailyCreditsMax: null });
  expect(await generate(accountId, 'r4')).toMatchObject({ status: 'committed' });
});

test('the limit of three generations at once is never passed by 32 requests at the same time', async () => {
  const accountId = await limited({ concurrentGenerationsMax: 3 });
  const results = await atOnce(32, (index) => generate(accountId, `r${index}`));
  const committed = results.filter(({ status }) => status === 'committed').length;
  expect(committed).toBeGreaterThanOrEqual(3);
  for (const { status, reason } of results) {
    if (status !== 'committed') expect(reason).toBe('CONCURRENCY_LIMIT_REACHED');
  }
  // The number of running generations after each entry of the journal.
  const { entries } = await holdfast.client.history(accountId, { limit: 100 });
  let running = 0;
  for (const { type } of entries.reverse()) {
    if (type === 'reserve') running += 1;
    if (type === 'commit' || type === 'release') running -= 1;
    expect(running).toBeLessThanOrEqual(3);
  }
  expect(await holdfast.client.balance(accountId)).toMatchObject({
    spent: 2 * committed,
    reserved: 0,
  });
});

test.each<[string, (accountId: string) => { accountId: string | null; kind: string | null }]>([
  ['the account', (accountId) => ({ accountId, kind: null })],
  ['the kind of the account', (accountId) => ({ accountId, kind: 'text-to-image' })],
  ['the kind', () => ({ accountId: null, kind: 'text-to-image' })],
  ['everything', () => ({ accountId: null, kind: null })],
])(
  'a stop of %s rejects requests with its reason until it is lifted, and nothing is reserved',
  async (_what, scopeOf) => {
    const accountId = await limited({ dailyCreditsMax: null });
    const { settings } = holdfast.client;
    const scope = scopeOf(accountId);
    await settings.stop({ ...scope, reason: 'Ticket 4711', by: 'sam' });
    const stopped = await generate(accountId, 'r1');
    expect(stopped).toMatchObject({
      ...{ status: 'rejected', reason: 'ADMISSION_STOPPED', reserved: 0, charged: 0 },
      message: expect.stringContaining('Ticket 4711'),
      details: { ...scope, reason: 'Ticket 4711', by: 'sam' },
    });
    if (scope.kind !== null) {
      expect(await generate(accountId, 'other', { kind: 'text-to-speech' })).toMatchObject({
        status: 'committed',
      });
    }
    expect(await settings.admit(scope)).toEqual({ admitted: true });
    expect(await generate(accountId, 'r2')).toMatchObject({ status: 'committed' });
  },
);

test('a stop lets a running generation go on to its end', async () => {
  const accountId = await limited({ dailyCreditsMax: null });
  await holdfast.client.generations.start({ accountId, requestId: 'r', ...IMAGE });
  await holdfast.client.settings.stop({ accountId, kind: null, reason: 'Dispute', by: 'sam' });
  expect(await holdfast.client.generations.result(accountId, 'r')).toMatchObject({
    status: 'committed',
  });
});

/**
 * A request that waited for credits, which have come, and that the day's limit now keeps waiting.
 */
async function keptByLimit(): Promise<string> {
  const accountId = await limited({ dailyCreditsMax: 1 }, 1);
  const { settings, generations, grants } = holdfast.client;
  await settings.setLimits({ accountId, key: 'room', dailyCreditsMax: 2 });
  const wish = { accountId, requestId: 'r', ...IMAGE, onInsufficientCredits: 'wait' as const };
  expect(await generations.start(wish)).toMatchObject({ status: 'waiting' });
  await settings.setLimits({ accountId, key: 'no-room', dailyCreditsMax: 1 });
  const more = {
    key: 'more',
    credits: 10,
    source: 'promotion' as const,
    reason: 'test',
    by: 'test',
  };
  await grants.create({ accountId, ...more, expiresAt: '2099-01-01T00:00:00Z' });
  expect((await holdfast.ledger.waitingQueue(accountId)).tickets).toHaveLength(1);
  return accountId;
}

test('a raised limit wakes a waiting request', async () => {
  const accountId = await keptByLimit();
  await holdfast.client.settings.setLimits({ accountId, key: 'raised', dailyCreditsMax: 100 });
  expect(await holdfast.client.generations.result(accountId, 'r')).toMatchObject({
    status: 'committed',
    charged: 2,
  });
});

test('a stop leaves a waiting request in the queue, and its end wakes the request', async () => {
  const accountId = await keptByLimit();
  const { settings } = holdfast.client;
  await settings.stop({ accountId, kind: null, reason: 'Dispute', by: 'sam' });
  await settings.setLimits({ accountId, key: 'raised', dailyCreditsMax: 100 });
  expect((await holdfast.ledger.waitingQueue(accountId)).tickets).toHaveLength(1);
  expect(await settings.admit({ accountId, kind: null })).toEqual({ admitted: true });
  expect(await holdfast.client.generations.result(accountId, 'r')).toMatchObject({
    status: 'committed',
    charged: 2,
  });
});
