import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { GenerationJobState } from '../../providers/providers';
import { failing, inputOf, makeActivity, RUNNING, scripted } from './generation-fixtures';

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
  ])('is believed at its next answer %s', async (_what, answers) => {
    expect(await makeActivity(scripted(...answers).provider).generate(inputOf())).toEqual(DONE);
  });

  it.each([0, -1, Number.NaN, '8000', undefined])(
    'is not believed with a duration of %p where time is charged',
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

  it('has its job cancelled by settleGeneration, which ends it as PROVIDER_FAULT', async () => {
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

  it('doesn’t decide how its failures are taken', async () => {
    for (const thrown of [
      ApplicationFailure.nonRetryable('mine', 'Mine'),
      new CancelledFailure('mine'),
    ]) {
      await expect(makeActivity(failing(thrown)).generate(inputOf())).rejects.toMatchObject({
        ...{ name: 'ApplicationFailure', type: 'ProviderError', nonRetryable: false },
      });
    }
  });

  it('has its progress cut to 0 to 1', async () => {
    const odd = [40, -1, Number.NaN, 'half'].map(
      (progress) => ({ state: 'running', progress }) as GenerationJobState,
    );
    const { generate, heartbeats } = makeActivity(scripted(...odd, DONE).provider);
    await generate(inputOf());
    expect(heartbeats.slice(1)).toEqual([1, 0, 0, 0].map((progress) => ({ progress })));
  });
});
