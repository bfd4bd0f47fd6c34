import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { type ActWords, parseActWords } from '../../../contract/act';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId } from '../../../contract/ids';
import type { StopScope } from '../../../contract/settings';
import { addKeyOption } from '../subscription/subscription-options';

/** `--key`, `--reason` and `--by` are said of a change, and every command has `--json`. */
interface CommonOptions extends ActWords {
  key?: string;
  json?: true;
}

export function addAccountAndKey(command: Command): Command {
  return addKeyOption(command.argument('<account>', 'the account id', checkAccountId))
    .option('--reason <text>', 'why it is changed; it is kept')
    .option('--by <name>', 'who changes it; it is kept');
}

/** Why, and who: what an operator says of a change, if anything. @throws HoldfastError INVALID_ARGUMENT */
export const wordsOf = ({ reason, by }: ActWords): ActWords => parseActWords({ reason, by });

/**
 * The key of the change that the options ask for; undefined if they ask for none, and the settings
 * are to be shown.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a key or a reason without a change
 */
export function keyOfChange(options: CommonOptions): string | undefined {
  const { key, json: _, reason, by, ...changes } = options;
  if (Object.keys(changes).length > 0) return key ?? randomUUID();
  if ((key ?? reason ?? by) === undefined) return undefined;
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    '--key, --reason and --by belong to a change, and no option says what to change.',
  );
}

/** @throws HoldfastError INVALID_ARGUMENT if `--off` comes with options that turn the setting on */
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

export function addStopScope(command: Command): Command {
  return command
    .argument('[account]', 'the account id; without one, all accounts', checkAccountId)
    .option('--kind <kind>', 'only generations of that kind; `holdfast catalog show` lists them')
    .option('--all', 'all kinds for all accounts');
}

/**
 * The scope that the options name. All accounts and kinds need `--all`.
 *
 * @throws HoldfastError INVALID_STOP
 */
export function stopScopeOf(
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
