import { HoldfastError } from '../../contract/errors';
import type { Screen } from './screen';

/**
 * Whether the person at the terminal wants it, having seen what it does.
 *
 * @throws HoldfastError INVALID_ARGUMENT where nobody can be asked; its details are `figures`
 */
export async function isAgreed(
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
