import { z } from 'zod';
import { canonicalJson } from '../../contract/json';

/**
 * Where a value does not fit a schema exactly: a missing or unknown member, or another type. Empty
 * if it fits.
 */
export function misfitsIn(what: string, schema: z.ZodType, value: unknown): string[] {
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    return [`${what}: ${z.prettifyError(parsed.error)} in ${JSON.stringify(value)}`];
  if (canonicalJson(parsed.data) === canonicalJson(value)) return [];
  return [`${what}: ${canonicalJson(value)} is read as ${canonicalJson(parsed.data)}`];
}
