import type { AccountCursor } from '../../contract/upkeep';
import type { LedgerCalls } from '../connection/calls';

export type Outbox = ReturnType<typeof outbox>;

/** Messages stay until they are delivered. An operation that is repeated delivers what is left. */
export function outbox(calls: LedgerCalls) {
  return {
    /**
     * Does for an account what every operation does at its end, and what only time brings: wakes
     * its queue, writes notices, requests a top-up. Its messages are delivered like any
     * operation's. `found` is how many there were.
     */
    async attend(accountId: string): Promise<{ found: number }> {
      const outcome = await calls.operate('attend_account', { accountId });
      return outcome.ok ? outcome.value : { found: 0 };
    },

    /**
     * A page of the accounts that `attend` is to be called for: with messages from before
     * `writtenBy`, a queue, or a notice that is due by `dueBy`.
     */
    unattended: (dueBy: string, writtenBy: string, after: AccountCursor | null, limit: number) =>
      calls.page('unattended_accounts', {
        dueBy,
        writtenBy,
        afterAccountId: after?.accountId,
        limit,
      }),
  };
}
