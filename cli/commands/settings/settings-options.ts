import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId } from '../../../contract/ids';
import { takesKey } from '../subscription/subscription-options';

/** `--key K` names a change, and `--json` is every command's. */
interface CommonOptions {
  key?: string;
  json?: true;
}

export function takesAccountAndKey(command: Command): Command {
  return takesKey(command.argument('<account>', 'the account id', checkAccountId));
}

/** The key of what the options ask for; undefined where they ask for nothing but to be shown. @throws HoldfastError INVALID_ARGUMENT */
export function keyOfChange({ key, json: _, ...changes }: CommonOptions): string | undefined {
  if (Object.keys(changes).length > 0) return key ?? randomUUID();
  if (key === undefined) return undefined;
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    '--key names a change, and no other option says what to change.',
  );
}

/** `--off` beside what turns it on. @throws HoldfastError INVALID_ARGUMENT */
export function refuseBoth(isOff: boolean | undefined, isOn: boolean): void {
  if (!isOff || !isOn) return;
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    '--off turns it off, and the other options turn it on: which?',
  );
}
