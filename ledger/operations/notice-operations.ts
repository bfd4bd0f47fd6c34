import type { LedgerCalls } from '../connection/calls';

export type Notices = ReturnType<typeof notices>;

/** The account's notices: written by the operations that give rise to them, delivered one after the other. */
export function notices(calls: LedgerCalls) {
  return {
    /** The oldest that is neither delivered nor given up; null if there is none. */
    next: (accountId: string) => calls.call('next_notice', { accountId }),

    /** `reason` says why it could not be delivered; null: it was. The first word on a notice stands. */
    settle: (accountId: string, noticeId: number, reason: string | null) =>
      calls.run('settle_notice', { accountId, noticeId, reason }),
  };
}
