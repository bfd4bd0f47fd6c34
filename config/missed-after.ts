interface Intervals {
  reconcileIntervalSeconds: number;
  reconcileIdleSeconds: number;
}

/**
 * What was due for so long has been missed: reconciliation has had the time for two passes, the
 * first after as long as its interval may grow. Milliseconds.
 */
export function missedAfterMs({
  reconcileIntervalSeconds,
  reconcileIdleSeconds,
}: Intervals): number {
  const first = Math.max(reconcileIntervalSeconds, reconcileIdleSeconds);
  return (first + reconcileIntervalSeconds) * 1000;
}

/** As `interventions.stuck` wants it: the ledger gives workflows and reconciliation two of it. */
export function stuckIntervalMs(intervals: Intervals): number {
  return missedAfterMs(intervals) / 2;
}
