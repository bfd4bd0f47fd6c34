import type { GenerationResult } from '../../../client/client';
import type { GenerationProvider } from '../../../providers/generation-provider';
import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';
import { currentDetailsOf, deleteWorkflow } from '../workflow-support';

const ACCOUNT = uniqueId('a1');
const FILM = { kind: 'text-to-video-veo3', seconds: 8 };
const URL = 'https://studio.example/film.mp4';

const cancelled = (billed?: unknown) => ({ state: 'cancelled', billed });
const time = (durationMs: unknown) => cancelled({ durationMs });

/** What the provider says of a film for 24 credits that its caller cancels, and what that costs. */
const BILLS: Record<string, [state: object, charged: number]> = {
  'three-quarters': [time(6_000), 18],
  whole: [time(null), 24],
  'more-than-asked': [time(80_000), 24],
  nothing: [cancelled(), 0],
  'no-time': [time(0), 0],
  'not-a-number': [time(Number.NaN), 0],
  endless: [time(Number.POSITIVE_INFINITY), 0],
  negative: [time(-6_000), 0],
  'in-words': [time('6000'), 0],
  'without-time': [cancelled({}), 0],
  'no-bill': [cancelled('all of it'), 0],
};

/** Jobs run at 75 % until they are cancelled; each then ends as its name says. */
function billing(
  provider: GenerationProvider,
  ends: Record<string, object>,
  cancels: Set<string>,
): GenerationProvider {
  const nameOf = (key: string) => key.slice(key.lastIndexOf('/') + 1);
  return {
    ...provider,
    async state(key) {
      const name = nameOf(key);
      const isOver = cancels.has(name) || name === 'by-provider';
      return (isOver ? ends[name] : { state: 'running', progress: 0.75 }) as never;
    },
    async cancel(key) {
      cancels.add(nameOf(key));
    },
  };
}

describe('a generation of a kind that is charged for what it has used', () => {
  let holdfast: Holdfast;
  const cancels = new Set<string>();
  const results = new Map<string, GenerationResult>();
  const ends: Record<string, object> = {
    ...Object.fromEntries(Object.entries(BILLS).map(([name, [state]]) => [name, state])),
    finished: { state: 'succeeded', outputUrl: URL, durationMs: 8_000 },
    failed: { state: 'failed', reason: 'studio-burnt-down' },
    image: time(null),
    free: time(9_000),
    'by-provider': time(6_000),
    late: time(null),
    underneath: time(6_000),
  };

  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.fund(ACCOUNT, 10_000);
    for (const kind of [FILM.kind, 'text-to-image', 'text-to-speech'])
      await holdfast.sql(
        'UPDATE holdfast.catalog_versions SET document = jsonb_set(document, $1, $2)',
        [['kinds', kind, 'cancelled'], '"used"'],
      );
    await holdfast.limitTime('text-to-speech', 1);
    await holdfast.startWorker(
      {},
      { generationProvider: billing(holdfast.provider, ends, cancels) },
    );
    await Promise.all([
      ...[...Object.keys(BILLS), 'finished', 'failed'].map((name) => cancelWhileItRuns(name)),
      cancelWhileItRuns('image', { kind: 'text-to-image' }),
      cancelWhileItRuns('free', { kind: 'ai-avatar', seconds: 30 }),
      cancelWhileItRuns('underneath', FILM, () => release('underneath')),
      run('by-provider'),
      run('late', { kind: 'text-to-speech' }),
    ]);
  });
  afterAll(() => holdfast.closeSettled());

  async function start(requestId: string, asked: { kind: string; seconds?: number } = FILM) {
    const { generations } = holdfast.client;
    await generations.start({ accountId: ACCOUNT, requestId, ...asked });
  }

  async function run(requestId: string, asked?: { kind: string }): Promise<void> {
    await start(requestId, asked);
    results.set(requestId, await holdfast.client.generations.result(ACCOUNT, requestId));
  }

  async function cancelWhileItRuns(
    requestId: string,
    asked: { kind: string; seconds?: number } = FILM,
    before?: () => Promise<unknown>,
  ): Promise<void> {
    const { generations } = holdfast.client;
    await start(requestId, asked);
    await eventually(async () => (await generations.status(ACCOUNT, requestId)).progress === 0.75);
    await before?.();
    await generations.cancel(ACCOUNT, requestId);
    results.set(requestId, await generations.result(ACCOUNT, requestId));
  }

  const release = (requestId: string) => holdfast.ledger.release(ACCOUNT, requestId, 'orphaned');

  test.each(Object.entries(BILLS))(
    'costs what the provider bills when its caller cancels it: %s',
    async (requestId, [, charged]) => {
      expect(results.get(requestId)).toEqual({
        accountId: ACCOUNT,
        requestId,
        requestHash: expect.any(String),
        status: 'cancelled',
        reason: 'cancelled',
        reserved: 24,
        charged,
      });
      expect(await holdfast.ledger.request(ACCOUNT, requestId)).toMatchObject({
        status: charged > 0 ? 'committed' : 'released',
        reason: 'cancelled',
        charged,
        outputUrl: null,
      });
    },
  );

  test('costs its whole price where that is per generation', () => {
    expect(results.get('image')).toMatchObject({ status: 'cancelled', reserved: 2, charged: 2 });
  });

  test('is committed as ever if its job finished before the cancellation', () => {
    expect(results.get('finished')).toMatchObject({
      status: 'committed',
      charged: 24,
      outputUrl: URL,
    });
  });

  test.each([
    ['its job failed', 'failed', { status: 'released', reason: 'studio-burnt-down' }],
    ['the provider cancelled it', 'by-provider', { reason: 'cancelled-by-provider' }],
    ['it took too long', 'late', { status: 'released', reason: 'timed-out' }],
  ])('is free if %s, even if the provider bills it', (_, name, ending) => {
    expect(results.get(name)).toMatchObject({ ...ending, charged: 0 });
  });

  test('is released as an orphan, with nothing delivered, if its reservation was gone', () => {
    expect(results.get('underneath')).toEqual({
      accountId: ACCOUNT,
      requestId: 'underneath',
      requestHash: expect.any(String),
      status: 'released',
      reason: 'orphaned',
      reserved: 24,
      charged: 0,
    });
  });

  test('is free if its kind doesn’t say that it is charged, even if the provider bills it', () => {
    expect(results.get('free')).toMatchObject({ status: 'cancelled', reserved: 10, charged: 0 });
  });

  test('tells an operator what it had used', async () => {
    const handle = holdfast.temporal.client.workflow.getHandle(
      `generation/${ACCOUNT}/three-quarters`,
    );
    expect(await currentDetailsOf(handle)).toContain(
      '18 of 24 reserved credits were used by then and charged, 6 returned',
    );
  });

  test('has the same result once Temporal has forgotten it', async () => {
    const { temporal, client } = holdfast;
    await deleteWorkflow(temporal, `generation/${ACCOUNT}/three-quarters`);
    const again = await client.generations.result(ACCOUNT, 'three-quarters');
    expect(again).toEqual(results.get('three-quarters'));
  });
});
