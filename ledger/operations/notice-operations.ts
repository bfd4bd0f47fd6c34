import type { LedgerCalls } from '../connection/calls';

export type Notices = ReturnType<typeof notices>;

/** The account's notices. Operations write them; they are delivered one after the other. */
export function notices(calls: LedgerCalls) {
  return {
    /** The oldest that is neither delivered nor given up; null if there is none. */
    next: (accountId: string) => calls.call('next_notice', { accountId }),

    /**
     * Settles a notice: delivered if `reason` is null, else failed for that reason. A settled
     * notice stays as it is.
     */
    settle: (accountId: string, noticeId: number, reason: string | null) =>
      calls.run('settle_notice', { accountId, noticeId, reason }),
  };
}
