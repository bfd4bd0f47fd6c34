import type { Command } from 'commander';
import { HoldfastError } from '../../../contract/errors';
import type { Screen } from '../../terminal/screen';

/** An operator's word on what is ended by hand. */
export interface WordOptions {
  reason: string;
  by: string;
  yes?: true;
}

export function takesWord(command: Command): Command {
  return command
    .requiredOption('--reason <text>', 'why; it is kept')
    .requiredOption('--by <name>', 'who ends it; it is kept')
    .option('--yes', 'don’t ask');
}

/**
 * Whether whoever is at the terminal wants it, having seen what it does.
 *
 * @throws HoldfastError INVALID_ARGUMENT where there is nobody to ask
 */
export async function isAgreed(screen: Screen, effect: string, question: string): Promise<boolean> {
  if (!screen.canAsk) throw new HoldfastError('INVALID_ARGUMENT', `${effect} Add --yes to do it.`);
  screen.note(effect);
  return screen.confirm(question);
}
