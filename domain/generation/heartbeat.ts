const EVERY_MS_MIN = 5_000;
const EVERY_MS_MAX = 30_000;

/** How often a job is to tell its progress: ten times within its time limit. Milliseconds. */
export function heartbeatMs(timeLimitSeconds: number): number {
  return Math.min(Math.max(timeLimitSeconds * 100, EVERY_MS_MIN), EVERY_MS_MAX);
}

/**
 * After so long without a heartbeat the job's worker counts as lost. Longer than a call of the
 * provider may take, so that one that hangs is no loss.
 */
export function heartbeatTimeoutMs(timeLimitSeconds: number): number {
  return 2 * heartbeatMs(timeLimitSeconds);
}
