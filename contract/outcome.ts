import type { Refusal } from './errors';

/** The outcome of a keyed operation: expected refusals are values. `replayed`: the key was known, and this is the first result. */
export type Outcome<T> =
  | { ok: true; value: T; replayed: boolean }
  | { ok: false; refusal: Refusal };
