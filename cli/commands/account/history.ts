import type { Command } from 'commander';
import type { HistoryEntry } from '../../../contract/history';
import { checkPage } from '../../../contract/history';
import { checkAccountId } from '../../../contract/ids';
import type { Run } from '../../action';
import { addCommand } from '../../help';
import { limitOf, versionOf } from '../../numbers';
import { table } from '../../table';
import { timeInWords } from '../../words';

export function addHistory(program: Command, run: Run): void {
  addCommand(program, 'history', 'An account’s journal, newest first', [
    'holdfast history acme',
    'holdfast history acme --limit 10 --before 120 --json',
  ])
    .argument('<account>', 'the account id', checkAccountId)
    .option('--limit <n>', 'how many entries, 1 to 1000 (default: 50)', limitOf)
    .option('--before <version>', 'only entries before this one, to page on', versionOf)
    .action(
      run(async ({ connections }, account: string, { limit, before }: { limit?: number; before?: number }) => {
        const page = checkPage({ limit, before });
        const { entries } = await connections.reader().history(account, page);
        return { json: { entries }, text: historyInWords(account, entries) };
      }),
    );
}

export function historyInWords(accountId: string, entries: HistoryEntry[]): string {
  if (entries.length === 0) return `Account ${accountId} has no entries there.`;
  const rows = entries.map((entry) => [
    entry.version,
    timeInWords(entry.at),
    entry.type,
    signed(entry.availableDelta),
    signed(entry.reservedDelta),
    entry.availableAfter,
    entry.reservedAfter,
    about(entry),
  ]);
  return table(['entry', 'at', 'type', 'available', 'reserved', 'available after', 'reserved after', 'about'], rows);
}

function signed(credits: number): string {
  return credits === 0 ? '·' : `${credits > 0 ? '+' : '−'}${Math.abs(credits).toLocaleString('en-US')}`;
}

function about({ type, requestId, grantId, reason, by, metadata }: HistoryEntry): string {
  const parts = [
    requestId && `request ${requestId}`,
    grantId && `${type === 'expire' ? 'rest of ' : ''}grant ${grantId}`,
    reason,
    by && `by ${by}`,
    ...Object.entries(metadata ?? {}).map(([key, value]) => `${key}=${value}`),
  ];
  return parts.filter(Boolean).join(', ');
}
