import type { Command } from 'commander';
import { checkPage, type HistoryEntry, history, historyPage } from '../../../contract/history';
import { checkAccountId } from '../../../contract/ids';
import { addCommand, type Run } from '../../command';
import { addPage, type PageOptions } from '../../options';
import { table, timeInWords } from '../../words';

export function addHistory(program: Command, run: Run): void {
  const command = addCommand(program, 'history', 'An account’s journal, newest first', [
    'holdfast history acme',
    'holdfast history acme --limit 10 --before 120 --json',
  ]).argument('<account>', 'the account id', checkAccountId);
  addPage(command, historyPage.shape, { items: 'entries', place: 'version' }).action(
    run(history, async ({ connections }, account: string, { limit, before }: PageOptions) => {
      const page = await connections.reader().history(account, checkPage({ limit, before }));
      return { json: page, text: historyInWords(account, page.entries) };
    }),
  );
}

export function historyInWords(accountId: string, entries: HistoryEntry[]): string[] {
  if (entries.length === 0) return [`Account ${accountId} has no entries there.`];
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
  return table(
    ['entry', 'at', 'type', 'available', 'reserved', 'available after', 'reserved after', 'about'],
    rows,
  );
}

function signed(credits: number): string {
  return credits === 0
    ? '·'
    : `${credits > 0 ? '+' : '−'}${Math.abs(credits).toLocaleString('en-US')}`;
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
