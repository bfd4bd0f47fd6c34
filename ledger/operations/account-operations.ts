import type { AccountList, AccountsPage, QueuesPage } from '../../contract/accounts';
import type { RequestRecord } from '../../contract/generation';
import type { LedgerCalls } from '../connection/calls';

export type Accounts = ReturnType<typeof accounts>;

/** Few enough that one call is short, also where no account has the request. */
const LOOKED_AT = 10_000;

/** What is asked of all accounts at once. It writes nothing. */
export function accounts(calls: LedgerCalls) {
  return {
    /** A page of accounts; `next` is the next page's `after`. */
    async list({ prefix = '', after = '', limit }: AccountsPage): Promise<AccountList> {
      const found: AccountList['accounts'] = [];
      let next: string | null = after;
      while (next !== null && found.length < limit) {
        const page: AccountList = await calls.call('account_list', {
          ...{ prefix, after: next, limit: prefix === '' ? limit : LOOKED_AT },
        });
        found.push(...page.accounts);
        next = page.next;
      }
      if (found.length <= limit) return { accounts: found, next };
      const accounts = found.slice(0, limit);
      return { accounts, next: accounts.at(-1)?.accountId ?? null };
    },

    /** The requests with that id, in the order of their accounts’ ids. */
    async requestsNamed(requestId: string): Promise<RequestRecord[]> {
      const found: RequestRecord[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const page: { requests: RequestRecord[]; next: string | null } = await calls.call(
          'requests_named',
          { requestId, after, limit: LOOKED_AT },
        );
        found.push(...page.requests);
        after = page.next;
      }
      return found;
    },

    /** A page of all accounts’ queues; `next` is the next page's `after`. */
    waitingQueues: ({ after = '', limit }: QueuesPage) =>
      calls.call('waiting_queues', { after, limit }),
  };
}
