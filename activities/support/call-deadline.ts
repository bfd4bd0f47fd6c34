import { TransientProviderError } from '../../providers/provider-errors';

/**
 * Below the heartbeat time-out of a generation (10 s): the attempt ends by itself, and a later one
 * asks again.
 */
export const GENERATION_CALL_MS_MAX = 8_000;

/** Below the 30 s that an attempt of a payment or of a notice may take. */
export const SLOW_CALL_MS_MAX = 25_000;

/**
 * Settles as the call does, or fails after `withinMs`. Temporal can't end a call that hangs: without
 * a deadline it would keep its worker's slot for ever, and a few of them all slots. A later outcome
 * of the call is ignored.
 *
 * @throws TransientProviderError when there is no answer by then
 */
export async function answeredWithin<Answer>(
  withinMs: number,
  call: () => Promise<Answer>,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    const message = `There was no answer within ${withinMs / 1000} s.`;
    timer = setTimeout(() => reject(new TransientProviderError(message)), withinMs);
  });
  try {
    return await Promise.race([call(), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
