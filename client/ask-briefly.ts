import { setTimeout as pause } from 'node:timers/promises';
import { HoldfastError } from '../contract/errors';

/** A ledger that takes longer is not waited for: the workflow asks it, with patience. */
const ASK_WITHIN_MS = 2_000;

/** The ledger's answer; undefined if it can't be asked, or takes longer than two seconds. */
export async function askBriefly<T>(ask: () => Promise<T>): Promise<T | undefined> {
  const asked = new AbortController();
  const tooLate = pause(ASK_WITHIN_MS, undefined, { signal: asked.signal }).catch(() => undefined);
  try {
    return await Promise.race([ask(), tooLate]);
  } catch (error) {
    if (error instanceof HoldfastError) return undefined;
    throw error;
  } finally {
    asked.abort();
  }
}
