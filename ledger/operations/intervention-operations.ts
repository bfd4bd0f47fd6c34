import type { ErasureRequest } from '../../contract/erasure';
import type { ForgetDeclinesRequest } from '../../contract/operator-limits';
import type { CloseByHand, Dismissal, EndByHand, ReleaseByHand } from '../../contract/stuck';
import type { LedgerCalls } from '../connection/calls';

export type Interventions = ReturnType<typeof interventions>;

/**
 * What waits for an operator, and how an operator ends it, with a reason and a name. Each operation
 * is safe to repeat: the first reason and name stay.
 */
export function interventions(calls: LedgerCalls) {
  return {
    /**
     * What waits for an operator, oldest first, at most `limit` lines. Workflows and reconciliation
     * have two reconciliation intervals to end it before it is listed.
     */
    stuck: (limit: number, intervalMs: number) => calls.call('stuck', { intervalMs, limit }),

    /**
     * The first tickets of queues that could be served and have not asked for `waitedMs`, oldest
     * first. Their workflows are lost, or fail.
     */
    overdueHeads: (waitedMs: number, limit: number) =>
      calls.page('overdue_heads', { waitedMs, limit }),

    /**
     * Hands back everything, or ends a wait. Refusals: RESERVATION_NOT_FOUND, RESERVATION_RESOLVED
     * (it was committed).
     */
    release: (release: ReleaseByHand) => calls.operate('release_by_hand', release),

    /**
     * Ends a purchase. `voided`: nothing was taken; `returned`: the money has gone back. Refusals:
     * PURCHASE_NOT_FOUND, PURCHASE_RESOLVED.
     */
    closePurchase: (close: CloseByHand) => calls.operate('close_purchase_by_hand', close),

    /**
     * Ends a subscription at once. Refusals: SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_ENDED,
     * SUBSCRIPTION_LAPSED, BALANCE_LIMIT_EXCEEDED.
     */
    endSubscription: (end: EndByHand) => calls.operate('end_subscription_by_hand', end),

    /**
     * Takes a notice out of the list; a pending one is given up. Refusal: NOTICE_NOT_FOUND (also if
     * it was delivered).
     */
    dismissNotice: (dismissal: Dismissal) => calls.operate('dismiss_notice', dismissal),

    /**
     * Lets all payment methods of an account be charged again, and counts its declines anew: its
     * owner has seen to what pays, at the provider.
     */
    forgetDeclines: (forget: ForgetDeclinesRequest) => calls.operate('forget_declines', forget),

    /**
     * Erases what persons wrote about an account, and keeps what adds up. The reason stays, so it
     * names no person. Refusals: ACCOUNT_NOT_FOUND, ACCOUNT_IN_USE.
     */
    erase: (request: ErasureRequest) => calls.operate('erase_account', request),
  };
}
