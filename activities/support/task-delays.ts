/** An estimate counts for so long: Temporal's clock may be set. */
const PERIOD_MS = 60_000;

/** Temporal takes no answer of a workflow task that took longer. */
const DELAY_MS_MAX = 10_000;

/**
 * How long workflow tasks were under way before they scheduled a local activity. A task knows
 * Temporal's time of its beginning, and the activity this process's time; the least difference
 * between both in the last minute or two is that of the clocks, and what goes beyond it is delay.
 */
export class TaskDelays {
  #beganMs = Number.NEGATIVE_INFINITY;
  #leastMs = Number.POSITIVE_INFINITY;
  #leastBeforeMs = Number.POSITIVE_INFINITY;

  /**
   * Both in milliseconds: by Temporal's clock, and by `performance.now()`. Undefined if only Temporal
   * can tell: a process has nothing to compare its first task with, and where a worker was lost, a
   * task may give the beginning of an earlier one as its own.
   */
  delayOf(taskBeganMs: number, scheduledMs: number): number | undefined {
    if (!Number.isFinite(this.#knownMs)) return undefined;
    this.note(taskBeganMs, scheduledMs);
    const delayMs = scheduledMs - taskBeganMs - this.#knownMs;
    return delayMs > DELAY_MS_MAX ? undefined : delayMs;
  }

  /** Takes in when a task began, and when it scheduled its activity. */
  note(taskBeganMs: number, scheduledMs: number): void {
    if (scheduledMs - this.#beganMs > PERIOD_MS) {
      this.#beganMs = scheduledMs;
      this.#leastBeforeMs = this.#leastMs;
      this.#leastMs = Number.POSITIVE_INFINITY;
    }
    this.#leastMs = Math.min(this.#leastMs, scheduledMs - taskBeganMs);
  }

  get #knownMs(): number {
    return Math.min(this.#leastMs, this.#leastBeforeMs);
  }
}
