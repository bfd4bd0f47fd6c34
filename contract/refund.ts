import { z } from 'zod';
import { answered, coded, reasonBesideToken, whole } from './fields';
import { accountId, purchaseId, refundId } from './ids';
import { parser } from './parse';
import { hasReasonAndNameOrNeither, REASON_AND_NAME, toldOfPayment } from './told-of-payment';

const refundShape = z.strictObject({
  accountId,
  purchaseId,
  refundId: refundId.meta({ description: 'The payment provider’s name for it, or your own.' }),
  amountCents: coded('INVALID_REFUND', whole(1)).meta({
    description: 'What has gone back, in minor units: at most what is left of the price.',
  }),
  ...toldOfPayment('INVALID_REFUND'),
});

/**
 * What the payment provider has given back of a pack's price: as it tells it, or, with a reason and
 * a name, an operator.
 */
export const refundRequest = refundShape.refine(hasReasonAndNameOrNeither, REASON_AND_NAME);

/** Over HTTP the token says who tells of it. */
export const refundBody = refundShape
  .omit({ accountId: true, purchaseId: true, by: true })
  .extend({ reason: reasonBesideToken })
  .meta({ examples: [{ refundId: 're_4711', amountCents: 1200, reason: 'Ticket 4711' }] });

/** A refund of a pack. Published JSON. */
export const refund = z
  .object({
    accountId: answered.id,
    refundId: z.string(),
    purchaseId: z.string(),
    amountCents: z.int(),
    currency: z.string(),
    credits: answered.credits.meta({ description: 'The pack’s credits that it covers.' }),
    takenCredits: answered.credits.meta({
      description:
        'Those of them that were unused, and are gone. Reserved ones follow when they come back; the others had been used, or had ended.',
    }),
    owedCredits: answered.credits.default(0).meta({
      description:
        'Those of them that had been used and are a debt, where the catalog said so when the pack was bought.',
    }),
    at: answered.instant,
  })
  .meta({ id: 'Refund' });

export type RefundRequest = z.output<typeof refundRequest>;
export type RefundBody = Omit<RefundRequest, 'accountId' | 'purchaseId' | 'refundId'>;
export type Refund = z.output<typeof refund>;

/**
 * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_PURCHASE_ID, INVALID_REFUND, INVALID_ARGUMENT
 */
export const parseRefund = parser(refundRequest, 'refund');
