import type { Command } from 'commander';
import type { ActWords } from '../../../contract/act';
import { limits, parseLimits } from '../../../contract/settings';
import { addCommand, type Run } from '../../command';
import { wholeOrNoneOf } from '../../options';
import { addAccountAndKey, keyOfChange, wordsOf } from './settings-options';
import { answerOf, answerToChange, printedSettings } from './settings-words';

const { dailyCreditsMax, generationCreditsMax, concurrentGenerationsMax } = limits.shape;

type LimitOption = number | 'none' | null;

interface LimitsOptions extends ActWords {
  daily?: LimitOption;
  perGeneration?: LimitOption;
  atOnce?: LimitOption;
  key?: string;
}

export function addLimits(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'limits',
    'What an account may use; without options, all of its settings',
    [
      'holdfast limits acme',
      'holdfast limits acme --daily 500 --at-once 3',
      'holdfast limits acme --daily none --json',
    ],
  )
    .option(
      '--daily <n>',
      'credits per day (UTC), or none',
      wholeOrNoneOf(dailyCreditsMax, '--daily'),
    )
    .option(
      '--per-generation <n>',
      'credits that one generation may cost, or none',
      wholeOrNoneOf(generationCreditsMax, '--per-generation'),
    )
    .option(
      '--at-once <n>',
      'generations at the same time, or none',
      wholeOrNoneOf(concurrentGenerationsMax, '--at-once'),
    );
  addAccountAndKey(command).action(
    run(printedSettings, async ({ connections }, account: string, options: LimitsOptions) => {
      const key = keyOfChange(options);
      if (key === undefined)
        return answerOf(connections, await connections.reader().settings.get(account));
      const limits = {
        dailyCreditsMax: limitOf(options.daily),
        generationCreditsMax: limitOf(options.perGeneration),
        concurrentGenerationsMax: limitOf(options.atOnce),
      };
      const request = parseLimits({ accountId: account, key, ...limits });
      return answerToChange(
        connections,
        await connections.ledger().settings.setLimits(request, { act: wordsOf(options) }),
        key,
      );
    }),
  );
}

function limitOf(option: LimitOption | undefined): number | null | undefined {
  return option === 'none' ? null : option;
}
