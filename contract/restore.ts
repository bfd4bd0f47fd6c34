import { z } from 'zod';
import { answered, instant, line } from './fields';
import { accountId } from './ids';
import { refusal } from './outcome';
import { parser } from './parse';
import { SETTINGS } from './settings';
import { SUBSCRIPTION_COMMANDS } from './subscription-commands';
import { watermark } from './watermark';

/**
 * What workflows remember as done. Those of a subscription have the names of its commands, and
 * changes of settings theirs.
 */
export const rememberedWhat = z.enum([
  ...(['generation', 'grant', 'purchase'] as const),
  ...SUBSCRIPTION_COMMANDS,
  ...SETTINGS,
]);

/** What a stop is of, where it is of all accounts. */
export const ALL_ACCOUNTS = '*';

const lostKey = {
  accountId: answered.id.meta({ description: 'A star stands for all, of a stop and its end.' }),
  what: rememberedWhat,
  id: z.string().meta({
    description: 'Of the request, the purchase, the subscription; else the operation’s key.',
  }),
};

/** An operation that a workflow remembers as done. */
export const remembered = z.object({
  ...lostKey,
  at: answered.instant.meta({ description: 'When the workflow knew it, by Temporal’s clock.' }),
  workflowId: z.string(),
  credits: answered.credits.nullable().meta({ description: 'Granted, bought or charged.' }),
  said: z.record(z.string(), z.unknown()).meta({ description: 'The request, as it is redone.' }),
});

/**
 * What the ledger knows of it. `known`: it has it; `ended`: an operator has seen to it; `open`,
 * `released`: a purchase or a reservation that is not as the workflow says; `lost`: nothing.
 */
export const standing = z.enum(['known', 'ended', 'open', 'released', 'lost']);

export const standings = z.array(standing);

const lostOperation = remembered.extend({
  standing: standing.extract(['open', 'released', 'lost']),
});

/** What of Temporal's runs the ledger lacks, oldest first. Published JSON. */
export const restoreComparison = z.object({
  restored: z.boolean().meta({ description: 'Whether the ledger is closed until it is opened.' }),
  ledger: watermark.nullable(),
  temporal: watermark.nullable(),
  since: answered.instant.nullable(),
  looked: z.int().meta({ description: 'Runs that were looked at.' }),
  gone: z.int().meta({ description: 'Runs that were deleted before they could be read.' }),
  unreadable: z.array(z.string()).meta({ description: 'Workflows that no known key reads.' }),
  lost: z.array(lostOperation),
});

const endedKey = { ...lostKey, what: z.string() };

export const redoneOperation = z.object({ ...endedKey, answer: z.unknown() });

/** What was redone, and why the rest was refused. Published JSON. */
export const redoReport = z.object({
  redone: z.array(redoneOperation),
  refused: z.array(lostOperation.extend({ refusal })),
  unreadable: restoreComparison.shape.unreadable,
});

export const waivedOperation = z.object({ ...endedKey, ended: z.enum(['redone', 'waived']) });

export const opened = z.object({ opened: z.boolean(), ledger: watermark.nullable() });

export const sinceTime = instant;

export const actOfRestore = z.strictObject({ reason: line(512), by: line(512) });

export const waiver = actOfRestore.extend({
  accountId: z.union([z.literal(ALL_ACCOUNTS), accountId]),
  what: rememberedWhat,
  id: z.string().min(1).max(256),
});

export type RememberedWhat = z.output<typeof rememberedWhat>;
export type Remembered = z.output<typeof remembered>;
/** By what the ledger looks for it. A stop is looked for by what it says. */
export type RememberedKey = Pick<Remembered, 'what' | 'accountId' | 'id'> & Partial<Remembered>;
export type LostOperation = z.output<typeof lostOperation>;
export type Standing = z.output<typeof standing>;
export type RestoreComparison = z.output<typeof restoreComparison>;
export type RedoReport = z.output<typeof redoReport>;
export type Waiver = z.output<typeof waiver>;

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_ARGUMENT */
export const parseWaiver = parser(waiver, 'waiver');

/** @throws HoldfastError INVALID_ARGUMENT */
export const parseActOfRestore = parser(actOfRestore, 'act');
