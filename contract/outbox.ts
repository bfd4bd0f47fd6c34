import { z } from 'zod';
import { answered } from './fields';

const head = { messageId: z.int(), accountId: answered.id };

/**
 * A message of the outbox, written in the transaction of the operation that causes it, so that a
 * crash can't lose it.
 *
 * - `wake`: the request may be served now; `isCheck`: it is only to be found out whether its workflow lives.
 * - `notices`: the account has notices to deliver.
 * - `top-up`: the account's top-up may be due.
 */
export const outboxMessage = z.discriminatedUnion('kind', [
  z.object({
    ...head,
    kind: z.literal('wake'),
    requestId: z.string(),
    isCheck: z.literal(true).optional(),
  }),
  z.object({ ...head, kind: z.literal('notices') }),
  z.object({ ...head, kind: z.literal('top-up') }),
]);

/** How many messages the outbox holds for an account after its upkeep. */
export const attended = z.object({ found: z.int() });

export type OutboxMessage = z.output<typeof outboxMessage>;

/**
 * Hands a message over to Temporal. Resolves once Temporal has it, or has said that the request's
 * workflow has ended; rejects if it must stay in the outbox.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a product's own delivery answers nothing.
export type Deliver = (message: OutboxMessage) => Promise<void | 'ended'>;
