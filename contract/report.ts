import { z } from 'zod';
import { answered, coded, whole } from './fields';
import type { EntryType } from './history';
import { accountId } from './ids';
import { parse, parser } from './parse';

/** What a month's entries come to. A month is a calendar month in UTC. */

export const reportMonth = coded(
  'INVALID_TIME',
  z
    .string()
    .regex(/^2\d{3}-(0[1-9]|1[0-2])$/, 'a month such as 2030-01')
    .meta({ description: 'A calendar month, in UTC.', examples: ['2030-01'] }),
);

/**
 * What each type of entry is called in a report. What holds credits back, or gives them back, moves
 * nothing, nor does a debt. Frozen credits are outstanding until their dispute is lost. A type that stands in a journal and isn't here goes by its own name.
 */
export const MOVED_BY: Record<EntryType, string | null> = {
  grant: 'granted',
  reserve: null,
  commit: 'spent',
  release: null,
  expire: 'expired',
  deduct: 'deducted',
  refund: 'refunded',
  owe: null,
  freeze: null,
  unfreeze: null,
  repay: 'repaid',
};

const money = {
  credits: z.int(),
  cents: z.int().meta({
    description:
      'In minor units. Of what was granted, its cost; else what of that is recognised with these credits.',
  }),
};

const currency = z.string().nullable().meta({ description: 'Null where no grant is named.' });

const ofGrant = {
  source: z.string().nullable(),
  imported: z.boolean().nullable().meta({ description: 'Taken over from another system.' }),
  name: z.string().nullable().meta({ description: 'The plan or the pack.' }),
};

/** A line as the ledger tells it, by the entry's type. */
const movement = z.object({
  type: z.string(),
  ...ofGrant,
  kind: z.string().nullable().meta({ description: 'Of what was spent.' }),
  currency,
  ...money,
  entries: z.int(),
});
const monthMoved = z.object({ month: z.string(), type: z.string(), currency, ...money });
const left = z.object({ ...ofGrant, currency, ...money });

export const reportPage = z.object({
  now: answered.instant,
  accounts: z.int(),
  movements: z.array(movement),
  months: z.array(monthMoved),
  outstanding: z.array(left),
  next: z.object({ from: z.string(), version: z.int().nullable(), state: z.unknown() }).nullable(),
});

const what = z.string().meta({
  description:
    '`granted`, `spent`, `expired`, `deducted`, `refunded`, `repaid`, or the name of another type of entry.',
  examples: ['spent'],
});

const total = z.object({ currency, what, ...money });

export const report = z
  .object({
    month: z.string(),
    from: answered.instant,
    until: answered.instant.meta({ description: 'It belongs to the next month.' }),
    final: z.boolean().meta({ description: 'Whether the month was over when it was read.' }),
    accounts: z.int(),
    totals: z.array(total).meta({
      description:
        'By currency: `opening`, what has moved, and `closing`, the outstanding liability at the month’s end.',
    }),
    lines: z.array(movement.omit({ type: true }).extend({ what })),
    outstanding: z.array(left).meta({ description: 'The liability at the month’s end.' }),
    months: z.array(monthMoved.omit({ type: true }).extend({ what })).meta({
      description: 'What has moved in each month up to this one.',
    }),
  })
  .meta({ id: 'Report', description: 'What a month’s entries come to, per currency.' });

const burnRate = z.object({
  accountId: answered.id,
  spent: answered.credits.meta({ description: 'In this month.' }),
  available: answered.credits.meta({ description: 'At the month’s end.' }),
  reserved: answered.credits,
  runsDryAt: answered.instant.nullable().meta({
    description: 'When nothing is left at this rate; null for never.',
  }),
  ranDryAt: answered.instant.nullable().meta({
    description:
      'When the last credit was gone, of an account that has had no credits since; else null.',
  }),
});

export const burnRates = z
  .object({
    accounts: z.array(burnRate),
    next: z.string().nullable().meta({
      description: 'What to send as `after` for the page after this one; null after the last.',
    }),
  })
  .meta({ id: 'BurnRates', description: 'What each account has used in a month.' });

export const burnRatesPage = z.strictObject({
  after: accountId.optional().meta({ description: 'Only accounts after this one.' }),
  limit: whole(1, 1_000).default(200),
  dry: z
    .union([z.boolean(), z.stringbool()])
    .default(false)
    .meta({ description: 'Only accounts that had nothing left at the month’s end.' }),
});

export const reportRunning = z
  .object({ status: z.literal('running') })
  .meta({ id: 'ReportRunning', description: 'The report is being read: ask again.' });

export type Report = z.output<typeof report>;
export type ReportPage = z.output<typeof reportPage>;
export type BurnRates = z.output<typeof burnRates>;
export type BurnRatesPage = z.output<typeof burnRatesPage>;

/** @throws HoldfastError INVALID_TIME */
export const checkReportMonth = parser(reportMonth, 'month');

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_ARGUMENT */
export const checkBurnRatesPage = (page: unknown = {}): BurnRatesPage =>
  parse(burnRatesPage, page, 'page');

/** The first moment of a month, and of the one after it. */
export function boundsOf(month: string): { from: string; until: string } {
  const from = new Date(`${month}-01T00:00:00.000Z`);
  const until = new Date(from);
  until.setUTCMonth(from.getUTCMonth() + 1);
  return { from: from.toISOString(), until: until.toISOString() };
}
