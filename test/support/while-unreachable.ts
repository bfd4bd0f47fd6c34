import { HoldfastError } from '../../contract/errors';

/**
 * Repeats a call of the ledger while Postgres can't be reached: a busy machine may not open a
 * connection in time. The call must have the same key each time.
 */
export async function whileUnreachable<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof HoldfastError && error.code === 'LEDGER_UNAVAILABLE')) throw error;
    }
  }
}
