import { readdir } from 'node:fs/promises';
import fc from 'fast-check';
import type { JsonValue } from '../../contract/json';
import { SIMULATIONS, type Simulation } from '../../contract/simulations';
import type { GenerationJob, GenerationJobState } from '../../providers/generation-provider';
import { createStubGenerationProvider } from '../../providers/stub-generation/stub-generation-provider';
import { makeTempFolder, removeTempFolders } from './temp-folder';

const JOB_MS = 1000;
/** The longest job of any kind and key, except in the modes `slow` and `hang`. */
const LONG_ENOUGH_MS = 2 * JOB_MS;

function jobOf(overrides: Partial<GenerationJob> = {}): GenerationJob {
  return {
    idempotencyKey: 'generation/acme/r1',
    kind: 'ai-avatar',
    durationMs: 10_000,
    audio: false,
    input: { prompt: 'a heron' },
    ...overrides,
  };
}

const simulating = (simulate: JsonValue) => jobOf({ input: { prompt: 'a heron', simulate } });

async function makeStub() {
  const outputDir = await makeTempFolder();
  const clock = { ms: 1_000_000 };
  const open = () =>
    createStubGenerationProvider({
      outputDir,
      jobMs: JOB_MS,
      retryAfterMs: 250,
      now: () => clock.ms,
    });
  return { outputDir, clock, open, provider: open() };
}

const KEY = jobOf().idempotencyKey;

afterAll(removeTempFolders);

describe('a job', () => {
  it('is unknown, then runs with growing progress, then succeeds with what was asked for', async () => {
    const { provider, clock } = await makeStub();
    expect(await provider.state(KEY)).toEqual({ state: 'unknown' });
    await provider.submit(jobOf());
    const progress: number[] = [];
    let job: GenerationJobState = await provider.state(KEY);
    while (job.state === 'running') {
      progress.push(job.progress);
      clock.ms += 100;
      job = await provider.state(KEY);
    }
    expect(progress.length).toBeGreaterThan(5);
    expect(progress).toEqual([...new Set(progress)].sort());
    expect(job).toEqual({
      state: 'succeeded',
      outputUrl: expect.stringMatching(/^file:\/\/\/.*\.svg$/),
      durationMs: 10_000,
    });
  });

  it('is one job, however often and in any process it is submitted', async () => {
    const { provider, open, clock, outputDir } = await makeStub();
    const other = open();
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? provider : other).submit(jobOf())),
    );
    clock.ms += LONG_ENOUGH_MS;
    const states = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? provider : other).state(KEY)),
    );
    expect(new Set(states.map((state) => JSON.stringify(state))).size).toBe(1);
    await other.submit(jobOf());
    expect(await other.state(KEY)).toMatchObject({ state: 'succeeded' });
    const files = await readdir(outputDir, { recursive: true, withFileTypes: true });
    expect(
      files
        .filter((file) => file.isFile())
        .map((file) => file.name)
        .sort(),
    ).toEqual([expect.stringMatching(/^ai-avatar-.*\.svg$/), 'end.json', 'job.json']);
  });

  it('is found at the same progress by the process that comes after a killed one', async () => {
    const { provider, open, clock } = await makeStub();
    await provider.submit(jobOf());
    clock.ms += 400;
    const before = await provider.state(KEY);
    const restarted = open();
    await restarted.submit(jobOf());
    expect(await restarted.state(KEY)).toEqual(before);
    clock.ms += LONG_ENOUGH_MS;
    expect(await restarted.state(KEY)).toMatchObject({ state: 'succeeded' });
  });

  it('takes a time that depends on its kind and key, and always the same', async () => {
    const timeOf = async (overrides: Partial<GenerationJob>) => {
      const { provider, clock } = await makeStub();
      const job = jobOf(overrides);
      await provider.submit(job);
      const startedAt = clock.ms;
      while ((await provider.state(job.idempotencyKey)).state === 'running') clock.ms += 20;
      return clock.ms - startedAt;
    };
    const speech = await timeOf({ kind: 'text-to-speech', durationMs: null });
    expect(await timeOf({ kind: 'text-to-speech', durationMs: null })).toBe(speech);
    expect(await timeOf({ kind: 'text-to-video-veo3' })).toBeGreaterThan(speech);
    expect(await timeOf({ idempotencyKey: 'generation/acme/r2' })).not.toBe(await timeOf({}));
  });
});

describe('a cancellation', () => {
  it('ends a running job', async () => {
    const { provider, clock } = await makeStub();
    await provider.submit(jobOf());
    await provider.cancel(KEY);
    clock.ms += LONG_ENOUGH_MS;
    expect(await provider.state(KEY)).toEqual({ state: 'cancelled' });
  });

  it('leaves a finished job as it is, also before its first question', async () => {
    const { provider, clock } = await makeStub();
    await provider.submit(jobOf());
    clock.ms += LONG_ENOUGH_MS;
    await provider.cancel(KEY);
    expect(await provider.state(KEY)).toMatchObject({ state: 'succeeded' });
  });

  it('keeps a late job from starting under a key that was unknown', async () => {
    const { provider, open, clock } = await makeStub();
    await provider.cancel(KEY);
    await open().submit(simulating('refused'));
    await open().submit(simulating('finish-after-cancel'));
    clock.ms += LONG_ENOUGH_MS;
    expect(await provider.state(KEY)).toEqual({ state: 'cancelled' });
  });

  it('has one winner when it meets the finish in another process, whose clock is ahead', async () => {
    const { outputDir, provider, clock } = await makeStub();
    const ahead = createStubGenerationProvider({ outputDir, now: () => clock.ms + LONG_ENOUGH_MS });
    for (let n = 0; n < 50; n++) {
      const job = jobOf({ idempotencyKey: `generation/acme/race-${n}` });
      await provider.submit(job);
      const [seen] = await Promise.all([
        ahead.state(job.idempotencyKey),
        provider.cancel(job.idempotencyKey),
      ]);
      expect(await provider.state(job.idempotencyKey)).toEqual(seen);
    }
  });
});

