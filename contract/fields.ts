import { z } from 'zod';
import type { ErrorCode } from './errors';

/** What fields are made of: the limits that Postgres, Temporal, JSON and a reader's screen set. */

const CODES = z.registry<{ code: ErrorCode }>();

/** A field, and the code of what is wrong with it. */
export function coded<Schema extends z.ZodType>(code: ErrorCode, schema: Schema): Schema {
  // A copy, because several fields may be made from one schema.
  const field = schema.clone() as Schema;
  CODES.add(field, { code });
  return field;
}

export function codeOf(schema: z.core.$ZodType): ErrorCode | undefined {
  return CODES.get(schema as z.ZodType)?.code;
}

/** Postgres' text and jsonb hold neither NUL nor a lone surrogate, and Temporal no lone surrogate. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** 1 to so many characters that the ledger can hold. */
export const text = (lengthMax: number) =>
  z.string().min(1).max(lengthMax).refine(isStorable, 'holds a NUL or broken Unicode');

/** The same on one line, without control characters, and without spaces around it. */
export const line = (lengthMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'holds a control character or broken Unicode');

/** A name of the catalog: of a kind, a plan, a pack. Also one that no catalog has any more. */
export const name = text(64);

/** An integer that JSON carries unchanged: up to ±(2^53 − 1). */
export const whole = (minimum: number, maximum = Number.MAX_SAFE_INTEGER) => {
  const error = `a whole number from ${minimum} to ${maximum}`;
  return z.int(error).min(minimum, error).max(maximum, error);
};

const INSTANT = /^.{19}(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-5]):\d\d)$/;

/**
 * An ISO 8601 time with an offset of less than 16 hours, between the years 1 and 9999 in UTC, with up to nine decimals.
 * It stays as it was said; where it is used it is cut to milliseconds.
 */
export const instant = z.iso
  .datetime({
    offset: true,
    abort: true,
    error: 'an ISO 8601 time with an offset, like 2026-01-31T09:30:00Z',
  })
  .refine((said) => INSTANT.test(said), {
    error: 'has nine decimals at most, and an offset below 16 hours',
    abort: true,
  })
  .refine(isWithinCalendar, 'lies between the years 1 and 9999 in UTC')
  // The format says it to readers of the document; the pattern would be half a screen.
  .meta({ format: 'date-time', pattern: undefined, examples: ['2026-01-31T09:30:00.000Z'] });

/** The same in a question, which nobody compares with an earlier one: cut to milliseconds, in UTC. */
export const askedInstant = instant.transform((said) => new Date(said).toISOString());

function isWithinCalendar(said: string): boolean {
  const year = new Date(said).getUTCFullYear();
  return year >= 1 && year <= 9999;
}

/** An ISO 8601 duration, to the millisecond at most, whose numbers a calendar has room for. */
export const duration = z.iso
  .duration('an ISO 8601 duration such as P1M')
  .refine((said) => !/,|\.\d{4}/.test(said), 'fractions take a point and at most three decimals')
  .refine((said) => !/\d{4}Y|\d{7}/.test(said), 'at most 999 years, and no number above 999999');

/** An ISO 4217 code. */
export const currency = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as USD');

/** What is answered. New members may come at any time, so readers must not mind those that they don't know. */
export const answered = {
  /** Of an account, a request, a purchase. */
  id: z.string().meta({ examples: ['acme'] }),
  credits: z.int(),
  instant: z.string().meta({ format: 'date-time', examples: ['2026-01-31T09:30:00.000Z'] }),
};
