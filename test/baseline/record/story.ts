import type { Ledger } from '../../../ledger/ledger';
import type { Holdfast } from '../../workflows/harness';

/** Where the ledger's test clock stands in the dump. */
export const NOW = '2026-11-28T12:00:00.000Z';

export interface Story {
  holdfast: Holdfast;
  /** Writes down what has a key, refuses refusals, and hands nothing over. */
  books: Ledger;
  ownerUrl: string;
  /** Sets the ledger's clock. No account sees it go back. */
  at(iso: string): Promise<void>;
}
