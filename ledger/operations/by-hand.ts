import type { RequestRecord } from '../../contract/generation';
import type { NoticeRecord } from '../../contract/notice';
import type { Outcome } from '../../contract/outcome';
import type { PurchaseRecord } from '../../contract/purchase';
import type { CloseByHand, Dismissal, EndByHand, ReleaseByHand, StuckLines } from '../../contract/stuck';
import type { EndedSubscription } from '../../contract/subscription';
import type { LedgerCalls } from '../connection/calls';

/** What waits for an operator, and what an operator ends with a reason and a name. Each is safe to repeat. */
export class ByHand {
  readonly #calls: Pick<LedgerCalls, 'call' | 'operate'>;

  constructor(calls: Pick<LedgerCalls, 'call' | 'operate'>) {
    this.#calls = calls;
  }

  /** What has waited longest, at most `limit`. Two of reconciliation's intervals are what workflows and it have for it. */
  stuck(limit: number, intervalMs: number): Promise<StuckLines> {
    return this.#calls.call('stuck', [intervalMs, limit]);
  }

  /** Hands back everything, or ends a wait. Refusals: RESERVATION_NOT_FOUND, RESERVATION_RESOLVED (it was committed). */
  release({ accountId, requestId, reason, by }: ReleaseByHand): Promise<Outcome<RequestRecord>> {
    return this.#calls.operate('release_by_hand', [accountId, requestId, reason, by]);
  }

  /** voided: nothing was taken. returned: the money has gone back. Refusals: PURCHASE_NOT_FOUND, PURCHASE_RESOLVED. */
  closePurchase({ accountId, purchaseId, status, reason, by }: CloseByHand): Promise<Outcome<PurchaseRecord>> {
    return this.#calls.operate('close_purchase_by_hand', [accountId, purchaseId, status, reason, by]);
  }

  /** Lapses at once. Refusals: SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_ENDED, SUBSCRIPTION_LAPSED, BALANCE_LIMIT_EXCEEDED. */
  endSubscription({ accountId, subscriptionId, reason, by }: EndByHand): Promise<Outcome<EndedSubscription>> {
    return this.#calls.operate('end_subscription_by_hand', [accountId, subscriptionId, reason, by]);
  }

  /** Takes it out of the list; one that is pending is given up. Refusal: NOTICE_NOT_FOUND (also where it was delivered). */
  dismissNotice({ accountId, noticeId, reason, by }: Dismissal): Promise<Outcome<NoticeRecord>> {
    return this.#calls.operate('dismiss_notice', [accountId, noticeId, reason, by]);
  }
}
