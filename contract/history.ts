import { z } from 'zod';
import { answered, askedInstant, coded, name, whole } from './fields';
import { grantOrigin } from './grant';
import { requestId } from './ids';
import { parse } from './parse';

const { credits } = answered;

export const entryType = z.enum([
  ...(['grant', 'reserve', 'commit', 'release', 'expire', 'deduct'] as const),
  ...(['refund', 'owe', 'repay', 'freeze', 'unfreeze'] as const),
]);

/** One journal entry. `available…` figures are available + pendingExpiry. */
export const historyEntry = z.object({
  version: z.int(),
  at: answered.instant,
  type: entryType,
  availableDelta: credits,
  reservedDelta: credits,
  availableAfter: credits,
  reservedAfter: credits,
  requestId: z.string().optional(),
  kind: z.string().optional().meta({ description: 'Of the generation.' }),
  grantId: z.string().optional(),
  ...grantOrigin.partial().shape,
  reason: z.string().optional().meta({ description: '`erased` once it was erased.' }),
  by: z
    .string()
    .optional()
    .meta({ description: 'Who granted, deducted, told of the refund, or ended it by hand.' }),
  metadata: z.record(z.string(), z.string()).optional(),
  owedDelta: credits.optional().meta({ description: 'What the entry changes of the debt.' }),
  owedAfter: credits.optional().meta({ description: 'The debt, where there is one.' }),
  frozenAfter: credits.optional().meta({ description: 'Frozen credits, where there are any.' }),
});

/** A journal entry for the account's owner, without operators' names. */
export const historyEntryForOwner = historyEntry.omit({ by: true });

const ENTRY = Object.keys(historyEntryForOwner.shape);
const ORIGIN = Object.keys(grantOrigin.shape);
const OWN = ENTRY.slice(0, ENTRY.indexOf('metadata') + 1).filter((name) => !ORIGIN.includes(name));

/**
 * The columns of the history as CSV in their published order: a grant's origin comes last, and
 * columns that were added later follow it.
 */
export const historyColumns = [...new Set([...OWN, ...ORIGIN, ...ENTRY])];

const next = z.int().nullable().meta({
  description: 'What to send as `before` for the page after this one; null after the last.',
});

/** The journal, newest entry first. */
export const history = z.object({ entries: z.array(historyEntry), next });

export const historyForOwner = z
  .object({ entries: z.array(historyEntryForOwner), next })
  .meta({ id: 'History', description: 'The journal, newest first.' });

/** A filter of journal entries. */
export const historyFilter = z.strictObject({
  kind: coded('UNKNOWN_KIND', name)
    .optional()
    .meta({ description: 'Only generations of this kind.', examples: ['ai-avatar'] }),
  since: coded('INVALID_TIME', askedInstant)
    .optional()
    .meta({ description: 'Only entries of then or later.' }),
  until: coded('INVALID_TIME', askedInstant)
    .optional()
    .meta({ description: 'Only entries of before then.' }),
  type: entryType.optional().meta({ description: 'Only entries of this type.' }),
  requestId: requestId.optional().meta({ description: 'Only entries of this request.' }),
});

export const historyPage = historyFilter.extend({
  limit: whole(1, 1_000).default(50),
  before: whole(1).optional().meta({ description: 'Only entries with a lower version.' }),
});

export type EntryType = z.output<typeof entryType>;
export type HistoryEntry = z.output<typeof historyEntry>;
export type HistoryEntryForOwner = z.output<typeof historyEntryForOwner>;
export type History = z.output<typeof history>;
export type HistoryForOwner = z.output<typeof historyForOwner>;
export type HistoryPage = z.input<typeof historyPage>;

/** @throws HoldfastError INVALID_ARGUMENT, UNKNOWN_KIND, INVALID_TIME, INVALID_REQUEST_ID */
export const checkPage = (page: unknown = {}): HistoryPage => parse(historyPage, page, 'page');
