import type { PassPace, ReconciliationReport, UpkeepReport } from '../contract/reconciliation';

/**
 * After how many seconds the next pass comes: a whole number of intervals. With 60 and 600, passes
 * that find nothing come after 120, 240, 480 and 600 seconds.
 */
export function nextPassSeconds(
  { everySeconds, idleSeconds }: PassPace,
  report: ReconciliationReport,
  previousSeconds = everySeconds,
): number {
  if (wasDue(report)) return everySeconds;
  const most = Math.floor(idleSeconds / everySeconds) * everySeconds;
  return Math.max(everySeconds, Math.min(2 * previousSeconds, most));
}

/** Whether the pass mended something, or left something. A hold that goes on needed neither. */
function wasDue({ status, missing, unclear, orphans, upkeep }: ReconciliationReport): boolean {
  return status === 'stopped' || missing + unclear + orphans > 0 || mendedOrLeft(upkeep) > 0;
}

function mendedOrLeft(upkeep: UpkeepReport | undefined): number {
  return Object.values(upkeep ?? {}).reduce((sum, rows) => sum + rows, 0);
}
