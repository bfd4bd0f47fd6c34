import { ActivityCancellationDetails } from '@temporalio/common';
import { RateLimitedProviderError, TransientProviderError } from '../../providers/providers';
import { removeTempFolders } from '../providers/temp-folder';
import {
  inputOf,
  KEY,
  makeActivity,
  makeStub,
  RUNNING,
  SHUTDOWN,
  scripted,
} from './generation-fixtures';

afterAll(removeTempFolders);

describe('generate that is cancelled', () => {
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

  it('asks again after passing errors', async () => {
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

describe('generate whose worker goes away', () => {
  it('leaves the job running at a shutdown, and the next attempt finds it', async () => {
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
    'leaves the job running when cancelled as %s, which the SDK reports itself',
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
