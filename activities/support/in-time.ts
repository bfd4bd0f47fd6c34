import { type ErrorCode, HoldfastError } from '../../contract/errors';
import type { Outcome } from '../../contract/outcome';
import type { TimeLeft } from './temporal-time';

/**
 * Asks the ledger for something new: within the window, and within this attempt. Another attempt may
 * have had another answer once this one is given up, for example that admissions are stopped. Without
 * `left` there is always time.
 *
 * @param late with which code the ledger refuses what comes too late
 * @throws HoldfastError LEDGER_UNAVAILABLE if only the attempt was over before the ledger had the call
 */
export async function askInTime<T>(
  left: TimeLeft | undefined,
  late: ErrorCode,
  ask: (withinMs?: number) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  if (left === undefined) return ask();
  const outcome = await ask(Math.min(left.window(), left.attempt()));
  if (!outcome.ok && outcome.refusal.code === late && left.window() > 0)
    throw new HoldfastError('LEDGER_UNAVAILABLE', 'The ledger had the call too late.');
  return outcome;
}
