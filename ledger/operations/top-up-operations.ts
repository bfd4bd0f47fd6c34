import type { LedgerCalls } from '../connection/calls';

export type TopUps = ReturnType<typeof topUps>;

/** Automatic top-ups. Whether one is due, and whether the cap has room for it, is decided under the account's lock. */
export function topUps(calls: LedgerCalls) {
  return {
    /** Opens the purchase of one where one is due; while it is undecided, repeating this gives the same. */
    begin: (accountId: string) => calls.operate('begin_top_up', { accountId }),
  };
}
