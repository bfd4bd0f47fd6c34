import type { PurchaseBody, PurchaseStatus } from '../../contract/purchase';
import type { LedgerCalls } from '../connection/calls';

export type Purchases = ReturnType<typeof purchases>;

/**
 * Purchases of packs in the ledger: the intent, then what became of its payment. The purchase's id is the key of all
 * three, and each is safe to repeat.
 */
export function purchases(calls: LedgerCalls) {
  return {
    /**
     * Puts the intent down at the price that was shown; nothing may be charged before. A known purchase returns its
     * record, however it has ended since. Refusals, in this order: IDEMPOTENCY_CONFLICT, UNKNOWN_PACK,
     * SUBSCRIPTION_REQUIRED, BALANCE_LIMIT_EXCEEDED, PRICE_CHANGED.
     */
    open: (accountId: string, purchaseId: string, body: PurchaseBody) =>
      calls.operate('open_purchase', { accountId, purchaseId, body }),

    /**
     * Tells that the money is there: `granted` while a subscription is live, else `returning`, as is money for a
     * purchase that was declined or voided, and a payment that has bought before. A further payment for one that has
     * been settled is kept among its `strayPayments`, and to be given back. Refusal: PURCHASE_NOT_FOUND.
     */
    settle: (accountId: string, purchaseId: string, paymentId: string) =>
      calls.operate('settle_purchase', { accountId, purchaseId, paymentId }),

    /** Tells that a stray payment has gone back. Refusal: PURCHASE_NOT_FOUND. */
    returnStray: (accountId: string, purchaseId: string, paymentId: string) =>
      calls.operate('return_stray_payment', { accountId, purchaseId, paymentId }),

    /**
     * Ends a purchase that is open, or gives back (`returned`) one that is returning; voiding an unknown one leaves a
     * tombstone. Refusals: PURCHASE_NOT_FOUND, PURCHASE_RESOLVED.
     */
    close: (
      accountId: string,
      purchaseId: string,
      status: Extract<PurchaseStatus, 'declined' | 'voided' | 'returned'>,
      reason: string,
    ) => calls.operate('close_purchase', { accountId, purchaseId, status, reason }),
  };
}
