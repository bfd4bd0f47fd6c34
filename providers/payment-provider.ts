import type { Charge, PaymentMethodOfAccount, PaymentState } from '../contract/payment';
import type { RefundAsked, RefundState } from '../contract/refund-order';

export type { Charge, PaymentMethodOfAccount, PaymentState, RefundAsked, RefundState };

/**
 * A payment service. Implement this interface for your own service, and pass it to `runWorker`.
 *
 * Any method may throw a TransientProviderError or a RateLimitedProviderError
 * (providers/provider-errors.ts); it is then called again. After a call without an answer, Holdfast
 * asks for the state under the key before it acts. Amounts are whole minor units of an ISO 4217
 * currency. Answers are parsed by `contract/payment.ts` before Holdfast acts on them.
 */
export interface PaymentProvider {
  /**
   * Takes the money, or accepts the payment (`pending`). A repetition with the same key must not
   * take it twice, and returns the payment's state. A PermanentProviderError is a decline, and its
   * `reason` is the decline's.
   */
  charge(charge: Charge): Promise<PaymentState>;
  /** The current state of the payment under the key; `unknown` if there is none. */
  state(idempotencyKey: string): Promise<PaymentState>;
  /**
   * Asks for the payment not to happen. Its state then becomes final, and may still be `paid`.
   * Voiding an unknown key must keep a later charge from taking anything under it. A repetition
   * changes nothing.
   */
  void(idempotencyKey: string): Promise<void>;
  /**
   * Gives all of a paid payment back, once, however often it is called, and returns `refunded`.
   * `paymentId` is passed only if money was taken more than once under the key: only that payment
   * goes back, and the answer names it.
   */
  refund(idempotencyKey: string, paymentId?: string): Promise<PaymentState>;
  /**
   * Gives so much of a paid payment back, a part or all of it, once per `refundKey`, however often
   * it is called, and returns the refund's state. A PermanentProviderError means that nothing has
   * gone back under the key and nothing will; its `reason` is the refusal's. Without this method and
   * `refundState`, operators order no refunds through Holdfast.
   */
  refundAmount?(asked: RefundAsked): Promise<RefundState>;
  /**
   * The current state of the refund under the key; `unknown` if there is none. It is asked before
   * each `refundAmount`.
   */
  refundState?(refundKey: string): Promise<RefundState>;
  /**
   * Whether the payment method belongs to the account. It is asked before one is kept for a top-up
   * or charged. Without this method every one that a caller names is taken for the account's. A
   * PermanentProviderError, as for one that there is not, counts as no.
   */
  ownsPaymentMethod?(asked: PaymentMethodOfAccount): Promise<boolean>;
}
