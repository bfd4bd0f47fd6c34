import type { LedgerCheck } from '../client/ledger-check';
import { HoldfastError } from '../contract/errors';
import type { LedgerStanding } from './ledger-standing';

const EVERY_MS = 30_000;

/**
 * Looks every half minute whether the namespace still belongs to the worker's ledger, and whether
 * the ledger is still the one that Temporal was told of; and tells it again. Calls `onLost` once an
 * operator gave the namespace away, or the ledger was replaced by a copy, while this worker ran. A
 * Temporal that can't be asked proves nothing. Returns a function that ends the watch.
 */
export function watchLedger(
  ledgerCheck: LedgerCheck,
  standing: LedgerStanding | undefined,
  onLost: (why: HoldfastError) => void,
): () => void {
  const look = () =>
    ledgerCheck
      .now()
      .then(() => standing?.keep())
      .catch((error: unknown) => {
        if (!(error instanceof HoldfastError)) return;
        if (error.code === 'LEDGER_MISMATCH' || error.code === 'LEDGER_RESTORED') onLost(error);
      });
  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
