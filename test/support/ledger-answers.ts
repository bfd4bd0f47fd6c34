import { z } from 'zod';
import { canonicalJson } from '../../contract/json';
import { ledgerAnswer } from '../../ledger/connection/answers';
import type { FunctionName } from '../../ledger/connection/calls';
import { FUNCTIONS } from '../../ledger/functions';

/** What a ledger in this process says of each call. */
export const ANSWERS_CHANNEL = 'holdfast:ledger-answers';

export interface Answered {
  name: FunctionName;
  /** One, or a page's rows, as Postgres gave them. */
  answers: unknown[];
}

/** The whole answer of a function, or a row of it. */
export function schemaOf(name: FunctionName): z.ZodType {
  const { kind, answer } = FUNCTIONS[name];
  return kind === 'operation' ? ledgerAnswer(answer) : answer;
}

/** What of an answer doesn't fit: a member too many or too few, or one of another type. */
export function misfitsOf({ name, answers }: Answered): string[] {
  return answers.flatMap((answer) => misfitOf(name, schemaOf(name), answer));
}

export function misfitOf(what: string, schema: z.ZodType, answer: unknown): string[] {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) return [`${what}: ${z.prettifyError(parsed.error)} in ${JSON.stringify(answer)}`];
  if (canonicalJson(parsed.data) === canonicalJson(answer)) return [];
  return [`${what}: ${canonicalJson(answer)} is read as ${canonicalJson(parsed.data)}`];
}
