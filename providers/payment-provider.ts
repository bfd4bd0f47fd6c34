import type { Charge, PaymentState } from '../contract/payment';

export type { Charge, PaymentState };

/**
 * A payment service. Every method may throw a TransientProviderError or a RateLimitedProviderError (providers/provider-errors.ts)
 * and is then called again; a PermanentProviderError from `charge` is a decline. After a call that got no answer, the
 * state under the key is the truth. What comes back is checked by `contract/payment.ts` before anything acts on it.
 */
export interface PaymentProvider {
  charge(charge: Charge): Promise<PaymentState>;
  state(idempotencyKey: string): Promise<PaymentState>;
  /**
   * Asks for the payment not to happen; its state then is final, which may still be `paid`. Voiding an unknown key must
   * keep a charge from starting under it later.
   */
  void(idempotencyKey: string): Promise<void>;
  /**
   * Gives all of a paid payment back, once, however often it is called. Where money was taken more than once under a key,
   * `paymentId` says which payment is meant: it goes back, the others stay, and the answer names it. It is given in that
   * case only.
   */
  refund(idempotencyKey: string, paymentId?: string): Promise<PaymentState>;
}
