import { RateLimitedProviderError } from '../../providers/provider-errors';

/** So short a wait costs less in the worker's slot than a further attempt does. */
const WAITED_HERE_MS = 1_000;
/** Turns are given for so long ahead, and are kept for so long after. */
const AHEAD_MS = 60_000;

/** How many jobs of a kind may be submitted in a minute. */
export type PerMinute = Readonly<Record<string, number>>;

interface Line {
  everyMs: number;
  nextAtMs: number;
  /** The turns of jobs that were sent away, by key, in their order. */
  turns: Map<string, number>;
}

/**
 * Spreads the submissions of each kind over the minute, as a provider's quota wants it. Temporal's
 * own limit is one for the whole queue. Each process counts for itself.
 */
export class KindQuotas {
  readonly #lines: ReadonlyMap<string, Line>;

  constructor(
    perMinute: PerMinute,
    private readonly nowMs = () => performance.now(),
  ) {
    const lines = Object.entries(perMinute).map(([kind, count]): [string, Line] => [
      kind,
      { everyMs: 60_000 / count, nextAtMs: 0, turns: new Map() },
    ]);
    this.#lines = new Map(lines);
  }

  /**
   * Waits for the job's turn if it comes within a second.
   *
   * @throws RateLimitedProviderError with when the turn is; the attempt that comes then has it
   */
  async take(kind: string, key: string, pause: (ms: number) => Promise<void>): Promise<void> {
    const line = this.#lines.get(kind);
    if (!line) return;
    const waitMs = this.#turnOf(line, key) - this.nowMs();
    if (waitMs > WAITED_HERE_MS) {
      const message = `The quota of ${kind} is used up; the job’s turn is in ${Math.ceil(waitMs / 1000)} s.`;
      throw new RateLimitedProviderError(message, waitMs);
    }
    line.turns.delete(key);
    if (waitMs > 0) await pause(waitMs);
  }

  #turnOf(line: Line, key: string): number {
    const now = this.nowMs();
    for (const [turnKey, atMs] of line.turns) {
      if (atMs >= now - AHEAD_MS) break;
      line.turns.delete(turnKey);
    }
    const given = line.turns.get(key);
    if (given !== undefined) return given;
    const atMs = Math.max(line.nextAtMs, now);
    // Without a turn: the line is longer than a job may be expected to wait.
    if (atMs - now > AHEAD_MS) return atMs;
    line.nextAtMs = atMs + line.everyMs;
    line.turns.set(key, atMs);
    return atMs;
  }
}
