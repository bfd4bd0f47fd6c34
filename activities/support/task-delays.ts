/** An estimate counts for so long: Temporal's clock may be set. */
const PERIOD_MS = 60_000;

/** Temporal takes no answer of a workflow task that took longer. */
const DELAY_MS_MAX = 10_000;

/**
 * How long workflow tasks were under way before they scheduled a local activity. A task knows
 * Temporal's time of its beginning, and the activity this process's time; the least difference
 * between both in the last minute or two is that of the clocks, and what goes beyond it is delay.
 * The first task of a process has none to compare with, and counts as undelayed.
 */
export class TaskDelays {
  #beganMs = Number.NEGATIVE_INFINITY;
  #leastMs = Number.POSITIVE_INFINITY;
  #leastBeforeMs = Number.POSITIVE_INFINITY;

  /** Both in milliseconds: by Temporal's clock, and by `performance.now()`. */
  delayOf(taskBeganMs: number, scheduledMs: number): number {
    if (scheduledMs - this.#beganMs > PERIOD_MS) {
      this.#beganMs = scheduledMs;
      this.#leastBeforeMs = this.#leastMs;
      this.#leastMs = Number.POSITIVE_INFINITY;
    }
    const differenceMs = scheduledMs - taskBeganMs;
    this.#leastMs = Math.min(this.#leastMs, differenceMs);
    const leastMs = Math.min(this.#leastMs, this.#leastBeforeMs);
    return Math.min(differenceMs - leastMs, DELAY_MS_MAX);
  }
}
