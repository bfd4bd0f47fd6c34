import { once } from 'node:events';
import {
  ActivityCancellationDetails,
  ApplicationFailure,
  CancelledFailure,
} from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createGenerationActivities } from '../../activities/generation/generation-activities';
import type { GenerateInput } from '../../contract/generation-job';
import type { JsonValue } from '../../contract/json';
import {
  type GenerationJobState,
  type GenerationProvider,
  PermanentProviderError,
  RateLimitedProviderError,
  TransientProviderError,
} from '../../providers/providers';
import { createStubGenerationProvider } from '../../providers/stub-generation/stub-generation-provider';
import { makeTempFolder, removeTempFolders } from '../providers/temp-folder';

const KEY = 'generation/acme/r1';
const SHUTDOWN = new ActivityCancellationDetails({ workerShutdown: true });

function inputOf(simulate?: JsonValue): GenerateInput {
  return {
    idempotencyKey: KEY,
    accountId: 'acme',
    requestId: 'r1',
    kind: 'text-to-video-veo3',
    durationMs: 8000,
    audio: true,
    input: { prompt: 'a heron', ...(simulate !== undefined && { simulate }) },
  };
}

async function makeStub(jobMs = 60): Promise<GenerationProvider> {
  return createStubGenerationProvider({
    outputDir: await makeTempFolder(),
    jobMs,
    retryAfterMs: 40,
  });
}

function makeActivity(provider: GenerationProvider) {
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const heartbeats: unknown[] = [];
  environment.on('heartbeat', (details) => heartbeats.push(details));
  const { generate, settleGeneration } = createGenerationActivities({
    provider,
    pollIntervalMs: 5,
  });
  return {
    environment,
    heartbeats,
    generate: (input: GenerateInput) => environment.run(generate, input),
    settle: () => environment.run(settleGeneration, { idempotencyKey: KEY }),
    /** The first heartbeat comes before the job is submitted, the second once it runs. */
    running: async () => {
      while (heartbeats.length < 2) await once(environment, 'heartbeat');
    },
  };
}

/**
 * A provider that accepts every job and returns or throws these answers in turn, then repeats the
 * last.
 */
function scripted(...answers: (GenerationJobState | Error)[]) {
  const calls: string[] = [];
  async function next(): Promise<GenerationJobState> {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined || answer instanceof Error) throw answer;
    return answer;
  }
  const provider: GenerationProvider = {
    submit: async () => void calls.push('submit'),
    state: () => {
      calls.push('state');
      return next();
    },
    cancel: async () => void calls.push('cancel'),
  };
  return { provider, calls };
}

const failing = (error: Error): GenerationProvider => ({
  submit: () => Promise.reject(error),
  state: () => Promise.reject(error),
  cancel: () => Promise.reject(error),
});

const RUNNING: GenerationJobState = { state: 'running', progress: 0.5 };

afterAll(removeTempFolders);

describe('generate', () => {
  it('returns the output, and reports growing progress on the way', async () => {
    const { generate, heartbeats } = makeActivity(await makeStub(600));
    expect(await generate(inputOf())).toEqual({
      state: 'succeeded',
      outputUrl: expect.stringMatching(/^file:\/\/\/.*\.svg$/),
      durationMs: 8000,
    });
    const progress = heartbeats.map((details) => (details as { progress: number }).progress);
    expect(progress[0]).toBe(0);
    expect(progress.length).toBeGreaterThan(2);
    expect(progress).toEqual([...progress].sort());
  });

  it.each([
    ['of a job that failed', 'permanent', 'content-refused'],
    ['of a job that was never accepted', 'refused', 'content-refused'],
    ['of a job that makes no sense', 'explode', 'unknown-simulation'],
  ])('returns the reason %s as a value', async (_what, simulate, reason) => {
    const { generate } = makeActivity(await makeStub());
    expect(await generate(inputOf(simulate))).toEqual({ state: 'failed', reason });
  });

  it('returns `cancelled` when another caller has cancelled the job', async () => {
    const provider = await makeStub();
    await provider.cancel(KEY);
    expect(await makeActivity(provider).generate(inputOf())).toEqual({ state: 'cancelled' });
  });

  it('fails so that the next attempts get there, on an outage', async () => {
    const provider = await makeStub();
    for (let attempt = 1; attempt <= 2; attempt++) {
      await expect(makeActivity(provider).generate(inputOf('transient'))).rejects.toMatchObject({
        name: 'ApplicationFailure',
        type: 'TransientProviderError',
        nonRetryable: false,
      });
    }
    expect(await makeActivity(provider).generate(inputOf('transient'))).toMatchObject({
      state: 'succeeded',
    });
  });

  it('fails with the delay that the provider asked for, when rate-limited', async () => {
    const provider = await makeStub();
    await expect(makeActivity(provider).generate(inputOf('rate-limited'))).rejects.toMatchObject({
      name: 'ApplicationFailure',
      type: 'RateLimited',
      nonRetryable: false,
      nextRetryDelay: 40,
    });
    expect(await makeActivity(provider).generate(inputOf('rate-limited'))).toMatchObject({
      state: 'succeeded',
    });
  });

  it.each([
    ['ProviderError', failing(new TypeError('fetch failed'))],
    [
      'ProviderError',
      scripted(new PermanentProviderError('gone', 'only submit may say so')).provider,
    ],
    ['TransientProviderError', scripted(RUNNING, new TransientProviderError('503')).provider],
    ['JobNotFound', scripted({ state: 'unknown' }).provider],
  ])('fails retryably with %s on anything else (%#)', async (type, provider) => {
    await expect(makeActivity(provider).generate(inputOf())).rejects.toMatchObject({
      type,
      nonRetryable: false,
    });
  });

  it('begins a later attempt with the progress of the one before', async () => {
    const environment = new MockActivityEnvironment({
      attempt: 2,
      heartbeatDetails: { progress: 0.4 },
    });
    const { generate } = createGenerationActivities({
      provider: scripted({ state: 'cancelled' }).provider,
    });
    const heartbeat = once(environment, 'heartbeat');
    await environment.run(generate, inputOf());
    expect(await heartbeat).toEqual([{ progress: 0.4 }]);
  });
});

