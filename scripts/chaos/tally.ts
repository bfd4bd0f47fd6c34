/** These need no worker: that they are answered doesn't say that a product is served. */
const LEDGER_ALONE: ReadonlySet<string> = new Set([
  ...['reserve', 'commit', 'release', 'grant in the ledger', 'deduct', 'read a subscription'],
]);

/** What is counted in a run. */
export class Tally {
  /** Answers to commands that were a definite end, by command. */
  readonly acknowledged = new Map<string, number>();
  /** Calls without an answer, after which the same call was made again, by error code. */
  readonly unanswered = new Map<string, number>();
  /** Definite refusals, by error code. */
  readonly refused = new Map<string, number>();
  readonly faults = new Map<string, number>();
  /** Faults that can't be made on this machine, and why. */
  readonly notDone = new Map<string, string>();
  /** Repetitions that got the first answer, and other requests under a known key, refused. */
  duplicates = { replayed: 0, refused: 0 };
  longestUnservedMs = 0;
  recoveriesMs: { fault: string; ms: number }[] = [];
  #isOver = false;
  #servedAtMs: number | undefined;
  #awaited: { fault: string; sinceMs: number }[] = [];

  acknowledge(command: string): void {
    count(this.acknowledged, command);
    if (this.#isOver || LEDGER_ALONE.has(command)) return;
    const nowMs = performance.now();
    if (this.#servedAtMs !== undefined)
      this.longestUnservedMs = Math.max(this.longestUnservedMs, nowMs - this.#servedAtMs);
    this.#servedAtMs = nowMs;
    for (const { fault, sinceMs } of this.#awaited.splice(0))
      this.recoveriesMs.push({ fault, ms: nowMs - sinceMs });
  }

  /** A fault is over: the next acknowledgement says that the product is served again. */
  recovering(fault: string): void {
    this.#awaited.push({ fault, sinceMs: performance.now() });
  }

  /** Nothing new is begun any more, so that no answer for a while says nothing. */
  over(): void {
    this.#isOver = true;
  }

  total(): number {
    return [...this.acknowledged.values()].reduce((sum, each) => sum + each, 0);
  }
}

export function count(counts: Map<string, number>, name: string, by = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}
