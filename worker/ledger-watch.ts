import type { LedgerCheck } from '../client/ledger-check';
import { HoldfastError } from '../contract/errors';

const EVERY_MS = 30_000;

/**
 * Looks every half minute whether the namespace still belongs to the worker's ledger, and calls
 * `onLost` once it belongs to another: an operator gave it away while this worker ran. A Temporal
 * that can't be asked proves nothing. Returns a function that ends the watch.
 */
export function watchLedger(
  ledgerCheck: LedgerCheck,
  onLost: (mismatch: HoldfastError) => void,
): () => void {
  const look = () =>
    ledgerCheck.now().catch((error: unknown) => {
      if (error instanceof HoldfastError && error.code === 'LEDGER_MISMATCH') onLost(error);
    });
  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
