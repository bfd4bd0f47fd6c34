import type { Command } from 'commander';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId } from '../../../contract/ids';
import type { StopScope } from '../../../contract/settings';

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
