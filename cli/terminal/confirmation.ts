import { z } from 'zod';
import { HoldfastError } from '../../contract/errors';
import { EXIT } from '../errors';
import type { Screen } from './screen';

/**
 * Whether the person at the terminal confirms an effect, which is shown before the question.
 *
 * @throws HoldfastError INVALID_ARGUMENT if there is no terminal to ask at; its details are
 *   `figures`
 */
export async function isConfirmed(
  screen: Screen,
  effect: string,
  question: string,
  figures: Record<string, string | number> = {},
): Promise<boolean> {
  if (!screen.canAsk)
    throw new HoldfastError('INVALID_ARGUMENT', `${effect} Add --yes to do it.`, figures);
  screen.note(effect);
  return screen.confirm(question);
}

/** The answer of a command whose question was answered with no. */
export const UNCHANGED = {
  json: { changed: false as const },
  text: ['Nothing was changed.'],
  exitCode: EXIT.unwanted,
};

/** The shape of the JSON of a command that asks before it acts. */
export function orUnchanged<Printed extends z.ZodType>(printed: Printed) {
  return z.union([z.object({ changed: z.literal(false) }), printed]);
}
