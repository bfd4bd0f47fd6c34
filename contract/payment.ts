import { z } from 'zod';
import { answered, coded, text } from './fields';
import { reasonOf, stateless } from './provider-answer';

/** One payment, as a provider gets it. */
export const charge = z.object({
  /**
   * `purchase/{account}/{purchase}`. The same key always means the same payment: charging twice
   * takes the money once.
   */
  idempotencyKey: z.string(),
  accountId: answered.id,
  /** For the receipt, e.g. `125 credits`. */
  description: z.string(),
  /** Minor units of `currency`. */
  amountCents: z.int(),
  /** ISO 4217. */
  currency: z.string(),
  /** The provider's name for a card or an account; null for the account's default. */
  paymentMethod: z.string().nullable(),
});

export const paymentId = coded('PROVIDER_FAULT', text(255));

/** The card networks' "never again": another attempt with this payment method is forbidden. */
const retry = z.literal('never').optional().catch(undefined);

const nothingTaken = {
  paymentId: paymentId.nullish().transform((id) => id ?? null),
  reason: z.unknown().optional().transform(reasonOf),
};

export const paymentState = coded(
  'PROVIDER_FAULT',
  z.discriminatedUnion(
    'state',
    [
      /** The money was taken. */
      z.object({ state: z.literal('paid'), paymentId }),
      /** Accepted, and not decided yet: a bank transfer, or a check by the bank. */
      z.object({ state: z.literal('pending'), paymentId }),
      /** Nothing was taken, and nothing will be taken under this key. */
      z.object({ state: z.literal('declined'), ...nothingTaken, retry }),
      z.object({ state: z.literal('voided'), ...nothingTaken }),
      /** The money was taken, and all of it was given back. */
      z.object({ state: z.literal('refunded'), paymentId }),
      /** The provider has no payment under this key. */
      z.object({ state: z.literal('unknown') }),
    ],
    { error: stateless },
  ),
);

/** Asks a provider whether a payment method belongs to the account. */
export interface PaymentMethodOfAccount {
  accountId: string;
  paymentMethod: string;
}

export const isOwned = coded('PROVIDER_FAULT', z.boolean());

export type Charge = z.output<typeof charge>;
export type PaymentState = z.output<typeof paymentState>;
