import { z } from 'zod';
import { answered, line, whole } from './fields';
import { accountId } from './ids';
import { parse, parser } from './parse';

/** Why, and who: what an operator says of an act that may do without. */
export const actWords = z.strictObject({ reason: line(512), by: line(512) }).partial();

/**
 * One act of the operators' journal. `login` is what the database has authenticated; `by`,
 * `claimedIdentity` and `service` are what others have said of themselves.
 */
export const act = z
  .object({
    actId: z.int(),
    at: answered.instant,
    what: z.string().meta({
      description: 'The act, by the name of its command, such as `grant`, `stop` or `limits`.',
      examples: ['grant'],
    }),
    accountId: z.string().nullable().meta({
      description: 'Null for what concerns all accounts, or the ledger as a whole.',
    }),
    detail: z.record(z.string(), z.unknown()).meta({ description: 'The act’s figures and ids.' }),
    entry: z.int().nullable().meta({
      description: 'The entry of the account’s history that it has made; null where it made none.',
    }),
    reason: z.string().nullable(),
    by: z.string().nullable().meta({ description: 'The name that the operator gave.' }),
    login: z.string().nullable().meta({
      description: 'The database’s login that did it; null for acts from before it was kept.',
    }),
    claimedIdentity: z.string().nullable().meta({
      description:
        'Who started the workflow, as that Temporal client says of itself; null for what came without Temporal.',
    }),
    service: z.string().nullable().meta({
      description:
        'The service whose token ordered it, as the web process has passed it on through Temporal.',
    }),
  })
  .meta({ id: 'Act', description: 'What an operator has done.' });

/** The operators' journal, newest act first. */
export const acts = z
  .object({
    acts: z.array(act),
    next: z.int().nullable().meta({
      description: 'What to send as `before` for the page after this one; null after the last.',
    }),
  })
  .meta({ id: 'Acts', description: 'The operators’ journal, newest act first.' });

export const actsPage = z.strictObject({
  accountId: accountId.optional().meta({ description: 'Only acts on this account.' }),
  limit: whole(1, 1_000).default(50),
  before: whole(1).optional().meta({ description: 'Only acts with a lower `actId`.' }),
});

/** The service that a token names, in the memo of the workflow that it has ordered. */
export const SERVICE_MEMO = 'holdfastService';

/** Who sets in an owner's stead what is the owner's to set. */
export interface InOwnersStead extends ActWords {
  service?: string;
  claimedIdentity?: string;
}

export type ActWords = z.output<typeof actWords>;
export type Act = z.output<typeof act>;
export type ActsPage = z.output<typeof actsPage>;

/** @throws HoldfastError INVALID_ARGUMENT */
export const parseActWords = parser(actWords, 'words of an act');

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_ARGUMENT */
export const checkActsPage = (page: unknown = {}): ActsPage => parse(actsPage, page, 'page');
