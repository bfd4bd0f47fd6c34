import type {
  RefundOrderClose,
  RefundOrderOpening,
  RefundOutcome,
} from '../../contract/refund-order';
import type { LedgerCalls } from '../connection/calls';

export type Refunds = ReturnType<typeof refunds>;

/** Money of packs that goes back, in the ledger. Each operation is safe to repeat. */
export function refunds(calls: LedgerCalls) {
  return {
    /**
     * Takes what the money has paid for from its pack, before the payment provider is asked, once
     * per order. A repetition answers with the present state. Refusals, in this order:
     * IDEMPOTENCY_CONFLICT, PURCHASE_NOT_FOUND, PURCHASE_NOT_GRANTED, REFUND_NOT_ALLOWED,
     * REFUND_EXCEEDS_PAYMENT, REFUND_EXCEEDS_UNUSED.
     */
    open: (accountId: string, orderId: string, body: RefundOrderOpening) =>
      calls.operate('open_refund_order', { accountId, orderId, body }),

    /**
     * Books what the provider has made, under its id, or gives back what was held. Refusals:
     * REFUND_ORDER_NOT_FOUND; and of what was made and can't be booked IDEMPOTENCY_CONFLICT,
     * REFUND_MISMATCH, REFUND_EXCEEDS_PAYMENT: the order then stays open, with that code.
     */
    settle: (accountId: string, orderId: string, body: RefundOutcome) =>
      calls.operate('settle_refund_order', { accountId, orderId, body }),

    /**
     * Ends an order by hand: what was held comes back. Refusals: REFUND_ORDER_NOT_FOUND,
     * REFUND_ORDER_ENDED.
     */
    close: (close: RefundOrderClose) => calls.operate('close_refund_order', close),
  };
}
