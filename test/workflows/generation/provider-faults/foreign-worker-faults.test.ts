import type { GenerationResult } from '../../../../client/client';
import { type Holdfast, openHoldfast, uniqueId } from '../../harness';
import { type ForeignAnswer, ForeignWorker, payloadOf } from './foreign-worker';

const ACCOUNT = uniqueId('a1');
const URL = 'https://studio.example/film.mp4';
const says = (value: unknown): ForeignAnswer => ({ json: JSON.stringify(value) });
const raw = (json: string, encoding?: string): ForeignAnswer => ({ json, encoding });
const delivered = (durationMs: unknown, outputUrl: unknown = URL) =>
  says({ state: 'succeeded', outputUrl, durationMs });

/** From `generate`, of an avatar of 30 s for 10 credits. */
const SENSELESS: Record<string, ForeignAnswer> = {
  'unknown-state': says({ state: 'done' }),
  'no-state': says({}),
  null: says(null),
  list: says([{ state: 'succeeded', outputUrl: URL, durationMs: null }]),
  word: says('succeeded'),
  nothing: { nothing: true },
  'no-json': raw('{"state":"succeeded","outputUrl":"https://x/a","durationMs":NaN}'),
  'no-text': raw('\u0001\u0002', 'binary/plain'),
  'no-encoding': raw('{}', 'protobuf/what-is-this'),
  deep: raw(`{"state":${'['.repeat(200_000)}${']'.repeat(200_000)}}`),
};

const UNPAYABLE: Record<string, ForeignAnswer> = {
  'url-nul': delivered(null, `${URL}\0`),
  'url-half': raw(`{"state":"succeeded","outputUrl":"${URL}?\\ud83d","durationMs":null}`),
  'url-empty': delivered(null, ''),
  'url-deep': raw(
    `{"state":"succeeded","durationMs":null,"outputUrl":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
  ),
  'url-huge': delivered(null, `${URL}?${'x'.repeat(1_000_000)}`),
  'url-number': delivered(null, 5),
  'time-none': delivered(0),
  'time-in-words': delivered('8000'),
  'time-absent': delivered(undefined),
  'time-back': delivered(-1),
};

const FAILURE = { message: 'x', source: 'Elsewhere', stackTrace: '' };

describe('a generation whose job is run by a worker in another language', () => {
  let holdfast: Holdfast;
  let elsewhere: ForeignWorker;
  const results = new Map<string, GenerationResult>();
  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.fund(ACCOUNT, 10_000);
    await holdfast.limitTime('text-to-speech', 20);
    await holdfast.startWorker({ role: 'workflows' });
    elsewhere = new ForeignWorker(holdfast, (activity, requestId) => {
      const [what = '', name = ''] = requestId.split('.');
      if (what === 'settled')
        return activity === 'generate' ? says(null) : (SENSELESS[name] ?? says({}));
      if (activity === 'settleGeneration')
        return name === 'finished-all-the-same' ? delivered(3_000) : says({ state: 'cancelled' });
      return SENSELESS[name] ?? UNPAYABLE[name] ?? OTHERS[name] ?? says({});
    });
    const senseless = Object.keys(SENSELESS).flatMap((name) => [
      `generated.${name}`,
      `settled.${name}`,
    ]);
    const ids = [
      ...senseless,
      ...Object.keys({ ...UNPAYABLE, ...OTHERS }).map((name) => `generated.${name}`),
    ];
    await Promise.all(ids.map(run));
  });
  afterAll(async () => {
    await elsewhere.stop();
    await holdfast.closeSettled();
  });

  const OTHERS: Record<string, ForeignAnswer> = {
    'finished-all-the-same': says({ state: 'ready' }),
    'reason-nul': says({ state: 'failed', reason: 'a\0' }),
    'reason-half': raw('{"state":"failed","reason":"cut \\ud83d"}'),
    'reason-none': says({ state: 'failed' }),
    fraction: delivered(2_999.5),
    'failure-details': {
      failure: {
        ...FAILURE,
        applicationFailureInfo: {
          type: 'Odd',
          nonRetryable: true,
          details: { payloads: [payloadOf({ json: 'NaN' })] },
        },
      },
    },
    'last-heartbeat': { heartbeat: '{"progress":NaN}' },
    'odd-failure': {
      failure: {
        ...FAILURE,
        applicationFailureInfo: { type: `odd\0${'x'.repeat(600)}`, nonRetryable: true },
      },
    },
  };

  async function run(requestId: string): Promise<void> {
    const asked = requestId.endsWith('.last-heartbeat')
      ? { kind: 'text-to-speech' }
      : { kind: 'ai-avatar', seconds: 30 };
    // Admitted however busy the machine is.
    const request = { accountId: ACCOUNT, requestId, admitWithinSeconds: 3_600, ...asked };
    await holdfast.client.generations.start(request);
    results.set(requestId, await holdfast.client.generations.result(ACCOUNT, requestId));
  }

  const FAULT = { status: 'released', reason: 'PROVIDER_FAULT', charged: 0 };

  test.each(Object.keys(SENSELESS))(
    'is released as the provider’s fault if the answer makes no sense: %s',
    (name) => {
      expect(results.get(`generated.${name}`)).toMatchObject(FAULT);
      expect(results.get(`settled.${name}`)).toMatchObject(FAULT);
      // The job is told to stop before anything is released.
      expect(elsewhere.asked.filter((asked) => asked.endsWith(`generated.${name}`))).toEqual([
        `generate generated.${name}`,
        `settleGeneration generated.${name}`,
      ]);
    },
  );

  test.each(Object.keys(UNPAYABLE))(
    'is not charged for an output that can’t be used: %s',
    (name) => {
      expect(results.get(`generated.${name}`)).toMatchObject(FAULT);
    },
  );

  test('is charged if the job turns out to have finished', () => {
    expect(results.get('generated.finished-all-the-same')).toMatchObject({
      status: 'committed',
      charged: 1,
    });
  });

  test.each([
    ['reason-nul', 'a\uFFFD'],
    ['reason-half', 'cut \uFFFD'],
    ['reason-none', 'unknown-reason'],
    ['failure-details', 'Odd'],
    ['last-heartbeat', 'timed-out'],
    ['odd-failure', `odd\uFFFD${'x'.repeat(508)}`],
  ])('has the reason in storable text, cut to its limit: %s', (name, reason) => {
    expect(results.get(`generated.${name}`)).toMatchObject({
      status: 'released',
      reason,
      charged: 0,
    });
  });

  test('has had a heartbeat that can’t be read', () => {
    expect(elsewhere.heartbeats).toBeGreaterThan(0);
  });

  test('is charged for a duration with fractions of a millisecond', () => {
    expect(results.get('generated.fraction')).toMatchObject({ status: 'committed', charged: 1 });
  });
});
