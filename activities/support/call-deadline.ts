/**
 * Below the heartbeat time-out of a generation (10 s): the attempt ends by itself, and a later one
 * asks again.
 */
export const GENERATION_CALL_MS_MAX = 8_000;

/** Below the 30 s that an attempt of a payment or of a notice may take. */
export const SLOW_CALL_MS_MAX = 25_000;
