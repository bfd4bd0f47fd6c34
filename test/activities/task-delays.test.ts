import { TaskDelays } from '../../activities/support/task-delays';

/** The clocks of Temporal and of this process differ by an hour. */
const TEMPORAL_MS = 3_600_000;

const asked = (delays: TaskDelays, atMs: number, delayMs: number) =>
  delays.delayOf(TEMPORAL_MS + atMs, atMs + delayMs);

test('a task is as late as it is beside the quickest of the last minutes', () => {
  const delays = new TaskDelays();
  // The first has none beside it.
  expect(asked(delays, 0, 700)).toBe(0);
  expect(asked(delays, 1_000, 5)).toBe(0);
  expect(asked(delays, 2_000, 805)).toBe(800);
  expect(asked(delays, 61_000, 805)).toBe(800);
});

test('when Temporal’s clock is set back, tasks count as ten seconds late, and after two minutes as they are', () => {
  const delays = new TaskDelays();
  expect(asked(delays, 0, 5)).toBe(0);
  const setBack = (atMs: number) => delays.delayOf(atMs, atMs + 5);
  expect(setBack(1_000)).toBe(10_000);
  expect(setBack(62_000)).toBe(10_000);
  expect(setBack(124_000)).toBe(0);
});
