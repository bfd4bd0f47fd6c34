import { z } from 'zod';
import { answered, coded, reasonBesideToken, whole } from './fields';
import { accountId, disputeId, purchaseId } from './ids';
import { parser } from './parse';
import { hasReasonAndNameOrNeither, REASON_AND_NAME, toldOfPayment } from './told-of-payment';

/** How a dispute stands: at the bank, won by the seller, or lost. */
export const disputeState = z.enum(['open', 'won', 'lost']);

const disputeShape = z.strictObject({
  accountId,
  purchaseId,
  disputeId: disputeId.meta({ description: 'The payment provider’s name for it, or your own.' }),
  state: coded('INVALID_DISPUTE', disputeState).meta({
    description: '`open` at the bank, `won` by you, or `lost`.',
  }),
  amountCents: coded('INVALID_DISPUTE', whole(1)).optional().meta({
    description: 'What it is about, in minor units; all of the price by default.',
  }),
  ...toldOfPayment('INVALID_DISPUTE'),
});

/**
 * How a dispute about a pack's price stands: as the payment provider tells it, or, with a reason
 * and a name, an operator.
 */
export const disputeRequest = disputeShape.refine(hasReasonAndNameOrNeither, REASON_AND_NAME);

/** Over HTTP the token says who tells of it. */
export const disputeBody = disputeShape
  .omit({ accountId: true, purchaseId: true, by: true })
  .extend({ reason: reasonBesideToken })
  .meta({ examples: [{ disputeId: 'dp_4711', state: 'open', reason: 'Ticket 4711' }] });

/** A dispute about a pack. Published JSON. */
export const dispute = z
  .object({
    accountId: answered.id,
    disputeId: z.string(),
    purchaseId: z.string(),
    state: disputeState,
    amountCents: z.int(),
    currency: z.string(),
    frozenCredits: answered.credits.meta({
      description:
        'The pack’s credits that are frozen now, for all of its disputes; 0 once this one is closed.',
    }),
    takenCredits: answered.credits.meta({
      description: 'Credits that were unused when it was lost, and are gone.',
    }),
    owedCredits: answered.credits.meta({
      description:
        'Credits that had been used when it was lost and are a debt, where the catalog said so when the pack was bought.',
    }),
    openedAt: answered.instant.meta({ description: 'When the ledger heard of it.' }),
    closedAt: answered.instant.nullable(),
  })
  .meta({ id: 'Dispute' });

export type DisputeRequest = z.output<typeof disputeRequest>;
export type DisputeBody = Omit<DisputeRequest, 'accountId' | 'purchaseId' | 'disputeId'>;
export type Dispute = z.output<typeof dispute>;

/**
 * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_PURCHASE_ID, INVALID_DISPUTE, INVALID_ARGUMENT
 */
export const parseDispute = parser(disputeRequest, 'dispute');
