import type { Command } from 'commander';
import { type Balance, balance, checkInstant } from '../../../contract/balance';
import { checkAccountId } from '../../../contract/ids';
import { addCommand, type Run } from '../../command';
import type { Line } from '../../terminal/table';
import { table, timeInWords } from '../../words';
import { unknownInWords } from './none-found';

export function addBalance(program: Command, run: Run): void {
  addCommand(program, 'balance', 'What an account has, and from which grants', [
    'holdfast balance acme',
    'holdfast balance acme --as-of 2026-01-31T00:00:00Z --json',
  ])
    .argument('<account>', 'the account id', checkAccountId)
    .option('--as-of <iso>', 'how it stood at that time', checkInstant)
    .action(
      run(balance, async ({ connections }, account: string, { asOf }: { asOf?: string }) => {
        const found = await connections.reader().balance(account, { asOf });
        return { json: found, text: balanceInWords(found) };
      }),
    );
}

export function balanceInWords(balance: Balance): Line[] {
  const { accountId, at, available, pendingExpiry, reserved, spent, expired, deducted } = balance;
  const { refunded, frozen, granted, owed, validUntil, grants } = balance;
  if (at === null) return unknownInWords(accountId);
  const figures = Object.entries({
    available,
    pendingExpiry,
    reserved,
    spent,
    expired,
    deducted,
    refunded,
    frozen,
    granted,
    owed,
  });
  const names: Record<string, string> = {
    pendingExpiry: 'ended, not yet booked',
    frozen: 'frozen: a dispute is open',
    granted: 'granted in all',
    owed: 'owed: the next credits pay it',
  };
  const summary = table(
    [`Account ${accountId}`, 'credits'],
    figures.filter(isWorthALine).map(([name, credits]) => [names[name] ?? name, credits]),
  );
  const lines = validUntil === null ? summary : [...summary, termInWords(validUntil, at)];
  if (grants.length === 0) return lines;
  const rows = grants.map(({ grantId, source, credits, remaining, expiresAt }) => {
    return [grantId, source, remaining, credits, timeInWords(expiresAt)];
  });
  return [...lines, '', ...table(['grant', 'source', 'remaining', 'of', 'until'], rows)];
}

function termInWords(validUntil: string, at: string | null): string {
  const hasLapsed = at !== null && Date.parse(at) >= Date.parse(validUntil);
  const when = timeInWords(validUntil);
  return hasLapsed
    ? `The subscription lapsed at ${when}.`
    : `The subscription’s credits are valid until ${when}.`;
}

/** Figures that are rarely above zero are shown only then. */
function isWorthALine([name, credits]: [string, number]): boolean {
  const rare = ['pendingExpiry', 'expired', 'deducted', 'refunded', 'frozen', 'owed'];
  return credits !== 0 || !rare.includes(name);
}
