import { z } from 'zod';
import { type ErrorCode, isErrorCode, type Refusal } from './errors';

export const errorCode = z
  .custom<ErrorCode>(isErrorCode, 'is no code of the catalogue')
  .meta({ type: 'string' });

/** A refusal as a value. The ledger and workflows return it; the edges throw a HoldfastError. */
export const refusal = z.object({
  code: errorCode,
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});

/** A refusal for the account's owner: the name in `details` is the operator's alone. */
export const refusalForOwner = refusal.omit({ details: true });

/** The schema of {@link Outcome}. */
export function outcome<Value extends z.ZodType>(value: Value) {
  return z.union([
    z.object({ ok: z.literal(true), value, replayed: z.boolean() }),
    z.object({ ok: z.literal(false), refusal }),
  ]);
}

/**
 * The outcome of a keyed operation. Expected refusals are values. `replayed`: the key was used
 * before, and `value` is its first result.
 */
export type Outcome<T> =
  | { ok: true; value: T; replayed: boolean }
  | { ok: false; refusal: Refusal };
