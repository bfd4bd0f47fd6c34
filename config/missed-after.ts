/**
 * What was due for so long has been missed: reconciliation has had the time for two passes, the
 * first after as long as its interval may grow. Milliseconds.
 */
export function missedAfterMs({
  reconcileIntervalSeconds,
  reconcileIdleSeconds,
}: {
  reconcileIntervalSeconds: number;
  reconcileIdleSeconds: number;
}): number {
  const first = Math.max(reconcileIntervalSeconds, reconcileIdleSeconds);
  return (first + reconcileIntervalSeconds) * 1000;
}