describe('generate, cancelled', () => {
  it.each([
    ['cancelled', 'hang'],
    ['succeeded', 'finish-after-cancel'],
  ])('returns the true final state, %s', async (state, simulate) => {
    const { generate, environment, running } = makeActivity(await makeStub(200));
    const outcome = generate(inputOf(simulate));
    await running();
    environment.cancel();
    expect(await outcome).toMatchObject({ state });
  });

  it('sits out passing errors', async () => {
    const { provider, calls } = scripted(
      RUNNING,
      new TransientProviderError('503'),
      new RateLimitedProviderError('429', 10),
      RUNNING,
      { state: 'cancelled' },
    );
    const { generate, environment, running } = makeActivity(provider);
    const outcome = generate(inputOf());
    await running();
    environment.cancel();
    expect(await outcome).toEqual({ state: 'cancelled' });
    expect(calls).toEqual(['submit', 'state', 'cancel', 'state', 'state', 'state', 'state']);
  });

  it('cancels the job also where the submission failed and may have arrived', async () => {
    const { provider, calls } = scripted({ state: 'unknown' });
    const { generate, environment } = makeActivity({
      ...provider,
      submit: async () => {
        environment.cancel();
        throw new TransientProviderError('connection lost');
      },
    });
    expect(await generate(inputOf())).toEqual({ state: 'unknown' });
    expect(calls).toEqual(['cancel', 'state']);
  });

  it.each([
    ['JobNotSettled', new RateLimitedProviderError('429', 60_000)],
    ['ProviderError', new TypeError('fetch failed')],
  ])(
    'fails with %s, leaving the job to settleGeneration, when the provider says no more',
    async (type, error) => {
      const { generate, environment, running } = makeActivity(scripted(RUNNING, error).provider);
      const outcome = generate(inputOf());
      await running();
      environment.cancel();
      await expect(outcome).rejects.toMatchObject({ type, nonRetryable: false });
    },
  );
});

