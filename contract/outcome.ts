import { z } from 'zod';
import { type ErrorCode, isErrorCode, type Refusal } from './errors';

export const errorCode = z
  .custom<ErrorCode>(isErrorCode, 'is no code of the catalogue')
  .meta({ type: 'string' });

/** A refusal as a value: what the ledger and workflows return where the edges throw a HoldfastError. */
export const refusal = z.object({
  code: errorCode,
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});

/** Not who has stopped it: that is the operator's. */
export const refusalForOwner = refusal.omit({ details: true });

/** The outcome of a keyed operation: expected refusals are values. `replayed`: the key was known; this is the first result. */
export function outcome<Value extends z.ZodType>(value: Value) {
  return z.union([
    z.object({ ok: z.literal(true), value, replayed: z.boolean() }),
    z.object({ ok: z.literal(false), refusal }),
  ]);
}

/** The outcome of a keyed operation: expected refusals are values. `replayed`: the key was known, and this is the first result. */
export type Outcome<T> =
  | { ok: true; value: T; replayed: boolean }
  | { ok: false; refusal: Refusal };
