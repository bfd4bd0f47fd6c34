import type { CloseByHand, Dismissal, EndByHand, ReleaseByHand } from '../../contract/stuck';
import type { LedgerCalls } from '../connection/calls';

export type Interventions = ReturnType<typeof interventions>;

/** What waits for an operator, and what an operator ends with a reason and a name. Each is safe to repeat. */
export function interventions(calls: LedgerCalls) {
  return {
    /** What has waited longest, at most `limit`. Two of reconciliation's intervals are what workflows and it have for it. */
    stuck: (limit: number, intervalMs: number) => calls.call('stuck', { intervalMs, limit }),

    /** Hands back everything, or ends a wait. Refusals: RESERVATION_NOT_FOUND, RESERVATION_RESOLVED (it was committed). */
    release: (release: ReleaseByHand) => calls.operate('release_by_hand', release),

    /** voided: nothing was taken. returned: the money has gone back. Refusals: PURCHASE_NOT_FOUND, PURCHASE_RESOLVED. */
    closePurchase: (close: CloseByHand) => calls.operate('close_purchase_by_hand', close),

    /** Lapses at once. Refusals: SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_ENDED, SUBSCRIPTION_LAPSED, BALANCE_LIMIT_EXCEEDED. */
    endSubscription: (end: EndByHand) => calls.operate('end_subscription_by_hand', end),

    /** Takes it out of the list; one that is pending is given up. Refusal: NOTICE_NOT_FOUND (also where it was delivered). */
    dismissNotice: (dismissal: Dismissal) => calls.operate('dismiss_notice', dismissal),
  };
}
