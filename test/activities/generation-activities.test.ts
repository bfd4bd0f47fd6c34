import { once } from 'node:events';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createGenerationActivities } from '../../activities/generation/generation-activities';
import {
  PermanentProviderError,
  RateLimitedProviderError,
  TransientProviderError,
} from '../../providers/providers';
import { removeTempFolders } from '../providers/temp-folder';
import {
  failing,
  inputOf,
  KEY,
  makeActivity,
  makeStub,
  RUNNING,
  SHUTDOWN,
  scripted,
} from './generation-fixtures';

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
    ['of a job that failed', 'permanent', 'content-refused', /refuses/],
    ['of a job that was never accepted', 'refused', 'content-refused', /refuses this content/],
    ['of a job that makes no sense', 'explode', 'unknown-simulation', /explode/],
  ])(
    'returns the reason %s as a value, and what the provider says',
    async (_what, simulate, reason, message) => {
      const { generate } = makeActivity(await makeStub());
      expect(await generate(inputOf(simulate))).toEqual({
        state: 'failed',
        reason,
        message: expect.stringMatching(message),
      });
    },
  );

  it('returns `cancelled` when another caller has cancelled the job', async () => {
    const provider = await makeStub();
    await provider.cancel(KEY);
    expect(await makeActivity(provider).generate(inputOf())).toEqual({ state: 'cancelled' });
  });

  it('fails retryably on an outage, and a next attempt succeeds', async () => {
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
