import type { Command } from 'commander';
import type { ActWords } from '../../../contract/act';
import { parseLowBalance, type Threshold, threshold } from '../../../contract/settings';
import { addCommand, type Run } from '../../command';
import { wholeOf } from '../../options';
import { addAccountAndKey, keyOfChange, refuseBoth, wordsOf } from './settings-options';
import { answerOf, answerToChange, printedSettings } from './settings-words';

interface LowBalanceOptions extends ActWords {
  below?: Threshold[];
  off?: true;
  key?: string;
}

export function addLowBalance(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'low-balance',
    'When to tell that an account’s credits run low',
    [
      'holdfast low-balance acme --below 20 --below 10%',
      'holdfast low-balance acme --off',
      'holdfast low-balance acme --json',
    ],
  )
    .option(
      '--below <threshold>',
      'so many credits, or a share of the cycle’s grant (10%); may be given several times, and replaces all earlier ones',
      (text: string, earlier: Threshold[] = []) => [...earlier, belowOf(text)],
    )
    .option('--off', 'tell of no low balance');
  addAccountAndKey(command).action(
    run(printedSettings, async ({ connections }, account: string, options: LowBalanceOptions) => {
      const key = keyOfChange(options);
      if (key === undefined)
        return answerOf(connections, await connections.reader().settings.get(account));
      refuseBoth(options.off, options.below !== undefined);
      const request = parseLowBalance({ accountId: account, key, lowBalance: options.below ?? [] });
      return answerToChange(
        connections,
        await connections.ledger().settings.setLowBalance(request, { act: wordsOf(options) }),
        key,
      );
    }),
  );
}

const [inCredits, asShare] = threshold.options;
const creditsOf = wholeOf(inCredits.shape.credits, '--below');
const percentOf = wholeOf(asShare.shape.percentOfCycle, 'The percentage of --below');

function belowOf(text: string): Threshold {
  return text.endsWith('%')
    ? { percentOfCycle: percentOf(text.slice(0, -1)) }
    : { credits: creditsOf(text) };
}
