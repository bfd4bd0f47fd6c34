import { z } from 'zod';
import { answered, coded, line, whole } from './fields';
import { accountId } from './ids';
import { parser } from './parse';

const limit = coded('INVALID_LIMIT', whole(0).nullable());

/**
 * The limits that an operator sets beside the owner's own: of the two the tighter counts. A limit
 * that is left out keeps its value; null removes it.
 */
const limits = z
  .strictObject({
    dailyCreditsMax: limit,
    generationCreditsMax: limit,
    concurrentGenerationsMax: limit,
    topUpMonthlyCapCents: limit,
    topUpsPerDayMax: limit,
    topUpPauseSeconds: limit,
    declinesMax: coded('INVALID_LIMIT', whole(1).nullable()),
    purchasesPerDayMax: limit,
  })
  .partial();

/** The operator's limits that are set. Absent: there is none, or the ledger's default holds. */
export const operatorLimits = z
  .object({
    dailyCreditsMax: z.int(),
    generationCreditsMax: z.int(),
    concurrentGenerationsMax: z.int(),
    topUpMonthlyCapCents: z.int().meta({
      description: 'What top-ups may spend in a calendar month (UTC), in minor units.',
    }),
    topUpsPerDayMax: z
      .int()
      .meta({ description: 'Automatic purchases a day (UTC); 3 by default.' }),
    topUpPauseSeconds: z.int().meta({
      description: 'From one automatic purchase that was paid to the next; 600 by default.',
    }),
    declinesMax: z.int().meta({
      description: 'Declined or undecided payments in 30 days; 15 by default.',
    }),
    purchasesPerDayMax: z.int().meta({
      description: 'Purchases a day (UTC), by hand and automatic, declined and voided ones not.',
    }),
  })
  .partial();

/** Null as the account: of all accounts without limits of their own. */
export const operatorLimitsRecord = z.object({
  accountId: z.string().nullable(),
  limits: operatorLimits,
  reason: z.string(),
  by: z.string(),
  since: answered.instant,
});

const justification = { reason: line(512), by: line(512) };

/** Null as `limits` removes all of them; then those of all accounts hold. */
export const operatorLimitsRequest = z.strictObject({
  accountId: accountId.nullable(),
  limits: limits
    .refine((said) => Object.values(said).some((value) => value !== undefined), 'says no limit')
    .nullable(),
  ...justification,
});

/** An operator's word that an account's declined payment methods may be charged again. */
export const forgetDeclinesRequest = z.strictObject({ accountId, ...justification });

export const forgottenDeclines = z.object({
  accountId: answered.id,
  paymentMethods: z.int().meta({
    description: 'How many the provider had refused for good, and may be charged again.',
  }),
});

export const OPERATOR_LIMIT_FIELDS = limits.shape;

export type OperatorLimits = z.output<typeof operatorLimits>;
export type OperatorLimitsRecord = z.output<typeof operatorLimitsRecord>;
export type OperatorLimitsRequest = z.output<typeof operatorLimitsRequest>;
export type ForgetDeclinesRequest = z.output<typeof forgetDeclinesRequest>;

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_LIMIT, INVALID_ARGUMENT */
export const parseOperatorLimits = parser(operatorLimitsRequest, 'limits of an operator');

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_ARGUMENT */
export const parseForgetDeclines = parser(forgetDeclinesRequest, 'end of the declines');
