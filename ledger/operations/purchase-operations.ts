import type { DisputeRequest } from '../../contract/dispute';
import type { PurchaseBody, PurchaseStatus } from '../../contract/purchase';
import type { RefundRequest } from '../../contract/refund';
import type { LedgerCalls } from '../connection/calls';
import type { LedgerClock } from '../connection/ledger-clock';

export type Purchases = ReturnType<typeof purchases>;

/**
 * Purchases of packs in the ledger: the intent, then what became of its payment. The purchase's id
 * is the key of each operation, and each is safe to repeat. Prices are in minor units.
 */
export function purchases(calls: LedgerCalls, clock: LedgerClock) {
  return {
    /**
     * Writes the intent at the price that was shown; nothing may be charged before. A known
     * purchase returns its record, however it has ended since. Refusals, in this order:
     * IDEMPOTENCY_CONFLICT, UNKNOWN_PACK, ADMISSION_STOPPED, SUBSCRIPTION_REQUIRED,
     * BALANCE_LIMIT_EXCEEDED, PAYMENT_METHOD_REFUSED, PAYMENT_ATTEMPTS_EXCEEDED,
     * PURCHASE_LIMIT_REACHED, PRICE_CHANGED; before them PURCHASE_TIMED_OUT.
     *
     * @param withinMs after this time a new purchase is not opened any more; without it, it always is
     */
    open: async (accountId: string, purchaseId: string, body: PurchaseBody, withinMs?: number) => {
      const notAfter = withinMs === undefined ? undefined : await clock.notAfter(withinMs);
      return calls.operate('open_purchase', { accountId, purchaseId, body, notAfter });
    },

    /**
     * Tells that the money is there. The purchase is `granted` while a subscription is live, else
     * `returning`; so is a purchase that was declined or voided, or whose payment has bought
     * before. A further payment for a settled purchase is kept among its `strayPayments`, to be
     * given back. Refusal: PURCHASE_NOT_FOUND.
     */
    settle: (accountId: string, purchaseId: string, paymentId: string) =>
      calls.operate('settle_purchase', { accountId, purchaseId, paymentId }),

    /** Tells that a stray payment has gone back. Refusal: PURCHASE_NOT_FOUND. */
    returnStray: (accountId: string, purchaseId: string, paymentId: string) =>
      calls.operate('return_stray_payment', { accountId, purchaseId, paymentId }),

    /**
     * Ends an open purchase, or one that is returning (`returned`: the money has gone back).
     * Voiding an unknown one leaves a tombstone. `neverAgain`, of a decline: the provider has said
     * that the payment method must never be charged again. Refusals: PURCHASE_NOT_FOUND,
     * PURCHASE_RESOLVED.
     */
    close: (
      accountId: string,
      purchaseId: string,
      status: Extract<PurchaseStatus, 'declined' | 'voided' | 'returned'>,
      reason: string,
      neverAgain = false,
    ) => calls.operate('close_purchase', { accountId, purchaseId, status, reason, neverAgain }),

    /**
     * Books what the payment provider has given back of a granted purchase, once per refund: the
     * pack's unused credits go, up to those that the refund covers. A repetition, also by another
     * caller, answers with the present state. Refusals: IDEMPOTENCY_CONFLICT, PURCHASE_NOT_FOUND,
     * PURCHASE_NOT_GRANTED, REFUND_MISMATCH, REFUND_EXCEEDS_PAYMENT.
     */
    bookRefund: ({ accountId, purchaseId, refundId, ...body }: RefundRequest) =>
      calls.operate('book_refund', { accountId, purchaseId, refundId, body }),

    /**
     * Books how a dispute about a granted purchase stands, told in any order: while it is open, the
     * pack's unused credits are frozen; won, they are given back; lost, it is a refund. A
     * repetition, also by another caller, answers with the present state. Refusals:
     * IDEMPOTENCY_CONFLICT, DISPUTE_CLOSED, PURCHASE_NOT_FOUND, PURCHASE_NOT_GRANTED,
     * DISPUTE_MISMATCH.
     */
    bookDispute: ({ accountId, purchaseId, disputeId, ...body }: DisputeRequest) =>
      calls.operate('book_dispute', { accountId, purchaseId, disputeId, body }),
  };
}
