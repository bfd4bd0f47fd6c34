import { z } from 'zod';
import type { ErrorCode } from './errors';

/**
 * The types of fields, within the limits that Postgres, Temporal, JSON and a reader's screen set.
 */

const CODES = z.registry<{ code: ErrorCode }>();

/** A field with the error code of a value that it refuses. */
export function coded<Schema extends z.ZodType>(code: ErrorCode, schema: Schema): Schema {
  // A copy: several fields may share one schema.
  const field = schema.clone() as Schema;
  CODES.add(field, { code });
  return field;
}

/** The error code of a field, if it has its own. */
export function codeOf(schema: z.core.$ZodType): ErrorCode | undefined {
  return CODES.get(schema as z.ZodType)?.code;
}

/** Whether the ledger and Temporal can store the text: no NUL, no lone surrogate. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** Text of 1 to `lengthMax` characters that the ledger can store. */
export const text = (lengthMax: number) =>
  z.string().min(1).max(lengthMax).refine(isStorable, 'holds a NUL or broken Unicode');

/**
 * Text without control characters and broken Unicode, as the document says it: not every reader of
 * it knows classes of characters.
 */
export const ONE_LINE = {
  pattern: String.raw`^[^\u0000-\u001f\u007f-\u009f\ud800-\udfff]+$`,
};

/**
 * Text of 1 to `lengthMax` characters on one line, without control characters. Spaces around it are
 * removed.
 */
export const line = (lengthMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'holds a control character or broken Unicode')
    .meta(ONE_LINE);

/** The name of a kind, a plan or a pack, of any catalog version, past ones included. */
export const name = text(64);

/** An integer that JSON carries unchanged: up to ±(2^53 − 1). */
export const whole = (minimum: number, maximum = Number.MAX_SAFE_INTEGER) => {
  const error = `a whole number from ${minimum} to ${maximum}`;
  return z.int(error).min(minimum, error).max(maximum, error);
};

const INSTANT = /^.{19}(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-5]):\d\d)$/;

/**
 * An ISO 8601 time with an offset of less than 16 hours, between the years 1 and 9999 in UTC, with
 * up to nine decimals. It is kept as it was sent; calculations cut it to milliseconds.
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
  // The published document shows the format; the pattern would fill half a screen.
  .meta({ format: 'date-time', pattern: undefined, examples: ['2026-01-31T09:30:00.000Z'] });

/**
 * An instant in a query: cut to milliseconds, in UTC. It is no part of a key's body, so its text
 * need not be kept.
 */
export const askedInstant = instant.transform((said) => new Date(said).toISOString());

function isWithinCalendar(said: string): boolean {
  const year = new Date(said).getUTCFullYear();
  return year >= 1 && year <= 9999;
}

/** An ISO 8601 duration, at most to the millisecond, with numbers that fit the calendar. */
export const duration = z.iso
  .duration('an ISO 8601 duration such as P1M')
  .refine((said) => !/,|\.\d{4}/.test(said), 'fractions take a point and at most three decimals')
  .refine((said) => !/\d{4}Y|\d{7}/.test(said), 'at most 999 years, and no number above 999999');

/** An operator's reason over HTTP, where the token says who it is. */
export const reasonBesideToken = line(512).meta({
  description: 'Why; it is kept with the token’s `sub`.',
});

/** An ISO 4217 code. */
export const currency = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as USD');

/** Fields of answers. Answers may get new members, so readers must ignore unknown ones. */
export const answered = {
  /** The id of an account, a request or a purchase. */
  id: z.string().meta({ examples: ['acme'] }),
  credits: z.int(),
  instant: z.string().meta({ format: 'date-time', examples: ['2026-01-31T09:30:00.000Z'] }),
};
