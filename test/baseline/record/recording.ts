import type { Ledger } from '../../../ledger/ledger';
import type { Holdfast } from '../../workflows/harness';

/** The time of the ledger's test clock in the dump. */
export const NOW = '2026-11-28T12:00:00.000Z';

export interface Recording {
  holdfast: Holdfast;
  /** A ledger that records calls with keys, throws refusals, and delivers nothing. */
  ledger: Ledger;
  ownerUrl: string;
  /** Sets the ledger's clock. It never goes back for an account. */
  at(iso: string): Promise<void>;
}
