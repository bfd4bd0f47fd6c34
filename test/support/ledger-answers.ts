import type { z } from 'zod';
import { ledgerAnswer } from '../../ledger/connection/answers';
import type { FunctionName } from '../../ledger/connection/calls';
import { FUNCTIONS } from '../../ledger/functions';
import { misfitsIn } from './misfits';

/** What a ledger in this process says of each call. */
export const ANSWERS_CHANNEL = 'holdfast:ledger-answers';

export interface Answered {
  name: FunctionName;
  /** One, or a page's rows, as Postgres gave them. */
  answers: unknown[];
}

/** The whole answer of a function, or a row of it. */
function schemaOf(name: FunctionName): z.ZodType {
  const { kind, answer } = FUNCTIONS[name];
  return kind === 'operation' ? ledgerAnswer(answer) : answer;
}

export function misfitsOf({ name, answers }: Answered): string[] {
  return answers.flatMap((answer) => misfitsIn(name, schemaOf(name), answer));
}