describe('a provider that can’t be understood', () => {
  const SENSELESS = { state: 'done' } as never;
  const DONE: GenerationJobState = {
    state: 'succeeded',
    outputUrl: 'https://studio.example/a.mp4',
    durationMs: 8000,
  };
  const FAULT = { name: 'ApplicationFailure', type: 'PROVIDER_FAULT', nonRetryable: true };

  it('is asked five times, and no more', async () => {
    const { provider, calls } = scripted(SENSELESS);
    await expect(makeActivity(provider).generate(inputOf())).rejects.toMatchObject(FAULT);
    expect(calls).toEqual(['submit', ...Array(5).fill('state')]);
  });

  it.each([
    ['that makes sense', [SENSELESS, SENSELESS, SENSELESS, SENSELESS, DONE]],
    [
      'that runs meanwhile',
      [SENSELESS, SENSELESS, SENSELESS, RUNNING, SENSELESS, SENSELESS, SENSELESS, DONE],
    ],
  ])('is taken at its next word %s', async (_what, answers) => {
    expect(await makeActivity(scripted(...answers).provider).generate(inputOf())).toEqual(DONE);
  });

  it.each([0, -1, Number.NaN, '8000', undefined])(
    'says nothing by a duration of %p where time is charged',
    async (ms) => {
      const { provider } = scripted({ ...DONE, durationMs: ms } as GenerationJobState);
      await expect(makeActivity(provider).generate(inputOf())).rejects.toMatchObject(FAULT);
      const { accountId, requestId, ...image } = {
        ...inputOf(),
        kind: 'text-to-image',
        durationMs: null,
      };
      expect(
        await makeActivity(provider).generate({ accountId, requestId, ...image }),
      ).toMatchObject({
        durationMs: 0,
      });
    },
  );

  it('has the job cancelled, and its end told as its fault, by settleGeneration', async () => {
    const { provider, calls } = scripted(SENSELESS);
    expect(await makeActivity(provider).settle()).toEqual({
      state: 'failed',
      reason: 'PROVIDER_FAULT',
    });
    expect(calls).toEqual(['cancel', ...Array(5).fill('state')]);
  });

  it('leaves a cancelled job to settleGeneration', async () => {
    const { generate, environment, running } = makeActivity(scripted(RUNNING, SENSELESS).provider);
    const outcome = generate(inputOf());
    await running();
    environment.cancel();
    await expect(outcome).rejects.toMatchObject(FAULT);
  });

  it('has no say in how its failures are taken', async () => {
    for (const thrown of [
      ApplicationFailure.nonRetryable('mine', 'Mine'),
      new CancelledFailure('mine'),
    ]) {
      await expect(makeActivity(failing(thrown)).generate(inputOf())).rejects.toMatchObject({
        ...{ name: 'ApplicationFailure', type: 'ProviderError', nonRetryable: false },
      });
    }
  });

  it('reports a progress that is one', async () => {
    const odd = [40, -1, Number.NaN, 'half'].map(
      (progress) => ({ state: 'running', progress }) as GenerationJobState,
    );
    const { generate, heartbeats } = makeActivity(scripted(...odd, DONE).provider);
    await generate(inputOf());
    expect(heartbeats.slice(1)).toEqual([1, 0, 0, 0].map((progress) => ({ progress })));
  });
});

describe('generate, when its worker shuts down', () => {
  it('leaves the job running, and the next attempt finds it', async () => {
    const provider = await makeStub(300);
    const { generate, environment, running } = makeActivity(provider);
    const outcome = generate(inputOf());
    await running();
    environment.cancel('WORKER_SHUTDOWN', SHUTDOWN);
    await expect(outcome).rejects.toMatchObject({ type: 'WorkerShutdown', nonRetryable: false });
    expect(await provider.state(KEY)).toMatchObject({ state: 'running' });
    expect(await makeActivity(provider).generate(inputOf())).toMatchObject({ state: 'succeeded' });
  });

  it.each([
    ['PAUSED', { paused: true }],
    ['RESET', { reset: true }],
    ['TIMED_OUT', { timedOut: true }],
    ['NOT_FOUND', { notFound: true }],
  ] as const)(
    'and likewise when cancelled as %s, which the SDK reports itself',
    async (reason, details) => {
      const { provider, calls } = scripted(RUNNING);
      const { generate, environment, running } = makeActivity(provider);
      const outcome = generate(inputOf());
      await running();
      environment.cancel(reason, new ActivityCancellationDetails(details));
      await expect(outcome).rejects.toMatchObject({ name: 'CancelledFailure', message: reason });
      expect(calls).not.toContain('cancel');
    },
  );
});

describe('settleGeneration', () => {
  it.each([
    ['cancelled', 'hang'],
    ['succeeded', 'finish-after-cancel'],
  ])('returns the true final state of a running job, %s', async (state, simulate) => {
    const provider = await makeStub();
    await provider.submit(inputOf(simulate));
    const { settle, heartbeats } = makeActivity(provider);
    expect(await settle()).toMatchObject({ state });
    expect(heartbeats.length).toBeGreaterThan(0);
  });

  it('keeps a job that never was from starting later', async () => {
    const provider = await makeStub();
    expect(await makeActivity(provider).settle()).toEqual({ state: 'cancelled' });
    expect(await makeActivity(provider).generate(inputOf())).toEqual({ state: 'cancelled' });
  });

  it('returns `unknown` where the provider never had the job', async () => {
    expect(await makeActivity(scripted({ state: 'unknown' }).provider).settle()).toEqual({
      state: 'unknown',
    });
  });

  it.each([
    ['TransientProviderError', undefined, new TransientProviderError('503')],
    ['RateLimited', 2000, new RateLimitedProviderError('429', 2000)],
    ['ProviderError', undefined, new TypeError('fetch failed')],
  ])('fails retryably with %s', async (type, nextRetryDelay, error) => {
    await expect(makeActivity(failing(error)).settle()).rejects.toMatchObject({
      type,
      nonRetryable: false,
      ...(nextRetryDelay !== undefined && { nextRetryDelay }),
    });
  });

  it('moves to another worker when its own shuts down', async () => {
    const { settle, environment, running } = makeActivity(scripted(RUNNING).provider);
    const outcome = settle();
    await running();
    environment.cancel('WORKER_SHUTDOWN', SHUTDOWN);
    await expect(outcome).rejects.toMatchObject({ type: 'WorkerShutdown', nonRetryable: false });
  });
});
