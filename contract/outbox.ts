import { z } from 'zod';
import { answered } from './fields';

const head = { messageId: z.int(), accountId: answered.id };

/**
 * What somebody outside has to hear because of an operation, written in its transaction: a crash can't lose it.
 * wake: the request that may go now. notices: there are some to deliver. top-up: the account is to be topped up.
 */
export const outboxMessage = z.discriminatedUnion('kind', [
  z.object({ ...head, kind: z.literal('wake'), requestId: z.string() }),
  z.object({ ...head, kind: z.literal('notices') }),
  z.object({ ...head, kind: z.literal('top-up') }),
]);

/** How many messages an account had after somebody looked after it. */
export const attended = z.object({ found: z.int() });

export type OutboxMessage = z.output<typeof outboxMessage>;

/** Hands a message over; resolves once it can't be lost any more, rejects where it stays in the outbox. */
export type Deliver = (message: OutboxMessage) => Promise<void>;
