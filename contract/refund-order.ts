import { z } from 'zod';
import { answered, coded, line, text, whole } from './fields';
import { accountId, orderId, purchaseId } from './ids';
import { refusal } from './outcome';
import { parser } from './parse';
import { reasonOf, stateless } from './provider-answer';
import { refund } from './refund';

/** An operator's order to give money of a granted pack back, through the payment provider. */
export const refundOrderRequest = z.strictObject({
  accountId,
  orderId: orderId.meta({
    description: 'Your own name for it, and its key: repeated, it is ordered once.',
  }),
  purchaseId,
  amountCents: coded('INVALID_REFUND', whole(1)).meta({
    description: 'What is to go back, in minor units: as much as the catalog’s rule allows.',
  }),
  reason: line(512).meta({ description: 'Why; it is kept with the name.' }),
  by: line(512),
});

/** Over HTTP the token says who orders it, and `Idempotency-Key` is the order's id. */
export const refundOrderBody = refundOrderRequest
  .pick({ amountCents: true, reason: true })
  .meta({ examples: [{ amountCents: 1200, reason: 'Ticket 4711' }] });

/**
 * - `open`: the payment provider has not decided. The credits that it covers are held.
 * - `made`: the money has gone back, and is booked as `refund`.
 * - `refused`: the payment provider gives nothing back; what was held has come back.
 * - `closed`: an operator has ended it by hand; what was held has come back.
 */
export const refundOrderStatus = z.enum(['open', 'made', 'refused', 'closed']);

/** A refund that an operator has ordered. Published JSON. */
export const refundOrder = z
  .object({
    accountId: answered.id,
    orderId: z.string(),
    purchaseId: z.string(),
    status: refundOrderStatus,
    amountCents: z.int(),
    currency: z.string(),
    paymentId: z.string(),
    credits: answered.credits.meta({ description: 'The pack’s credits that it covers.' }),
    heldCredits: answered.credits.meta({
      description:
        'Those of them that the pack had left: they can’t be used while the payment provider decides.',
    }),
    reason: z.string().nullable().meta({
      description:
        'The payment provider’s, of a refused one. Of an open one the code by which what the provider has made can’t be booked: an operator sees to it.',
    }),
    orderedAt: answered.instant,
    resolvedAt: answered.instant.nullable(),
    refund: refund.nullable().meta({ description: 'What was booked, once it is made.' }),
  })
  .meta({ id: 'RefundOrder' });

/** An operator's word that no money goes back by an order. */
export const refundOrderClose = z.strictObject({
  accountId,
  orderId,
  reason: line(512),
  by: line(512),
});

/** Published JSON: the result of `refundWorkflow`. */
export const refundOrderResult = z.union([
  z.object({ ok: z.literal(true), order: refundOrder }),
  z.object({ ok: z.literal(false), refusal }),
]);

const providersRefundId = coded('PROVIDER_FAULT', text(128).regex(/^[A-Za-z0-9][\w.@|-]*$/));

/** What a payment provider says became of a refund that it was asked for. */
export const refundState = coded(
  'PROVIDER_FAULT',
  z.discriminatedUnion(
    'state',
    [
      /** The money has gone back, or certainly will. What it says was made is booked. */
      z.object({
        state: z.literal('made'),
        /** The provider's name for it, which its own events about the refund have too. */
        refundId: providersRefundId,
        amountCents: z.int().positive(),
        currency: z.string().regex(/^[A-Z]{3}$/),
      }),
      /** Accepted, and not decided yet. */
      z.object({ state: z.literal('pending') }),
      /** Nothing has gone back, and nothing will under this key. */
      z.object({ state: z.literal('refused'), reason: z.unknown().optional().transform(reasonOf) }),
      /** The provider has no refund under this key. */
      z.object({ state: z.literal('unknown') }),
    ],
    { error: stateless },
  ),
);

/** A refund, as a provider is asked for it. */
export interface RefundAsked {
  /** `refund/{account}/{order}`. The same key always means the same refund. */
  refundKey: string;
  accountId: string;
  /** The payment's key, as it was charged by: `purchase/{account}/{purchase}`. */
  idempotencyKey: string;
  paymentId: string;
  /** Minor units of `currency`. */
  amountCents: number;
  /** ISO 4217. */
  currency: string;
}

/** How an order has ended, as the payment provider says. */
export type RefundOutcome = Extract<RefundState, { state: 'made' | 'refused' }>;
export type RefundState = z.output<typeof refundState>;
export type RefundOrder = z.output<typeof refundOrder>;
export type RefundOrderRequest = z.output<typeof refundOrderRequest>;
export type RefundOrderResult = z.output<typeof refundOrderResult>;
export type RefundOrderClose = z.output<typeof refundOrderClose>;
export type RefundOrderOpening = Omit<RefundOrderRequest, 'accountId' | 'orderId'> & {
  /** Who started the workflow, as that client says of itself. */
  claimedIdentity?: string;
};

/**
 * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_PURCHASE_ID, INVALID_REFUND, INVALID_ARGUMENT
 */
export const parseRefundOrder = parser(refundOrderRequest, 'refund order');

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_REFUND, INVALID_ARGUMENT */
export const parseRefundOrderClose = parser(refundOrderClose, 'closing');
