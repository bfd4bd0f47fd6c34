import type { z } from 'zod';

/** The processes that read the environment. */
export type Process = 'worker' | 'web' | 'cli' | 'codec-server';

export interface Setting<
  By extends readonly Process[] = readonly Process[],
  Schema extends z.ZodType = z.ZodType,
> {
  by: By;
  schema: Schema;
  /** It may stand in a file (`secret-files.ts`). */
  isSecret: boolean;
  /** The value's form, for docs/configuration.md. */
  value: string;
  meaning: string;
  /** The default in words, if it differs between machines. */
  defaultInWords?: string;
}

export function required<const By extends readonly Process[], Value extends z.ZodType>(
  by: By,
  value: Value,
  meaning: string,
): Setting<By, Value> {
  return { by, schema: value, ...formOf(value), meaning };
}

export function optional<const By extends readonly Process[], Value extends z.ZodType>(
  by: By,
  value: Value,
  meaning: string,
): Setting<By, z.ZodOptional<Value>> {
  return { by, schema: value.optional(), ...formOf(value), meaning };
}

export function standard<const By extends readonly Process[], Value extends z.ZodType>(
  by: By,
  value: Value,
  otherwise: z.output<Value>,
  meaning: string,
  defaultInWords?: string,
): Setting<By, z.ZodDefault<Value>> {
  const schema = value.default(otherwise as z.core.util.NoUndefined<z.output<Value>>);
  return { by, schema, ...formOf(value), meaning, defaultInWords };
}

function formOf(value: z.ZodType): Pick<Setting, 'value' | 'isSecret'> {
  const { description = '', isSecret } = value.meta() ?? {};
  return { value: description, isSecret: isSecret === true };
}

export const ALL = ['worker', 'web', 'cli'] as const;
export const SERVICES = ['worker', 'web'] as const;
export const WORKER = ['worker'] as const;
export const WEB = ['web'] as const;
export const CLI = ['cli'] as const;
export const CODEC_SERVER = ['codec-server'] as const;
