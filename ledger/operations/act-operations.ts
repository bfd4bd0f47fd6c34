import type { ActsPage, ActWords } from '../../contract/act';
import type { LedgerCalls } from '../connection/calls';

export type ActOperations = ReturnType<typeof acts>;

/** The operators' journal. Each operation writes its own act; this reads them. */
export function acts(calls: LedgerCalls) {
  return {
    /** A page, newest first; of one account where one is given. `next` is the next page's `before`. */
    read: ({ accountId, before, limit }: ActsPage) =>
      calls.call('acts', { accountId, before, limit }),

    /** An operator lets this pass of reconciliation release however many there are. */
    confirmReconciliation: (confirmed: ActWords & { passId: string; claimedIdentity?: string }) =>
      calls.run('confirm_reconciliation', confirmed),
  };
}
