import type { Outcome } from '../../contract/outcome';
import type { PurchaseRequest } from '../../contract/purchase';
import type { LedgerCalls } from '../connection/calls';

/**
 * buy: the intent is written, and its purchase is to be run. later: a decline was lately; ask again at `retryAt`, `at`
 * being the ledger's time. none: nothing is to be bought, and why.
 */
export type TopUpStep =
  | { step: 'buy'; purchase: PurchaseRequest }
  | { step: 'later'; at: string; retryAt: string }
  | { step: 'none'; reason: string };

/** Automatic top-ups. Whether one is due, and whether the cap has room for it, is decided under the account's lock. */
export class TopUps {
  readonly #calls: Pick<LedgerCalls, 'operate'>;

  constructor(calls: Pick<LedgerCalls, 'operate'>) {
    this.#calls = calls;
  }

  /** Opens the purchase of one where one is due; while it is undecided, repeating this gives the same. */
  begin(accountId: string): Promise<Outcome<TopUpStep>> {
    return this.#calls.operate('begin_top_up', [accountId]);
  }
}
