import type { Meter } from '@opentelemetry/api';
import type { OpenWork } from '../contract/upkeep';

/** A scrape within this time of the last one asks nothing anew. */
const REMEMBERED_MS = 5_000;

/**
 * Shows what is open in the ledger, which is asked when the metrics are read. Every worker of
 * workflows shows the same figures. Where the ledger can't be asked there are none.
 */
export function showOpenWork(
  meter: Meter,
  read: () => Promise<OpenWork>,
  nowMs: () => number = () => performance.now(),
): void {
  const gauge = (name: string, description: string, unit?: string) =>
    meter.createObservableGauge(`holdfast_${name}`, { description, unit });
  const gauges = {
    count: gauge('open', 'Things in the ledger that have not ended, by what they are.'),
    credits: gauge('open_credits', 'The credits that they are about.'),
    oldest: gauge('oldest_open_seconds', 'How long ago the oldest began, or was due.', 's'),
    stuck: gauge('stuck', 'Things that wait for an operator, as `holdfast stuck` lists them.'),
    lockWaits: gauge('ledger_lock_waits', 'Calls of the ledger’s database that wait for a lock.'),
    longest: gauge('ledger_lock_wait_seconds', 'How long the longest of them has waited.', 's'),
  };
  let last: { atMs: number; work: Promise<OpenWork | undefined> } | undefined;
  const latest = () => {
    if (last === undefined || nowMs() - last.atMs > REMEMBERED_MS)
      last = { atMs: nowMs(), work: read().catch(() => undefined) };
    return last.work;
  };
  meter.addBatchObservableCallback(async (result) => {
    const open = await latest();
    if (open === undefined) return;
    for (const { what, count, credits, since } of open.work) {
      result.observe(gauges.count, count, { what });
      if (credits !== null) result.observe(gauges.credits, credits, { what });
      const sinceMs = since === null ? 0 : Date.parse(open.now) - Date.parse(since);
      result.observe(gauges.oldest, Math.max(0, sinceMs / 1000), { what });
    }
    for (const [what, count] of Object.entries(open.stuck))
      result.observe(gauges.stuck, count, { what });
    result.observe(gauges.lockWaits, open.lockWaits.count);
    result.observe(gauges.longest, open.lockWaits.longestMs / 1000);
  }, Object.values(gauges));
}
