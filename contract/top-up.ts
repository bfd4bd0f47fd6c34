import { z } from 'zod';
import { answered, coded, whole } from './fields';
import { accountId } from './ids';
import { packId, paymentMethod, purchaseRequest } from './purchase';

/** The rule of a top-up: buys the pack when fewer than `belowCredits` credits are available. */
export const topUpRule = z.strictObject({
  packId,
  belowCredits: coded('INVALID_THRESHOLD', whole(1)).meta({
    description: 'Less than the pack’s credits, so that one pack lifts any balance over it.',
  }),
  monthlyCapCents: coded('INVALID_MONTHLY_CAP', whole(1)).meta({
    description:
      'What it may spend in one calendar month (UTC), pending payments included, in minor units of the pack’s currency.',
  }),
  paymentMethod: paymentMethod.optional().meta({
    description:
      'The payment provider’s own name for what pays; the account’s default there if left out.',
  }),
});

export const topUp = z.object({
  ...z.object({ packId: z.string(), belowCredits: answered.credits, monthlyCapCents: z.int() })
    .shape,
  paymentMethod: z.string().optional(),
  spentThisMonthCents: z.int(),
  failures: z.int().meta({ description: 'Declines in a row; a success begins anew.' }),
  retryAt: answered.instant.nullable().meta({
    description: 'Not charged before, after a decline; null where nothing has been declined.',
  }),
  stoppedWhy: z.string().nullable().meta({
    description:
      'Why it has stopped until it is set again: the payment provider’s reason, or `price-changed`, where the pack costs more than when it was set. Null where it goes on. Set with the same payment method, it goes on a day after the last decline.',
  }),
});

/**
 * - `buy`: the intent is written, and `purchase` is to be run.
 * - `later`: a payment was declined lately; ask again at `retryAt`. `at` is the ledger's time.
 * - `none`: nothing is to be bought; `reason` says why.
 */
export const topUpStep = z.discriminatedUnion('step', [
  z.object({ step: z.literal('buy'), purchase: purchaseRequest }),
  z.object({ step: z.literal('later'), at: answered.instant, retryAt: answered.instant }),
  z.object({ step: z.literal('none'), reason: z.string() }),
]);

/** Published JSON: the argument of `topUpWorkflow`. */
export const topUpInput = z.strictObject({ accountId });

/** Published JSON: the result of `topUpWorkflow`, which is its last step. */
export const topUpResult = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('bought'),
    purchaseId: z.string().meta({
      description:
        'It runs by itself; when it has ended, the ledger calls for another look where there is more to do.',
    }),
  }),
  z.object({ status: z.literal('none'), reason: z.string() }),
]);

export type TopUpRule = z.output<typeof topUpRule>;
export type TopUp = z.output<typeof topUp>;
export type TopUpStep = z.output<typeof topUpStep>;
export type TopUpInput = z.output<typeof topUpInput>;
export type TopUpResult = z.output<typeof topUpResult>;
