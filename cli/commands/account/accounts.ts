import type { Command } from 'commander';
import {
  type AccountList,
  accountList,
  accountsPage,
  checkAccountsPage,
} from '../../../contract/accounts';
import { checkAccountId } from '../../../contract/ids';
import { addCommand, type Run } from '../../command';
import { type AccountsPageOptions, addAccountsPage } from '../../options';
import type { Line } from '../../terminal/table';
import { furtherAccounts, table, timeInWords } from '../../words';

interface AccountsOptions extends AccountsPageOptions {
  prefix?: string;
}

export function addAccounts(program: Command, run: Run): void {
  const command = addCommand(program, 'accounts', 'The accounts, in the order of their ids', [
    'holdfast accounts',
    'holdfast accounts --prefix team- --limit 20 --json',
  ]).option('--prefix <text>', 'only accounts whose ids begin so', checkAccountId);
  const what = 'how many accounts, 1 to 1000 (default: 100)';
  addAccountsPage(command, accountsPage.shape.limit, what).action(
    run(accountList, async ({ connections }, asked: AccountsOptions) => {
      const page = checkAccountsPage(asked);
      const found = await connections.ledger().accounts.list(page);
      return { json: found, text: inWords(found) };
    }),
  );
}

function inWords({ accounts, next }: AccountList): Line[] {
  if (accounts.length === 0) return ['There are no such accounts.'];
  const rows = accounts.map((account) => [
    ...[account.accountId, account.available, account.reserved, account.waitedFor, account.spent],
    ...[timeInWords(account.validUntil), timeInWords(account.lastEntryAt)],
  ]);
  const head = ['account', 'available', 'reserved', 'waited for', 'spent', 'valid until'];
  return [...table([...head, 'last entry'], rows), ...furtherAccounts(next)];
}
