import type { Remembered, RememberedKey, Waiver } from '../../contract/restore';
import type { LedgerCalls } from '../connection/calls';

export type Restores = ReturnType<typeof restores>;

/** How far the ledger has come, and what it lacks after it was restored from an older copy. */
export function restores(calls: LedgerCalls) {
  return {
    /** Null if the ledger keeps none. */
    watermark: () => calls.call('watermark', {}),

    /** The new watermark; null if it stays: it moves at most once a minute. */
    advance: () => calls.call('advance_watermark', {}),

    /** Puts the watermark above what Temporal was told, with reason and name. */
    open: (told: number, words: { reason: string; by: string }) =>
      calls.call('open_restored', { told, ...words }),

    /** What the ledger knows of operations that workflows remember, in their order. */
    standings: (operations: RememberedKey[]) => calls.call('remembered_standing', { operations }),

    /** Does it again under its key. Refusals: those of the operation. */
    redo: (
      { accountId, what, id, said }: Pick<Remembered, 'accountId' | 'what' | 'id' | 'said'>,
      words: { reason: string; by: string },
    ) => calls.operate('redo_lost', { accountId, what, id, said, ...words }),

    /** Lets it be as it is, with reason and name. */
    waive: (waiver: Waiver) => calls.operate('waive_lost', waiver),
  };
}
