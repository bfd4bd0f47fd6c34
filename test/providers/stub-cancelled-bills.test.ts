import { createStubGenerationProvider } from '../../providers/stub-generation/stub-generation-provider';
import { makeTempFolder, removeTempFolders } from './temp-folder';

const KEY = 'generation/acme/r1';
const JOB = { idempotencyKey: KEY, kind: 'ai-avatar', durationMs: 10_000, audio: false };
const JOB_MS = 1_000;

afterAll(removeTempFolders);

async function makeStub() {
  const outputDir = await makeTempFolder();
  const clock = { ms: 1_000_000 };
  const open = () =>
    createStubGenerationProvider({ outputDir, jobMs: JOB_MS, now: () => clock.ms });
  return { clock, open, provider: open() };
}

test('a job that is cancelled bills the share of its time that it has used, and the same for ever', async () => {
  const { provider, open, clock } = await makeStub();
  await provider.submit({ ...JOB, input: null });
  clock.ms += 400;
  const { progress } = (await provider.state(KEY)) as { progress: number };
  await provider.cancel(KEY);
  clock.ms += 2 * JOB_MS;
  await open().cancel(KEY);
  expect(await open().state(KEY)).toEqual({
    state: 'cancelled',
    billed: { durationMs: Math.round(progress * 10_000) },
  });
});

test('a job of a kind for which time means nothing bills nothing', async () => {
  const { provider, clock } = await makeStub();
  await provider.submit({ ...JOB, kind: 'text-to-image', durationMs: null, input: null });
  clock.ms += 400;
  await provider.cancel(KEY);
  expect(await provider.state(KEY)).toEqual({ state: 'cancelled' });
});

test.each([
  ['overbilled', 10_000, { durationMs: 100_000 }],
  ['overbilled', null, { durationMs: null }],
  ['misbilled', 10_000, 'a while'],
])('a job bills wrongly as %s, of %p ms', async (simulate, durationMs, billed) => {
  const { provider } = await makeStub();
  await provider.submit({ ...JOB, durationMs, input: { simulate } });
  expect(await provider.state(KEY)).toEqual({ state: 'running', progress: 0.3 });
  await provider.cancel(KEY);
  expect(await provider.state(KEY)).toEqual({ state: 'cancelled', billed });
});
