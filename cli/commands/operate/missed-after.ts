import type { CliConfig } from '../../cli-config';

/**
 * What was due for so long has been missed: reconciliation has had the time for two passes, the
 * first after as long as its interval may grow. Milliseconds.
 */
export function missedAfterMs({
  reconcileIntervalSeconds,
  reconcileIdleSeconds,
}: CliConfig): number {
  const first = Math.max(reconcileIntervalSeconds, reconcileIdleSeconds);
  return (first + reconcileIntervalSeconds) * 1000;
}
