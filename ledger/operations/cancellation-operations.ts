import type { LedgerCalls } from '../connection/calls';

export type Cancellations = ReturnType<typeof cancellations>;

/** Generations that their caller cancels while they run. */
export function cancellations(calls: LedgerCalls) {
  return {
    /** @see LedgerReader.cancellations */
    request: (accountId: string, requestId: string, hourlyMax: number) =>
      calls.operate('request_cancel', { accountId, requestId, hourlyMax }),

    /**
     * Takes `credits`, at most what was reserved, for what a cancelled job had used, and hands back
     * the rest. Refusals: RESERVATION_NOT_FOUND, RESERVATION_RESOLVED,
     * COMMIT_EXCEEDS_RESERVATION.
     */
    charge: (accountId: string, requestId: string, credits: number) =>
      calls.operate('charge_cancelled', { accountId, requestId, credits }),
  };
}
