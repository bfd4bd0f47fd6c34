/** One payment as a provider sees it. */
export interface Charge {
  /** The same key always means the same payment: charging twice takes the money once. */
  idempotencyKey: string;
  accountId: string;
  /** For the receipt, e.g. `125 credits`. */
  description: string;
  /** Minor units of `currency`. */
  amountCents: number;
  /** ISO 4217. */
  currency: string;
  /** The provider's own name for what pays; null for the account's default. */
  paymentMethod: string | null;
}

export type PaymentState =
  /** The money is there. */
  | { state: 'paid'; paymentId: string }
  /** Accepted, and not decided yet: a bank transfer, a check by the bank. */
  | { state: 'pending'; paymentId: string }
  /** Nothing was taken, and never will be under this key. */
  | { state: 'declined'; paymentId: string | null; reason: string }
  | { state: 'voided'; paymentId: string | null; reason: string }
  /** It was paid and has been given back in full. */
  | { state: 'refunded'; paymentId: string }
  /** The provider has no payment under this key. */
  | { state: 'unknown' };

/**
 * A payment service. Every method may throw a TransientProviderError or a RateLimitedProviderError (providers/errors.ts)
 * and is then called again; a PermanentProviderError from `charge` is a decline. After a call that got no answer, the
 * state under the key is the truth.
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
