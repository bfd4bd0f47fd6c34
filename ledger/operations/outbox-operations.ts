import type { AccountCursor } from '../../contract/upkeep';
import type { LedgerCalls } from '../connection/calls';

export type Outbox = ReturnType<typeof outbox>;

/** Messages stay until they are delivered. Whoever repeats an operation is given those that are still there. */
export function outbox(calls: LedgerCalls) {
  return {
    /**
     * Looks after an account as every operation does at its end: whom to wake, what to tell, what to buy. What it finds
     * is delivered like any operation's messages. `found` is how many there were.
     */
    async attend(accountId: string): Promise<{ found: number }> {
      const outcome = await calls.operate('attend_account', { accountId });
      return outcome.ok ? outcome.value : { found: 0 };
    },

    /** Accounts that are to be looked after: messages older than `writtenBy`, queues, and expiries to tell of. */
    unattended: (dueBy: string, writtenBy: string, after: AccountCursor | null, limit: number) =>
      calls.page('unattended_accounts', {
        dueBy,
        writtenBy,
        afterAccountId: after?.accountId,
        limit,
      }),
  };
}
