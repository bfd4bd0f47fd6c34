import { KindQuotas } from '../../activities/generation/kind-quotas';

function openQuotas(perMinute: Record<string, number>) {
  let now = 1_000;
  const quotas = new KindQuotas(perMinute, () => now);
  const pauses: number[] = [];
  const pause = async (ms: number) => {
    pauses.push(ms);
  };
  return {
    pauses,
    pass: (ms: number) => {
      now += ms;
    },
    take: (key: string, kind = 'text-to-video') =>
      quotas.take(kind, key, pause).then(
        () => 'taken',
        (error) => error.retryAfterMs,
      ),
  };
}

test('a kind’s jobs are spread over the minute, each sent away until its turn, which it then has', async () => {
  const { take, pass } = openQuotas({ 'text-to-video': 6 });
  expect(await take('a')).toBe('taken');
  expect([await take('b'), await take('c')]).toEqual([10_000, 20_000]);
  expect(await take('b')).toBe(10_000);
  pass(10_000);
  expect([await take('c'), await take('b'), await take('d')]).toEqual([10_000, 'taken', 20_000]);
  pass(10_000);
  expect(await take('c')).toBe('taken');
});

test('a short wait is waited for, without another attempt', async () => {
  const { take, pauses } = openQuotas({ 'text-to-video': 120 });
  for (const key of ['a', 'b', 'c']) expect(await take(key)).toBe('taken');
  expect(pauses).toEqual([500, 1_000]);
  expect(await take('d')).toBe(1_500);
});

test('a kind without a quota waits for no other', async () => {
  const { take } = openQuotas({ 'text-to-video': 1 });
  await take('a');
  for (let job = 0; job < 100; job += 1)
    expect(await take(`${job}`, 'text-to-image')).toBe('taken');
});

test('a job that doesn’t come back costs its turn, and no turn is given for more than a minute ahead', async () => {
  const { take, pass } = openQuotas({ 'text-to-video': 6 });
  for (let job = 0; job < 7; job += 1) await take(`lost${job}`);
  expect([await take('x'), await take('y')]).toEqual([70_000, 70_000]);
  pass(200_000);
  expect(await take('z')).toBe('taken');
  expect(await take('lost1')).toBe(10_000);
});
