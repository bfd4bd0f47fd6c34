import { z } from 'zod';
import { type ErrorCode, HoldfastError } from './errors';

/** Postgres' text and jsonb can't hold NUL or a lone surrogate: refused early rather than failing in the middle. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** A name or a text of so many characters at most that the ledger can hold. */
export const storableText = (lengthMax: number) =>
  z.string().min(1).max(lengthMax).refine(isStorable, 'holds a NUL or broken Unicode');

/** An ISO 8601 time with an offset. Postgres knows no year 0, and no offset of 16 hours or more. */
export const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => !/^0000|[+-](1[6-9]|2\d):\d\d$/.test(text), 'the year is 1 or later, the offset below 16 hours');

/** An ISO 8601 duration, to the millisecond at most. */
export const duration = z.iso
  .duration('an ISO 8601 duration such as P1M')
  .refine((text) => !/,|\.\d{4}/.test(text), 'fractions take a point and at most three decimals')
  // Boundaries are counted from an anchor, so the calendar must have room for many of them.
  .refine((text) => !/\d{4}Y|\d{7}/.test(text), 'at most 999 years, and no number above 999999');

export type CodeByField = Partial<Record<string, ErrorCode>>;

/** What comes from outside, checked. @throws HoldfastError with the code of the first field that is wrong, else INVALID_ARGUMENT */
export function parseShape<Shape extends z.ZodType>(
  shape: Shape,
  raw: unknown,
  what: string,
  codeByField: CodeByField,
): z.output<Shape> {
  const parsed = shape.safeParse(raw);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0] ?? '');
  const problems = z.prettifyError(parsed.error).replaceAll('\n', ' ');
  const code = codeByField[field] ?? 'INVALID_ARGUMENT';
  throw new HoldfastError(code, `The ${what} is not valid: ${problems}`, field ? { field } : {});
}
