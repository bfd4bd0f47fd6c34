import type { z } from 'zod';
import { ledgerAnswer } from '../../ledger/connection/answers';
import type { FunctionName } from '../../ledger/connection/calls';
import { FUNCTIONS } from '../../ledger/functions';
import { misfitsIn } from './misfits';

/** The channel on which a ledger of this process publishes each answer. */
export const ANSWERS_CHANNEL = 'holdfast:ledger-answers';

export interface Answered {
  name: FunctionName;
  /** One answer or a page's rows, as Postgres gave them. */
  answers: unknown[];
}

/** The schema of a function's answer, or of one row of it. */
function schemaOf(name: FunctionName): z.ZodType {
  const { kind, answer } = FUNCTIONS[name];
  return kind === 'operation' ? ledgerAnswer(answer) : answer;
}

export function misfitsOf({ name, answers }: Answered): string[] {
  return answers.flatMap((answer) => misfitsIn(name, schemaOf(name), answer));
}
