import { ProviderCalls } from '../../activities/support/provider-calls';

const WITHIN_MS = 10;
const VIDEO = { method: 'submit', kind: 'text-to-video' };
const IMAGE = { method: 'submit', kind: 'text-to-image' };
const NO_ANSWER = { name: 'TransientProviderError', message: 'There was no answer within 0.01 s.' };
const REFUSED = { name: 'ProviderNotAnswering' };

/** Calls whose provider answers when it is told to, on a clock that is moved by hand. */
function openCalls(callsMax?: number) {
  let now = 0;
  const calls = new ProviderCalls('generation', callsMax, () => now);
  const hanging: (() => void)[] = [];
  const asked = { count: 0 };
  return {
    calls,
    asked,
    pass: (ms: number) => {
      now += ms;
    },
    hang: (called = VIDEO) =>
      calls
        .run(called, WITHIN_MS, () => {
          asked.count += 1;
          return new Promise<string>((resolve) => hanging.push(() => resolve('late')));
        })
        .catch((error: unknown) => error),
    answer: (called = VIDEO) => calls.run(called, 5_000, async () => 'here'),
    async returnOne() {
      hanging.shift()?.();
      await new Promise(setImmediate);
    },
  };
}

type Opened = ReturnType<typeof openCalls>;

/** Five calls without an answer, and the one that is let through to see. */
async function miss({ hang }: Opened) {
  for (let call = 0; call < 6; call += 1) expect(await hang()).toMatchObject(NO_ANSWER);
}

test('a kind whose calls have no answer is refused at once, and the others are served', async () => {
  const opened = openCalls();
  await miss(opened);
  for (let call = 0; call < 100; call += 1)
    await expect(opened.answer()).rejects.toMatchObject(REFUSED);
  expect(opened.asked.count).toBe(6);
  expect(await opened.answer(IMAGE)).toBe('here');
  expect(await opened.answer({ method: 'state', kind: 'text-to-video' })).toBe('here');
  await expect(opened.answer()).rejects.toThrow(
    'Of 6 calls of the generation provider (submit for text-to-video) 6 have had no answer in time; this worker makes no further one for 5 s.',
  );
});

test('what is held is told by provider, method and kind', async () => {
  const opened = openCalls();
  await opened.hang(IMAGE);
  await miss(opened);
  expect(opened.calls.abandoned()).toEqual([
    { provider: 'generation', ...IMAGE, abandoned: 1, refuses: false, lost: false },
    { provider: 'generation', ...VIDEO, abandoned: 6, refuses: true, lost: false },
  ]);
});

test('many calls at once make no more of a lane hang than one after the other', async () => {
  const opened = openCalls();
  await opened.hang();
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => opened.hang()));
  const refused = outcomes.filter((error) => (error as Error).name === REFUSED.name);
  expect(refused).toHaveLength(45);
});

test('after a pause one call is let through, after a longer one if that hangs too, and an answer ends it', async () => {
  const opened = openCalls();
  await miss(opened);
  for (const pauseMs of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
    opened.pass(pauseMs - 1);
    await expect(opened.answer()).rejects.toMatchObject(REFUSED);
    opened.pass(1);
    expect(await opened.hang()).toMatchObject(NO_ANSWER);
    await expect(opened.answer()).rejects.toMatchObject(REFUSED);
  }
  opened.pass(60_000);
  expect(await opened.answer()).toBe('here');
  expect(await Promise.all(Array.from({ length: 20 }, () => opened.answer()))).toHaveLength(20);
  expect(opened.calls.abandoned()).toMatchObject([{ abandoned: 12, refuses: false }]);
});

test('a provider’s error is an answer', async () => {
  const opened = openCalls();
  await miss(opened);
  opened.pass(5_000);
  const failing = opened.calls.run(VIDEO, 5_000, () => {
    throw new Error('503');
  });
  await expect(failing).rejects.toThrow('503');
  expect(await opened.answer()).toBe('here');
});

test('a late answer is ignored, frees its place and lets another call through', async () => {
  const opened = openCalls();
  await miss(opened);
  await opened.returnOne();
  expect(opened.calls.abandoned()).toMatchObject([{ abandoned: 5 }]);
  expect(await opened.answer()).toBe('here');
  for (let call = 0; call < 5; call += 1) await opened.returnOne();
  expect(opened.calls.abandoned()).toEqual([]);
});

test('calls that never return are bounded, though others are answered, and are told as lost', async () => {
  const opened = openCalls(8);
  for (let call = 0; call < 8; call += 1) {
    expect(await opened.hang()).toMatchObject(NO_ANSWER);
    if (call < 7) expect(await opened.answer()).toBe('here');
  }
  opened.pass(600_000);
  await expect(opened.answer()).rejects.toThrow('makes no further one until some return');
  expect(opened.calls.abandoned()).toMatchObject([{ abandoned: 8, refuses: true, lost: false }]);
  opened.pass(1);
  expect(opened.calls.abandoned()).toMatchObject([{ lost: true }]);
  await opened.returnOne();
  expect(await opened.answer()).toBe('here');
});
