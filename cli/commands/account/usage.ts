import type { Command } from 'commander';
import { checkAccountId } from '../../../contract/ids';
import {
  checkUsageRange,
  type Usage,
  type UsageRange,
  usage,
  usageRange,
} from '../../../contract/usage';
import { addCommand, type Run } from '../../command';
import { wholeOf } from '../../options';
import type { Cell } from '../../terminal/table';
import { table } from '../../words';
import { noneFound } from './none-found';

export function addUsage(program: Command, run: Run): void {
  addCommand(program, 'usage', 'What an account’s generations were charged, per day and kind', [
    'holdfast usage acme',
    'holdfast usage acme --days 7 --time-zone Europe/Berlin --json',
  ])
    .argument('<account>', 'the account id', checkAccountId)
    .option(
      '--days <n>',
      'how many days, 1 to 366, the last one today (default: 30)',
      wholeOf(usageRange.shape.days, '--days'),
    )
    .option('--time-zone <name>', 'whose days, such as Europe/Berlin (default: UTC)')
    .action(
      run(usage, async ({ connections, screen }, account: string, asked: UsageRange) => {
        const reader = connections.reader();
        const found = await reader.usage(account, checkUsageRange(asked));
        const { timeZone, days } = found;
        const rows = rowsOf(days);
        const none = `No generation of account ${account} was charged on these ${days.length} days.`;
        const text =
          rows.length > 0
            ? table([`day, ${timeZone}`, 'kind', 'credits', 'generations'], rows)
            : await noneFound({ screen, reader }, account, none);
        return { json: found, text };
      }),
    );
}

/** Days without a charge are left out. */
function rowsOf(days: Usage['days']): Cell[][] {
  return days.flatMap(({ day, kinds }) =>
    kinds.map(({ kind, credits, generations }) => [day, kind, credits, generations]),
  );
}
