import type { Command } from 'commander';
import {
  type BurnRates,
  burnRates,
  burnRatesPage,
  checkBurnRatesPage,
  checkReportMonth,
} from '../../../contract/report';
import { addCommand, type Run } from '../../command';
import { type AccountsPageOptions, addAccountsPage } from '../../options';
import type { Line } from '../../terminal/table';
import { furtherAccounts, table, timeInWords } from '../../words';

interface BurnRatesOptions extends AccountsPageOptions {
  month: string;
  dry?: true;
}

export function addBurnRates(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'burn-rates',
    'What each account has used in a month, and when it runs dry',
    ['holdfast burn-rates --month 2030-01', 'holdfast burn-rates --month 2030-01 --dry --json'],
  )
    .requiredOption('--month <month>', 'a calendar month in UTC, such as 2030-01', checkReportMonth)
    .option('--dry', 'only accounts that ran dry and have had no credits since');
  const what = 'how many accounts are looked at, 1 to 1000 (default: 200)';
  addAccountsPage(command, burnRatesPage.shape.limit, what).action(
    run(burnRates, async ({ connections }, { month, ...asked }: BurnRatesOptions) => {
      const page = checkBurnRatesPage(asked);
      const read = await connections.ledger().reports.burnRates(month, page);
      return { json: read, text: inWords(read) };
    }),
  );
}

function inWords({ accounts, next }: BurnRates): Line[] {
  const more = furtherAccounts(next);
  if (accounts.length === 0) return ['There are no such accounts here.', ...more];
  const rows = accounts.map((account) => [
    ...[account.accountId, account.spent, account.available, account.reserved],
    ...[timeInWords(account.runsDryAt), timeInWords(account.ranDryAt)],
  ]);
  return [
    ...table(['account', 'spent', 'available', 'reserved', 'runs dry at', 'ran dry at'], rows),
    ...more,
  ];
}
