import { z } from 'zod';
import { answered, whole } from './fields';
import { refusal, refusalForOwner } from './outcome';
import { parse } from './parse';
import { packOffer } from './prices';

const { credits, id, instant } = answered;

/**
 * How long a request may wait for credits: until an instant, or for an ISO 8601 duration by the
 * ledger's clock.
 */
export const waitLimit = z.union([
  z.object({ until: z.string() }),
  z.object({ timeout: z.string() }),
]);

/** The room that a worker gives each account's queue. */
export interface QueueRoom {
  /** How many requests of the account may wait at the same time. */
  placesMax: number;
  /** How large those requests may be together, as UTF-8 JSON. */
  bytesMax: number;
}

/** The wait of a request, as its record keeps it. */
export const waitRecord = z.object({
  place: z
    .int()
    .nullable()
    .meta({ description: '1 is served next; null once it waits no longer.' }),
  required: credits.meta({ description: 'The price that was asked for last.' }),
  admitted: credits.meta({
    description:
      'The price at which it was put into the queue; above that it ends as PRICE_CHANGED.',
  }),
  since: instant,
  until: instant,
});

/** A request's place in its account's queue. */
export const ticket = z.object({
  place: z.int().meta({ description: '1 is served next.' }),
  requestId: z.string(),
  kind: z.string(),
  required: credits,
  requiredAhead: credits.meta({ description: 'What those ahead of it need together.' }),
  since: instant,
  until: instant,
});

const outline = {
  accountId: id,
  at: instant
    .nullable()
    .meta({ description: 'The ledger’s time; null where it has no such account.' }),
  available: credits,
  waitedFor: credits.meta({ description: 'What all of them need together.' }),
  ticketCount: z.int().meta({ description: 'How many wait in all.' }),
};

const heldUp = refusal.optional().meta({
  description: 'The stop or the limit that keeps the first one, however many credits there are.',
});

const next = z.int().nullable().meta({
  description: 'What to send as `after` for the page after this one; null after the last.',
});

/** A page of an account's queue, in the order in which it is served. Published JSON. */
export const waitingQueue = z.object({ ...outline, heldUp, tickets: z.array(ticket), next });

export const waitingPage = z.strictObject({
  limit: whole(1, 1_000).default(100),
  after: whole(1).optional().meta({ description: 'The `next` of the page before.' }),
});

/** An account's queue for its owner, without the operator's name in a stop. */
export const waitingQueueForOwner = waitingQueue
  .extend({ heldUp: refusalForOwner.optional().meta({ description: heldUp.meta()?.description }) })
  .meta({ id: 'WaitingQueue' });

/** The place of one request in its account's queue; `ticket` is null if it isn't queued. */
export const waitingPlace = z.object({ ...outline, heldUp, ticket: ticket.nullable() });

/** The answer to a queued request: its place, and what would help. Published JSON. */
export const waiting = ticket.extend({
  at: instant,
  available: credits,
  shortfall: credits,
  packs: z.array(packOffer),
  heldUp,
});

export type WaitLimit = z.output<typeof waitLimit>;
/** A wait as the ledger is asked for it: with the size of the request, and the queue's room. */
export type BoundedWait = WaitLimit & Partial<QueueRoom & { requestBytes: number }>;
export type WaitRecord = z.output<typeof waitRecord>;
export type Ticket = z.output<typeof ticket>;
export type WaitingQueue = z.output<typeof waitingQueue>;
export type WaitingPage = z.input<typeof waitingPage>;
export type WaitingPlace = z.output<typeof waitingPlace>;
export type Waiting = z.output<typeof waiting>;

/** @throws HoldfastError INVALID_ARGUMENT */
export const checkWaitingPage = (page: unknown = {}): WaitingPage =>
  parse(waitingPage, page, 'page');
