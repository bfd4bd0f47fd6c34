/** These need no worker: that they are answered doesn't say that a product is served. */
const LEDGER_ALONE: ReadonlySet<string> = new Set([
  ...['reserve', 'commit', 'release', 'grant in the ledger', 'deduct', 'read a subscription'],
]);

/** What is counted in a run. */
export class Tally {
  /** Answers to commands that were a definite end, by command. */
  readonly acknowledged = new Map<string, number>();
  /** The longest time until the definite answer to a command, all repetitions included. */
  readonly slowestMs = new Map<string, number>();
  /** Calls without an answer, after which the same call was made again, by error code. */
  readonly unanswered = new Map<string, number>();
  /** Definite refusals, by error code. */
  readonly refused = new Map<string, number>();
  readonly faults = new Map<string, number>();
  /** Faults that can't be made on this machine, and why. */
  readonly notDone = new Map<string, string>();
  /** Repetitions that got the first answer, and other requests under a known key, refused. */
  duplicates = { replayed: 0, refused: 0 };
  longestUnserved: { ms: number; during: string[] } = { ms: 0, during: [] };
  recoveriesMs: { fault: string; ms: number }[] = [];
  #isOver = false;
  #servedAtMs: number | undefined;
  /** The faults of now, and those since the last acknowledgement. */
  #present = new Set<string>();
  #during = new Set<string>();
  #awaited: { fault: string; sinceMs: number }[] = [];

  acknowledge(command: string, tookMs: number): void {
    count(this.acknowledged, command);
    this.slowestMs.set(command, Math.max(tookMs, this.slowestMs.get(command) ?? 0));
    if (this.#isOver || LEDGER_ALONE.has(command)) return;
    const nowMs = performance.now();
    const ms = nowMs - (this.#servedAtMs ?? nowMs);
    if (ms > this.longestUnserved.ms) this.longestUnserved = { ms, during: [...this.#during] };
    this.#servedAtMs = nowMs;
    this.#during = new Set(this.#present);
    for (const { fault, sinceMs } of this.#awaited.splice(0))
      this.recoveriesMs.push({ fault, ms: nowMs - sinceMs });
  }

  begun(fault: string): void {
    count(this.faults, fault);
    this.#present.add(fault);
    this.#during.add(fault);
  }

  /** A fault is over: the next acknowledgement says that the product is served again. */
  recovering(fault: string): void {
    this.#present.delete(fault);
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
