import { z } from 'zod';
import { canonicalJson } from '../../contract/json';

/** Where a value doesn't fit a schema exactly: a member too many or too few, or of another type. None where it fits. */
export function misfitsIn(what: string, schema: z.ZodType, value: unknown): string[] {
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    return [`${what}: ${z.prettifyError(parsed.error)} in ${JSON.stringify(value)}`];
  if (canonicalJson(parsed.data) === canonicalJson(value)) return [];
  return [`${what}: ${canonicalJson(value)} is read as ${canonicalJson(parsed.data)}`];
}
