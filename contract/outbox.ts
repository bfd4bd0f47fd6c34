/**
 * What somebody outside has to hear because of an operation, written in its transaction: a crash can't lose it.
 * wake: the request that may go now. notices: there are some to deliver. top-up: the account is to be topped up.
 */
export type OutboxMessage = { messageId: number; accountId: string } & (
  | { kind: 'wake'; requestId: string }
  | { kind: 'notices' }
  | { kind: 'top-up' }
);

/** Hands a message over; resolves once it can't be lost any more, rejects where it stays in the outbox. */
export type Deliver = (message: OutboxMessage) => Promise<void>;
