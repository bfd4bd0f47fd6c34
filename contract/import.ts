import { z } from 'zod';
import { coded, currency, instant, line, name, text, whole } from './fields';
import { grantSource } from './grant';
import { accountId, key, paymentReference, subscriptionId } from './ids';
import { errorCode } from './outcome';
import { parser } from './parse';

/** What is taken over from another system: a line of a file for each thing. */

const credits = coded('INVALID_CREDITS', whole(1));

/** A line's key is unique among the lines of its account. */
const keyed = { accountId, key };

const accountLine = z.strictObject({ type: z.literal('account'), ...keyed });

const grantLine = z
  .strictObject({
    type: z.literal('grant'),
    ...keyed,
    source: grantSource,
    credits: credits.meta({ description: 'What was granted in all.' }),
    remaining: credits.meta({ description: 'What is left of it.' }),
    expiresAt: coded('INVALID_TIME', instant).optional().meta({
      description: 'Without it the grant ends with the account’s subscription.',
    }),
    costCents: coded('INVALID_COST', whole(0))
      .optional()
      .meta({ description: 'What was paid for all of it, in minor units.' }),
    currency: currency.optional().meta({ description: 'USD by default.' }),
  })
  .superRefine(({ source, credits, remaining, expiresAt }, context) => {
    if (remaining > credits) {
      const message = `${remaining} credits can’t be left of ${credits}.`;
      const params = { code: 'IMPORT_REMAINDER_TOO_LARGE', details: { remaining, credits } };
      context.addIssue({ code: 'custom', message, path: ['remaining'], params });
    }
    if (source !== 'promotion' || expiresAt !== undefined) return;
    const message = 'A promotion needs an end: say when it expires.';
    context.addIssue({ code: 'custom', message, params: { code: 'EXPIRY_REQUIRED' } });
  });

/** Cycles that are paid ahead, and the one that runs. */
const PAYMENTS_MAX = 120;
const CYCLES_MAX = 10_000;

const subscriptionLine = z.strictObject({
  type: z.literal('subscription'),
  ...keyed,
  subscriptionId,
  planId: name,
  anchor: coded('INVALID_TIME', instant).meta({
    description: 'When the first cycle began: boundaries are counted from it.',
  }),
  timeZone: text(64).optional().meta({ description: 'UTC by default.' }),
  paidCycles: whole(1, CYCLES_MAX).meta({ description: 'All that were paid since the anchor.' }),
  payments: z
    .array(paymentReference)
    .min(1)
    .max(PAYMENTS_MAX)
    .refine((references) => new Set(references).size === references.length, 'names one twice')
    .meta({ description: 'The references of the last paid cycles, oldest first.' }),
  remaining: coded('INVALID_CREDITS', whole(0)).meta({
    description: 'What is left of the grant of the cycle that runs.',
  }),
});

export const importLine = z.discriminatedUnion('type', [accountLine, grantLine, subscriptionLine]);

/** The columns of a CSV file. A cell that is empty is a member that isn't given. */
export const IMPORT_COLUMNS = [
  ...new Set([accountLine, grantLine, subscriptionLine].flatMap(({ shape }) => Object.keys(shape))),
];
export const IMPORT_COLUMNS_REQUIRED = ['type', 'accountId', 'key'];

/** An operator's import. */
export const importRequest = z.strictObject({ reason: line(512), by: line(512) });

const counts = z.object({ accounts: z.int(), grants: z.int(), subscriptions: z.int() });

const refusedLine = z.object({
  line: z.int(),
  accountId: z.string().optional(),
  key: z.string().optional(),
  code: errorCode,
  message: z.string(),
});

/** What an import has done, or would do. Published JSON. */
export const importReport = z.object({
  file: z.string(),
  dryRun: z.boolean(),
  lines: z.int(),
  made: counts.extend({ credits: z.int() }),
  known: z.int().meta({ description: 'Lines that an earlier import has made.' }),
  refused: z.int(),
  refusals: z.array(refusedLine).meta({ description: 'The first 1,000; stderr has all.' }),
});

export type ImportLine = z.output<typeof importLine>;
export type ImportRequest = z.output<typeof importRequest>;
export type ImportReport = z.output<typeof importReport>;
export type RefusedLine = z.output<typeof refusedLine>;

/** An account with its lines, as the ledger takes them. */
export interface ImportedAccount {
  accountId: string;
  lines: { key: string; body: Omit<ImportLine, 'accountId' | 'key'> }[];
}

/**
 * @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_KEY, INVALID_CREDITS, INVALID_TIME,
 *   INVALID_COST, EXPIRY_REQUIRED, IMPORT_REMAINDER_TOO_LARGE, INVALID_SUBSCRIPTION_ID,
 *   INVALID_PAYMENT_REFERENCE, INVALID_ARGUMENT
 */
export const parseImportLine = parser(importLine, 'line');

/** @throws HoldfastError INVALID_ARGUMENT */
export const parseImportRequest = parser(importRequest, 'import');
