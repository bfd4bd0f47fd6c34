import { z } from 'zod';
import { type ErrorCode, HoldfastError } from './errors';

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
