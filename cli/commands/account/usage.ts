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
import type { Line } from '../../terminal/table';
import { table } from '../../words';

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
      run(usage, async ({ connections }, account: string, asked: UsageRange) => {
        const found = await connections.reader().usage(account, checkUsageRange(asked));
        return { json: found, text: inWords(found) };
      }),
    );
}

/** Days without a charge are left out. */
function inWords({ accountId, timeZone, days }: Usage): Line[] {
  const rows = days.flatMap(({ day, kinds }) =>
    kinds.map(({ kind, credits, generations }) => [day, kind, credits, generations]),
  );
  if (rows.length === 0)
    return [`No generation of account ${accountId} was charged on these ${days.length} days.`];
  return table([`day, ${timeZone}`, 'kind', 'credits', 'generations'], rows);
}