it('a final state never changes, for any calls in any order', async () => {
  const step = fc.oneof(
    fc.constantFrom('submit' as const, 'cancel' as const, 'look' as const),
    fc.integer({ min: 1, max: JOB_MS }),
  );
  const mode = fc.constantFrom(undefined, ...(Object.keys(SIMULATIONS) as Simulation[]));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(step, fc.boolean()), { maxLength: 15 }),
      mode,
      async (steps, simulate) => {
        const { provider, open, clock } = await makeStub();
        const other = open();
        let final: GenerationJobState | undefined;
        for (const [action, elsewhere] of steps) {
          const stub = elsewhere ? other : provider;
          if (typeof action === 'number') clock.ms += action;
          // A refusal is one of the possible answers here.
          else if (action === 'submit')
            await stub.submit(simulate ? simulating(simulate) : jobOf()).catch(() => undefined);
          else if (action === 'cancel') await stub.cancel(KEY);
          const state = await stub.state(KEY);
          if (final) expect(state).toEqual(final);
          if (state.state !== 'running' && state.state !== 'unknown') final = state;
        }
      },
    ),
    { numRuns: 100 },
  );
});

describe('a simulated job', () => {
  it('fails twice as transient, counted across processes, then works', async () => {
    const { provider, open } = await makeStub();
    await expect(provider.submit(simulating('transient'))).rejects.toMatchObject({
      name: 'TransientProviderError',
    });
    await expect(open().submit(simulating('transient'))).rejects.toMatchObject({
      name: 'TransientProviderError',
    });
    expect(await provider.state(KEY)).toEqual({ state: 'unknown' });
    await open().submit(simulating('transient'));
    expect(await provider.state(KEY)).toMatchObject({ state: 'running' });
  });

  it('says when to come back as rate-limited, then works', async () => {
    const { provider, open } = await makeStub();
    await expect(provider.submit(simulating('rate-limited'))).rejects.toMatchObject({
      name: 'RateLimitedProviderError',
      retryAfterMs: 250,
    });
    await open().submit(simulating('rate-limited'));
    expect(await provider.state(KEY)).toMatchObject({ state: 'running' });
  });

  it('is accepted, runs and fails as permanent', async () => {
    const { provider, clock } = await makeStub();
    await provider.submit(simulating('permanent'));
    expect(await provider.state(KEY)).toMatchObject({ state: 'running' });
    clock.ms += LONG_ENOUGH_MS;
    expect(await provider.state(KEY)).toEqual({
      state: 'failed',
      reason: 'content-refused',
      message: 'This stub refuses what it is told to.',
    });
  });

  it.each([
    ['content-refused', simulating('refused')],
    ['unknown-simulation', simulating('explode')],
    ['unknown-simulation', simulating('toString')],
    ['unknown-simulation', simulating(null)],
    ['unsupported-kind', jobOf({ kind: 'text-to-opera' })],
    ['unsupported-kind', jobOf({ kind: 'constructor' })],
  ])('is not accepted for the reason %s (%#)', async (reason, job) => {
    const { provider } = await makeStub();
    await expect(provider.submit(job)).rejects.toMatchObject({
      name: 'PermanentProviderError',
      reason,
    });
    expect(await provider.state(KEY)).toEqual({ state: 'unknown' });
  });

  it.each([
    ['ai-avatar', 10_001, 5_001],
    ['text-to-video-veo3', 1, 1],
    ['text-to-image', null, null],
  ])('is made shorter: %s of %s ms has %s ms', async (kind, asked, actual) => {
    const { provider, clock } = await makeStub();
    await provider.submit({ ...simulating('shorter'), kind, durationMs: asked });
    clock.ms += LONG_ENOUGH_MS;
    expect(await provider.state(KEY)).toMatchObject({ state: 'succeeded', durationMs: actual });
  });

  it('runs on and succeeds as finish-after-cancel', async () => {
    const { provider, clock } = await makeStub();
    await provider.submit(simulating('finish-after-cancel'));
    await provider.cancel(KEY);
    expect(await provider.state(KEY)).toMatchObject({ state: 'running' });
    clock.ms += LONG_ENOUGH_MS;
    expect(await provider.state(KEY)).toMatchObject({ state: 'succeeded' });
  });

  it('stays at 0.3 as hang until it is cancelled', async () => {
    const { provider, clock } = await makeStub();
    await provider.submit(simulating('hang'));
    clock.ms += 1000 * JOB_MS;
    expect(await provider.state(KEY)).toEqual({ state: 'running', progress: 0.3 });
    await provider.cancel(KEY);
    expect(await provider.state(KEY)).toEqual({
      state: 'cancelled',
      billed: { durationMs: 3_000 },
    });
  });

  it('takes ten times as long as slow', async () => {
    const { provider, clock } = await makeStub();
    await provider.submit(simulating('slow'));
    clock.ms += LONG_ENOUGH_MS;
    expect(await provider.state(KEY)).toMatchObject({ state: 'running' });
    clock.ms += 10 * LONG_ENOUGH_MS;
    expect(await provider.state(KEY)).toMatchObject({ state: 'succeeded' });
  });
});
