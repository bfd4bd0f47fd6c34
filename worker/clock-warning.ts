import { CLOCK_DIFFERENCE_MAX_MS, readClock } from '../client/clock-reading';
import type { Ledger } from '../ledger/ledger';

/** Tells if this machine's clock differs from the ledger's by more than five seconds. */
export async function warnOfClock(
  ledger: Pick<Ledger, 'holds'>,
  warn: (line: string) => void,
): Promise<void> {
  const { aheadMs, errorMs } = await readClock(async () =>
    Date.parse((await ledger.holds.scope()).now),
  );
  if (Math.abs(aheadMs) - errorMs <= CLOCK_DIFFERENCE_MAX_MS) return;
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
  const where = aheadMs > 0 ? 'behind' : 'ahead of';
  warn(
    `This machine’s clock is ${seconds} s ${where} the ledger’s. Let NTP set both; see docs/how-to/production.md.`,
  );
}
