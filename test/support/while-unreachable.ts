import { setTimeout as pause } from 'node:timers/promises';
import { HoldfastError } from '../../contract/errors';

const PAUSE_MS = 250;
const UNREACHABLE = ['LEDGER_UNAVAILABLE', 'TEMPORAL_UNAVAILABLE'];

/**
 * Repeats a call while Postgres or Temporal can't be reached: a busy machine may not answer in time.
 * The call must have the same key each time.
 */
export async function whileUnreachable<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof HoldfastError && UNREACHABLE.includes(error.code))) throw error;
      await pause(PAUSE_MS);
    }
  }
}
