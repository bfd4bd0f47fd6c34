import { z } from 'zod';
import { answered, whole } from './fields';
import { requestRecord } from './generation';
import { accountId } from './ids';
import { parse } from './parse';
import { ticket } from './waiting';

const { credits, id, instant } = answered;

/** What is asked of all accounts at once, in pages in the order of the accounts' ids. */

const next = z.string().nullable().meta({
  description: 'What to send as `after` for the page after this one; null after the last.',
});

/** A page of accounts, with figures of the moment. */
export const accountList = z.object({
  accounts: z.array(
    z.object({
      accountId: id,
      available: credits,
      reserved: credits,
      spent: credits,
      waitedFor: credits.meta({ description: 'What requests that wait need together.' }),
      validUntil: instant.nullable(),
      lastEntryAt: instant.nullable(),
    }),
  ),
  next,
});

/** The requests of one id, which several accounts may have. */
export const requestsNamed = z.object({ requests: z.array(requestRecord), next });

/** A page of the queues of all accounts. */
export const waitingQueues = z.object({
  queues: z.array(
    z.object({
      accountId: id,
      available: credits,
      waitedFor: credits.meta({ description: 'What all of them need together.' }),
      ticketCount: z.int(),
      first: ticket.omit({ place: true, requiredAhead: true }).meta({
        description: 'The request that is served next.',
      }),
    }),
  ),
  next,
});

export const queuesPage = z.strictObject({
  after: accountId.optional().meta({ description: 'Only accounts after this one.' }),
  limit: whole(1, 1_000).default(100),
});

export const accountsPage = queuesPage.extend({
  prefix: accountId.optional().meta({ description: 'Only accounts whose ids begin so.' }),
});

export type AccountList = z.output<typeof accountList>;
export type RequestsNamed = z.output<typeof requestsNamed>;
export type WaitingQueues = z.output<typeof waitingQueues>;
export type AccountsPage = z.output<typeof accountsPage>;
export type QueuesPage = z.output<typeof queuesPage>;

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_ARGUMENT */
export const checkAccountsPage = (page: unknown = {}): AccountsPage =>
  parse(accountsPage, page, 'page');

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_ARGUMENT */
export const checkQueuesPage = (page: unknown = {}): QueuesPage => parse(queuesPage, page, 'page');
