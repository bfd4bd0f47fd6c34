import { setTimeout as pause } from 'node:timers/promises';
import { type ErrorCode, HoldfastError } from '../contract/errors';

/** `ok`, or the code of what is wrong. */
export type PartHealth = 'ok' | ErrorCode;

const TIMEOUT_MS = 3_000;

/**
 * Whether a server that a process needs answers a call.
 *
 * @param codeOtherwise the answer where the call has none in three seconds, or fails without a code
 */
export async function partHealth(
  call: () => Promise<unknown>,
  codeOtherwise: ErrorCode,
): Promise<PartHealth> {
  const inTime = new AbortController();
  const tooLate = pause(TIMEOUT_MS, codeOtherwise, { signal: inTime.signal }).catch(
    () => codeOtherwise,
  );
  const answer = call().then(
    () => 'ok' as const,
    (error) => (error instanceof HoldfastError ? error.code : codeOtherwise),
  );
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    inTime.abort();
  }
}
