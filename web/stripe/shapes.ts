import { z } from 'zod';

/**
 * What is read of Stripe's objects, as its API documents them from 2025-03-31.basil on. Other
 * members are left alone.
 */

const id = z.string().min(1);

/** A reference to another object, which may be the object itself. */
const reference = z.union([id, z.object({ id }).transform((object) => object.id)]);

/** The end of the year 9999, beyond which the ledger has no dates. */
const LAST_SECOND = 253_402_300_799;
const seconds = z.int().min(0).max(LAST_SECOND);
const metadata = z.record(z.string(), z.string()).nullish();

/** An event's envelope. */
export const eventShape = z.object({
  id,
  type: z.string(),
  api_version: z.string().nullable(),
  created: seconds,
  livemode: z.boolean(),
  account: z.string().optional(),
  data: z.object({ object: z.unknown() }),
});

const priced = z.object({ price: reference.nullish() });

export const sessionShape = z.object({
  id,
  mode: z.string(),
  payment_status: z.string(),
  client_reference_id: z.string().nullable(),
  metadata,
  payment_intent: reference.nullable(),
  invoice: reference.nullable(),
  customer: reference.nullable(),
  subscription: reference.nullable(),
  amount_subtotal: z.int().nullable(),
  total_details: z.object({ amount_discount: z.int() }).nullable(),
  currency: z.string().nullable(),
  // Left out of webhooks, unless the endpoint of an integration adds them.
  line_items: z.object({ data: z.array(priced) }).optional(),
});

const proration = z.object({ proration: z.boolean() }).nullish();

const lineShape = z.object({
  amount: z.int(),
  parent: z
    .object({ subscription_item_details: proration, invoice_item_details: proration })
    .nullable(),
  pricing: z.object({ price_details: priced.optional() }).nullable(),
});

export const invoiceShape = z.object({
  id,
  billing_reason: z.string().nullable(),
  customer: reference.nullable(),
  subtotal: z.int(),
  parent: z
    .object({
      subscription_details: z.object({ subscription: reference, metadata }).nullable(),
    })
    .nullable(),
  lines: z.object({ data: z.array(lineShape) }),
  status_transitions: z.object({ paid_at: seconds.nullable() }),
});

export const subscriptionShape = z.object({
  id,
  status: z.string(),
  customer: reference,
  metadata,
  cancel_at: seconds.nullable(),
  cancel_at_period_end: z.boolean(),
  items: z.object({
    data: z.array(z.object({ price: reference, current_period_end: seconds })),
  }),
});

const payment = { payment_intent: reference.nullable(), charge: reference.nullable() };

export const refundShape = z.object({
  id,
  status: z.string().nullable(),
  amount: z.int(),
  currency: z.string(),
  ...payment,
});

export const chargeShape = z.object({
  id,
  payment_intent: reference.nullable(),
  // Newest first; left out since 2022-11-15, unless an integration adds them.
  refunds: z.object({ data: z.array(refundShape) }).nullish(),
});

export const disputeShape = z.object({
  id,
  status: z.string(),
  amount: z.int(),
  currency: z.string(),
  ...payment,
});

export type StripeEvent = z.output<typeof eventShape>;
export type StripeSession = z.output<typeof sessionShape>;
export type StripeInvoice = z.output<typeof invoiceShape>;
export type StripeInvoiceLine = z.output<typeof lineShape>;
export type StripeSubscription = z.output<typeof subscriptionShape>;
export type StripeRefund = z.output<typeof refundShape>;
export type StripeDispute = z.output<typeof disputeShape>;
