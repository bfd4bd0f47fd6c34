import type { Command } from 'commander';
import type { ActWords } from '../../../contract/act';
import { HoldfastError } from '../../../contract/errors';
import { parseTopUp } from '../../../contract/settings';
import { topUpRule } from '../../../contract/top-up';
import { addCommand, type Run } from '../../command';
import { wholeOf } from '../../options';
import { addAccountAndKey, keyOfChange, refuseBoth, wordsOf } from './settings-options';
import { answerOf, answerToChange, printedSettings } from './settings-words';

const { belowCredits, monthlyCapCents } = topUpRule.shape;

interface RuleOptions {
  pack?: string;
  below?: number;
  capCents?: number;
  paymentMethod?: string;
}

interface TopUpOptions extends RuleOptions, ActWords {
  off?: true;
  key?: string;
}

export function addTopUp(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'top-up',
    'Let an account buy a pack by itself when its credits run low',
    [
      'holdfast top-up acme --pack pack-125 --below 20 --cap-cents 20000',
      'holdfast top-up acme --off',
      'holdfast top-up acme --json',
    ],
  )
    .option('--pack <pack>', 'the pack’s id; `holdfast packs` lists them')
    .option(
      '--below <n>',
      'buy when fewer credits than that are available',
      wholeOf(belowCredits, '--below'),
    )
    .option(
      '--cap-cents <n>',
      'what it may spend in one calendar month (UTC), in cents',
      wholeOf(monthlyCapCents, '--cap-cents'),
    )
    .option(
      '--payment-method <name>',
      'what pays, as the payment provider calls it; its default for the account',
    )
    .option('--off', 'buy nothing by itself');
  addAccountAndKey(command).action(
    run(printedSettings, async ({ connections }, account: string, options: TopUpOptions) => {
      const key = keyOfChange(options);
      if (key === undefined)
        return answerOf(connections, await connections.reader().settings.get(account));
      const { off, pack, below, capCents, paymentMethod } = options;
      const rule = { pack, below, capCents, paymentMethod };
      refuseBoth(
        off,
        Object.values(rule).some((option) => option !== undefined),
      );
      const request = parseTopUp({
        accountId: account,
        key,
        topUp: off ? null : completeRule(rule),
      });
      return answerToChange(
        connections,
        await connections.ledger().settings.setTopUp(request, undefined, { act: wordsOf(options) }),
        key,
      );
    }),
  );
}

/** @throws HoldfastError INVALID_ARGUMENT */
function completeRule({ pack, below, capCents, paymentMethod }: RuleOptions): object {
  if (pack !== undefined && below !== undefined && capCents !== undefined) {
    return { packId: pack, belowCredits: below, monthlyCapCents: capCents, paymentMethod };
  }
  throw new HoldfastError('INVALID_ARGUMENT', 'A top-up needs --pack, --below and --cap-cents.');
}
