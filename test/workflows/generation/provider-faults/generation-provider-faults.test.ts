import type { GenerationResult } from '../../../../client/client';
import {
  type GenerationProvider,
  PermanentProviderError,
  RateLimitedProviderError,
} from '../../../../providers/providers';
import { eventually } from '../../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../../harness';

const ACCOUNT = uniqueId('a1');
const URL = 'https://studio.example/film.mp4';
const circle: Error = new Error('round');
circle.cause = circle;

/** Answers about a job that JavaScript lets a provider give, by the name of the request. */
const STATES: Record<string, [state: unknown, kind?: string]> = {
  'url-nul': [{ state: 'succeeded', outputUrl: `${URL}\0`, durationMs: null }],
  'url-null': [{ state: 'succeeded', outputUrl: null, durationMs: null }],
  'url-empty': [{ state: 'succeeded', outputUrl: '', durationMs: null }],
  'url-absent': [{ state: 'succeeded', durationMs: null }],
  'url-relative': [{ state: 'succeeded', outputUrl: 'film.mp4', durationMs: null }],
  'url-script': [{ state: 'succeeded', outputUrl: 'javascript:alert(1)', durationMs: null }],
  'url-long': [{ state: 'succeeded', outputUrl: `${URL}?${'x'.repeat(2_048)}`, durationMs: null }],
  'url-half': [{ state: 'succeeded', outputUrl: `${URL}?\ud83d`, durationMs: null }],
  'no-time': [{ state: 'succeeded', outputUrl: URL, durationMs: 0 }, 'ai-avatar'],
  'time-in-words': [{ state: 'succeeded', outputUrl: URL, durationMs: '8000' }, 'ai-avatar'],
  'time-back': [{ state: 'succeeded', outputUrl: URL, durationMs: -5 }, 'ai-avatar'],
  'time-nan': [{ state: 'succeeded', outputUrl: URL, durationMs: Number.NaN }, 'ai-avatar'],
  'time-absent': [{ state: 'succeeded', outputUrl: URL }, 'ai-avatar'],
  done: [{ state: 'done', outputUrl: URL }],
  none: [{}],
  null: [null],
  nothing: [undefined],
  list: [[{ state: 'succeeded', outputUrl: URL, durationMs: null }]],
  word: ['succeeded'],
  trap: [
    {
      get state() {
        throw new Error('not for you');
      },
    },
  ],
};

const REASONS: Record<string, [reason: unknown, told: string]> = {
  'reason-nul': ['a\0', 'a\uFFFD'],
  'reason-half': ['cut \ud83d', 'cut \uFFFD'],
  'reason-lines': ['two\n lines\u2028 and a third', 'two lines and a third'],
  'reason-long': ['x'.repeat(1_000_000), 'x'.repeat(512)],
  'reason-empty': [' ', 'unknown-reason'],
  'reason-object': [{ code: 5 }, 'unknown-reason'],
};

/** Thrown twice by the submission; then it works. */
const THROWN: Record<string, unknown> = {
  'after-nan': new RateLimitedProviderError('x', Number('Wed, 21 Oct 2026 07:28:00 GMT')),
  'after-infinity': new RateLimitedProviderError('x', Number.POSITIVE_INFINITY),
  'after-negative': new RateLimitedProviderError('x', -5_000),
  'after-years': new RateLimitedProviderError('x', 1e15),
  'after-fraction': new RateLimitedProviderError('x', 0.25),
  'after-half': new RateLimitedProviderError('cut \ud83d', 5),
  circle,
  null: null,
  huge: new Error('x'.repeat(10_000_000)),
  bare: Object.create(null),
  symbol: Symbol('odd'),
  trap: Object.defineProperty(new Error('x'), 'message', {
    get() {
      throw new Error('not for you');
    },
  }),
};

