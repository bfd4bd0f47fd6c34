import { z } from 'zod';
import { dispute } from './dispute';
import { answered, coded, currency, name, ONE_LINE, whole } from './fields';
import { accountId, purchaseId } from './ids';
import { refusal } from './outcome';
import { parser } from './parse';
import { refund } from './refund';

export const packId = coded('UNKNOWN_PACK', name);

/** The payment provider's name for a card or an account. */
export const paymentMethod = coded(
  'INVALID_PAYMENT_METHOD',
  z
    .string()
    .max(256)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'is empty, or holds a control character or broken Unicode')
    .meta(ONE_LINE),
);

/** A purchase request. Published JSON: the first argument of `purchaseWorkflow`. */
export const purchaseRequest = z.strictObject({
  accountId,
  purchaseId,
  packId,
  shownPriceCents: coded('INVALID_SHOWN_PRICE', whole(0)).meta({
    description:
      'The price that the buyer saw, in minor units. If it is no longer the current one, nothing is charged.',
  }),
  currency: coded('INVALID_SHOWN_PRICE', currency)
    .optional()
    .meta({ description: 'Compared with the pack’s where it is given.' }),
  paymentMethod: paymentMethod.optional().meta({
    description:
      'The payment provider’s own name for what pays; the account’s default there if left out.',
  }),
});

/** The idempotency body, and the body of an HTTP request: only what the caller sent. */
export const purchaseBody = purchaseRequest
  .omit({ accountId: true, purchaseId: true })
  .meta({ examples: [{ packId: 'pack-125', shownPriceCents: 4900, currency: 'USD' }] });

/**
 * - `open`: the payment was asked for, or is pending.
 * - `granted`: paid, and the credits are in the balance.
 * - `declined`, `voided`: nothing was taken.
 * - `returning`, `returned`: paid, and nothing could be granted for it; the money goes back, or
 *   has.
 */
export const purchaseStatus = z.enum([
  'open',
  'granted',
  'declined',
  'voided',
  'returning',
  'returned',
]);

/** A further payment under a purchase's key. It buys nothing and goes back. */
export const strayPayment = z.object({
  paymentId: z.string(),
  status: z.enum(['returning', 'returned']),
});

const strayPayments = z.array(strayPayment).optional().meta({
  description:
    'Further payments for it, which buy nothing and go back; absent where there are none.',
});

/** The ledger's record of one purchase. */
export const purchaseRecord = z.object({
  accountId: answered.id,
  purchaseId: z.string(),
  status: purchaseStatus,
  body: purchaseBody.nullable().meta({
    description:
      'Null for a tombstone (a purchase that was closed before it was opened), and once it was erased.',
  }),
  packId: z.string().nullable(),
  credits: answered.credits,
  priceCents: z
    .int()
    .meta({ description: 'The price that was shown, and current when the purchase was opened.' }),
  currency: z.string().nullable(),
  catalogVersion: z.string().nullable(),
  openedAt: answered.instant,
  mayCharge: z
    .boolean()
    .meta({ description: 'Whether it may still be charged: the buyer of an old one has gone.' }),
  paymentId: z.string().nullable(),
  reason: z.string().nullable().meta({ description: 'Why nothing was granted.' }),
  grantId: z.string().nullable(),
  resolvedAt: answered.instant.nullable(),
  validUntil: answered.instant.nullable().meta({
    description:
      'Until when its credits are valid, as things stand; null where it has granted none.',
  }),
  strayPayments,
  refunds: z
    .array(refund)
    .optional()
    .meta({ description: 'What has gone back of its price; absent where nothing has.' }),
  disputes: z
    .array(dispute)
    .optional()
    .meta({ description: 'What banks were asked to take back of it; absent where none was.' }),
});

/**
 * The state of a purchase. Published JSON: the answer to the `purchase` update, and the result of
 * `purchaseWorkflow`.
 *
 * - `granted`: paid, and the credits are in the balance.
 * - `pending`: the payment provider has not decided yet; the workflow waits, and grants nothing
 *   before.
 * - `declined`, `voided`: nothing was taken, and nothing granted.
 * - `returning`, `returned`: paid, and nothing could be granted for it; the money goes back, or
 *   has.
 * - `refused`: nothing was charged; `reason` is an error code. Another attempt takes a new
 *   purchase id.
 */
export const purchaseResult = z.object({
  accountId: answered.id,
  purchaseId: z.string(),
  purchaseHash: z.string().meta({
    description:
      'Which request this answers; see `purchaseHashOf`. Empty for a tombstone, which answers any.',
  }),
  status: z.enum(['granted', 'pending', 'declined', 'voided', 'returning', 'returned', 'refused']),
  packId: z.string().optional(),
  credits: answered.credits.optional(),
  priceCents: z.int().optional(),
  currency: z.string().optional(),
  grantId: z.string().optional(),
  paymentId: z.string().optional(),
  validUntil: answered.instant.nullable().optional(),
  reason: z
    .string()
    .optional()
    .meta({ description: 'An error code when refused; else the payment provider’s reason.' }),
  message: z.string().optional(),
  details: refusal.shape.details,
  strayPayments,
});

/** The state of a purchase for the account's owner. */
export const purchase = purchaseResult.omit({ purchaseHash: true, details: true }).meta({
  id: 'Purchase',
  description: 'Nothing was taken unless it is granted, pending, returning or returned.',
});

export type PurchaseRequest = z.output<typeof purchaseRequest>;
export type PurchaseBody = z.output<typeof purchaseBody>;
export type StrayPayment = z.output<typeof strayPayment>;
export type PurchaseStatus = z.output<typeof purchaseStatus>;
export type PurchaseRecord = z.output<typeof purchaseRecord>;
export type PurchaseResult = z.output<typeof purchaseResult>;
export type Purchase = z.output<typeof purchase>;

/**
 * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_PURCHASE_ID, UNKNOWN_PACK, INVALID_SHOWN_PRICE,
 *   INVALID_PAYMENT_METHOD, INVALID_ARGUMENT
 */
export const parsePurchase = parser(purchaseRequest, 'purchase');
