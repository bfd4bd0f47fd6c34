import { TaskDelays } from '../../activities/support/task-delays';

/** The clocks of Temporal and of this process differ by an hour. */
const TEMPORAL_MS = 3_600_000;

const asked = (delays: TaskDelays, atMs: number, delayMs: number) =>
  delays.delayOf(TEMPORAL_MS + atMs, atMs + delayMs);

test('a task is as late as it is beside the quickest of the last minutes', () => {
  const delays = new TaskDelays();
  // The first has none beside it.
  expect(asked(delays, 0, 700)).toBeUndefined();
  delays.note(TEMPORAL_MS, 700);
  expect(asked(delays, 1_000, 5)).toBe(0);
  expect(asked(delays, 2_000, 805)).toBe(800);
  expect(asked(delays, 61_000, 805)).toBe(800);
});

test('what gives another task’s beginning is asked about, and is no measure for others', () => {
  const delays = new TaskDelays();
  expect(asked(delays, 0, 30_000)).toBeUndefined();
  expect(asked(delays, 5, 30_000)).toBeUndefined();
  delays.note(TEMPORAL_MS + 30_000, 30_005);
  expect(asked(delays, 10, 30_000)).toBeUndefined();
  expect(asked(delays, 30_100, 5)).toBe(0);
});

test('when Temporal’s clock is set back, Temporal is asked for two minutes', () => {
  const delays = new TaskDelays();
  delays.note(TEMPORAL_MS, 5);
  const setBack = (atMs: number) => delays.delayOf(atMs, atMs + 5);
  expect(setBack(1_000)).toBeUndefined();
  expect(setBack(62_000)).toBeUndefined();
  expect(setBack(124_000)).toBe(0);
});
