import { z } from 'zod';

/** What the processes' configurations have in common: pieces of their schemas, and the words for what is wrong. */

export type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const logLevel = z.enum(LOG_LEVELS);

export const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' });

export const taskQueueName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be letters, digits, dots, dashes and underscores');

export const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(minimum, `must be ${minimum} at least`).max(maximum, `must be ${maximum} at most`));

/** Compose files and shells hand over an unset variable as an empty one. */
export function withoutEmpty(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

export function problemInWords({ path: [name], message }: z.core.$ZodIssue, env: Record<string, string>): string {
  return String(name) in env ? `${String(name)}: ${message}` : `${String(name)}: is required`;
}

export function unusable(problems: string[]): Error {
  return new Error(`The configuration is not usable:\n${problems.map((line) => `  ${line}`).join('\n')}`);
}
