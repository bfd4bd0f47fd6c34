import type { ActChain, SignedAccount } from '../../contract/checkpoint';
import type { LedgerCalls } from '../connection/calls';

export type Checkpoints = ReturnType<typeof checkpoints>;

/** Accounts in a page. */
const ACCOUNTS = 2_000;
/** Entries from before links were kept, hashed in one call. */
const ENTRIES = 10_000;

/** What a checkpoint signs, and how the ledger is compared with one. */
export function checkpoints(calls: LedgerCalls) {
  return {
    /** The accounts after `after`, each with its last entry’s link. */
    page: (after: string) => calls.call('checkpoint_page', { after, limit: ACCOUNTS }),

    /** Hashes the next entries of the account from before links were kept, and keeps the hash. */
    begin: (accountId: string) => calls.call('begin_journal', { accountId, limit: ENTRIES }),

    /** The same hash from the entries as they are now, on from `after` and `digest`. */
    digest: (accountId: string, after: number, digest: string) =>
      calls.call('digest_beginning', { accountId, after, digest, limit: ENTRIES }),

    /** What of these accounts isn’t there any more, or has other links. */
    differences: (accounts: Pick<SignedAccount, 'accountId' | 'version' | 'link'>[]) =>
      calls.call('checkpoint_differences', { accounts }),

    /** What leads from an entry to the link of entry `upto`; null if there is no such entry. */
    proof: (accountId: string, version: number, upto: number) =>
      calls.call('entry_proof', { accountId, version, upto }),

    /** The acts of the accounts after `after` that have some, each with the last link. */
    acts: (after: string) => calls.call('checkpoint_acts', { after, limit: ACCOUNTS }),

    /** What of these acts isn’t there any more, or has other links. */
    actDifferences: (chains: ActChain[]) => calls.call('act_differences', { chains }),

    /** The link of that catalog version; of the newest one in force if none is named. */
    version: (version?: number) => calls.call('checkpoint_version', { version }),

    /** The ids of accounts whose first entry is from before that time, after `after`. */
    begunBefore: (after: string, before: string) =>
      calls.call('accounts_begun_before', { after, before, limit: ACCOUNTS }),
  };
}
