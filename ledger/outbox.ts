import type { LedgerCalls } from './calls';

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

export interface AccountCursor {
  accountId: string;
}

/** Messages stay until they are delivered. Whoever repeats an operation is given those that are still there. */
export class Outbox {
  readonly #calls: Pick<LedgerCalls, 'operate' | 'page'>;

  constructor(calls: Pick<LedgerCalls, 'operate' | 'page'>) {
    this.#calls = calls;
  }

  /**
   * Looks after an account as every operation does at its end: whom to wake, what to tell, what to buy. What it finds
   * is delivered like any operation's messages. `found` is how many there were.
   */
  async attend(accountId: string): Promise<{ found: number }> {
    const outcome = await this.#calls.operate<{ found: number }>('attend_account', [accountId]);
    return outcome.ok ? outcome.value : { found: 0 };
  }

  /** Accounts that are to be looked after: messages older than `writtenBy`, queues, and expiries to tell of. */
  unattended(dueBy: string, writtenBy: string, after: AccountCursor | null, limit: number): Promise<AccountCursor[]> {
    return this.#calls.page('unattended_accounts', [dueBy, writtenBy, after?.accountId, limit]);
  }
}
