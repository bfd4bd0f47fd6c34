import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId } from '../../../contract/ids';
import type { StopScope } from '../../../contract/settings';
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

export interface ScopeOptions {
  kind?: string;
  all?: boolean;
}

export function takesScope(command: Command): Command {
  return command
    .argument('[account]', 'the account id; without one, all accounts', checkAccountId)
    .option('--kind <kind>', 'only generations of that kind; `holdfast catalog show` lists them')
    .option('--all', 'all kinds for all accounts');
}

/** Everybody is meant only where that is said. @throws HoldfastError INVALID_STOP */
export function scopeOf(
  accountId: string | undefined,
  { kind, all = false }: ScopeOptions,
): StopScope {
  const isNarrow = accountId !== undefined || kind !== undefined;
  if (isNarrow !== all) return { accountId: accountId ?? null, kind: kind ?? null };
  const message = all
    ? '--all is all kinds for all accounts: leave it out, or the account and --kind.'
    : 'Say which account or which --kind, or --all for all kinds of all accounts.';
  throw new HoldfastError('INVALID_STOP', message);
}
