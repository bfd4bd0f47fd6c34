import { MockActivityEnvironment } from '@temporalio/testing';
import { pacedHeartbeats } from '../../activities/generation/paced-heartbeats';
import { heartbeatMs, heartbeatTimeoutMs } from '../../domain/generation/heartbeat';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** What Temporal is told within ten seconds in which the progress changes every half a second. */
function toldBy(heartbeatTimeoutMs: number | undefined, everyMs?: number) {
  const { context } = new MockActivityEnvironment({ heartbeatTimeoutMs });
  const told: { atMs: number; progress: number }[] = [];
  const startMs = performance.now();
  jest.spyOn(context, 'heartbeat').mockImplementation((details) => {
    const { progress } = details as { progress: number };
    told.push({ atMs: performance.now() - startMs, progress });
  });
  const heartbeats = pacedHeartbeats(context, everyMs);
  for (let half = 0; half <= 20; half += 1) {
    heartbeats.beat({ progress: half / 20 });
    if (half < 20) jest.advanceTimersByTime(500);
  }
  return { heartbeats, told };
}

test('an attempt tells Temporal twice within its heartbeat time-out, the latest progress each time', () => {
  expect(toldBy(8_000).told).toEqual([
    { atMs: 0, progress: 0 },
    { atMs: 4_000, progress: 7 / 20 },
    { atMs: 8_000, progress: 15 / 20 },
  ]);
});

test('more often where that is set, and never less often', () => {
  expect(toldBy(60_000, 2_500).told).toHaveLength(5);
  expect(toldBy(8_000, 30_000).told).toHaveLength(3);
});

test('what is held back is told even if the attempt waits for its provider by then, unless it has ended', () => {
  const waiting = toldBy(22_000);
  expect(waiting.told).toHaveLength(1);
  jest.advanceTimersByTime(5_000);
  expect(waiting.told[1]).toEqual({ atMs: 11_000, progress: 1 });

  const ended = toldBy(22_000);
  ended.heartbeats.stop();
  jest.advanceTimersByTime(60_000);
  expect(ended.told).toHaveLength(1);
});

test.each([
  [1, 5],
  [50, 5],
  [100, 10],
  [123, 12.3],
  [300, 30],
  [86_400, 30],
])(
  'a job of at most %d s tells its progress every %d s, and is missed after twice that',
  (limit, seconds) => {
    expect(heartbeatMs(limit)).toBe(seconds * 1000);
    expect(heartbeatTimeoutMs(limit)).toBe(2 * seconds * 1000);
  },
);