function awkward(provider: GenerationProvider, cancelled: Set<string>): GenerationProvider {
  const attempts = new Map<string, number>();
  const idOf = (key: string) => key.slice(key.lastIndexOf('/') + 1);
  return {
    async submit(job) {
      const [what = '', name = ''] = idOf(job.idempotencyKey).split('.');
      const attempt = (attempts.get(job.idempotencyKey) ?? 0) + 1;
      attempts.set(job.idempotencyKey, attempt);
      if (what === 'thrown' && attempt <= 2) throw THROWN[name];
      if (what === 'refused') throw new PermanentProviderError(REASONS[name]?.[0] as string, 'no');
      return provider.submit(job);
    },
    async state(key) {
      const [what = '', name = ''] = idOf(key).split('.');
      if (what === 'state') return STATES[name]?.[0] as never;
      if (what === 'failed') return { state: 'failed', reason: REASONS[name]?.[0] as string };
      return provider.state(key);
    },
    async cancel(key) {
      cancelled.add(idOf(key));
      await provider.cancel(key);
    },
  };
}

describe('a generation', () => {
  let holdfast: Holdfast;
  const cancelled = new Set<string>();
  const results = new Map<string, GenerationResult>();
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.fund(ACCOUNT, 10_000);
    await holdfast.startWorker({}, { generationProvider: awkward(holdfast.provider, cancelled) });
    await Promise.all([
      ...Object.entries(STATES).map(([name, [, kind]]) => run(`state.${name}`, kind)),
      ...Object.keys(REASONS).flatMap((name) => [run(`failed.${name}`), run(`refused.${name}`)]),
      ...Object.keys(THROWN).map((name) => run(`thrown.${name}`)),
      run('image-without-time', 'text-to-image'),
    ]);
  });
  afterAll(() => holdfast.closeSettled());

  async function run(requestId: string, kind = 'text-to-image'): Promise<void> {
    const seconds = kind === 'ai-avatar' ? 30 : undefined;
    await holdfast.client.generations.start({ accountId: ACCOUNT, requestId, kind, seconds });
    results.set(requestId, await holdfast.client.generations.result(ACCOUNT, requestId));
  }

  test.each(Object.keys(STATES))(
    'is released as the provider’s fault if the state of its job makes no sense: %s',
    (name) => {
      const fault = { status: 'released', reason: 'PROVIDER_FAULT', charged: 0 };
      expect(results.get(`state.${name}`)).toMatchObject(fault);
      expect(cancelled).toContain(`state.${name}`);
    },
  );

  test.each(Object.entries(REASONS))(
    'has the provider’s reason in storable text, cut to its limit: %s',
    (name, [, told]) => {
      for (const what of ['failed', 'refused']) {
        expect(results.get(`${what}.${name}`)).toMatchObject({
          status: 'released',
          reason: told,
          charged: 0,
        });
      }
    },
  );

  test.each(Object.keys(THROWN))('is committed after its provider has thrown twice: %s', (name) => {
    expect(results.get(`thrown.${name}`)).toMatchObject({ status: 'committed', charged: 2 });
  });

  test('that failed by a provider’s fault is found by operators, with what was wrong', async () => {
    const { client, taskQueue } = holdfast.temporal;
    const ids = Object.keys(STATES).map((name) => `generation/${ACCOUNT}/state.${name}`);
    const query = `TaskQueue = '${taskQueue}' AND HoldfastState = 'failed' AND WorkflowId STARTS_WITH 'generation/${ACCOUNT}/state.'`;
    await eventually(async () => (await client.workflow.count(query)).count === ids.length);
    const histories = await Promise.all(
      ids.map((workflowId) => client.workflow.getHandle(workflowId).fetchHistory()),
    );
    // On a busy machine the attempt that would have failed may have run out of time.
    const failures = histories
      .flatMap(({ events }) => events ?? [])
      .flatMap((event) => event.activityTaskFailedEventAttributes?.failure ?? []);
    expect(failures).toContainEqual(
      expect.objectContaining({
        message: expect.stringContaining('The answer of the generation provider is not valid'),
        applicationFailureInfo: expect.objectContaining({ type: 'PROVIDER_FAULT' }),
      }),
    );
  });
});
