import type { LedgerCalls } from '../connection/calls';

export type TopUps = ReturnType<typeof topUps>;

/** Automatic top-ups. The ledger decides under the account's lock whether one is due. */
export function topUps(calls: LedgerCalls) {
  return {
    /** Opens a top-up's purchase if one is due; while it is open, repeating this gives the same. */
    begin: (accountId: string) => calls.operate('begin_top_up', { accountId }),
  };
}
