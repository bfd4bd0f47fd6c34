import type { Command } from 'commander';
import { checkAskedInstant } from '../../../contract/balance';
import { HoldfastError } from '../../../contract/errors';
import {
  checkPage,
  entryType,
  type HistoryEntry,
  type HistoryPage,
  history,
  historyFilter,
  historyPage,
} from '../../../contract/history';
import { checkAccountId, checkRequestId } from '../../../contract/ids';
import { parseField } from '../../../contract/parse';
import { addCommand, type Run } from '../../command';
import { expectNoJson } from '../../csv';
import { addPage, type PageOptions } from '../../options';
import type { Line } from '../../terminal/table';
import { table, timeInWords } from '../../words';
import { writeHistoryCsv } from './history-csv';
import { noneFound } from './none-found';

interface HistoryOptions extends PageOptions {
  from?: string;
  until?: string;
  type?: HistoryPage['type'];
  request?: string;
  kind?: string;
  csv?: true;
}

export function addHistory(program: Command, run: Run): void {
  const command = addCommand(program, 'history', 'An account’s journal, newest first', [
    'holdfast history acme',
    'holdfast history acme --limit 10 --before 120 --json',
    'holdfast history acme --request order-4711',
    'holdfast history acme --from 2030-01-01T00:00:00Z --until 2030-02-01T00:00:00Z --csv > acme.csv',
  ])
    .argument('<account>', 'the account id', checkAccountId)
    .option('--from <iso>', 'only entries of then or later', checkAskedInstant)
    .option('--until <iso>', 'only entries of before then', checkAskedInstant)
    .option('--type <type>', `only entries of this type: ${entryType.options.join(', ')}`, typeOf)
    .option('--request <request>', 'only entries of this request', checkRequestId)
    .option('--kind <kind>', 'only generations of this kind', kindOf);
  addPage(command, historyPage.shape, { items: 'entries', place: 'version' })
    .option('--csv', 'print all pages as CSV')
    .action(
      run(history, async ({ connections, screen }, account: string, said: HistoryOptions) => {
        const page = pageOf(said);
        const reader = connections.reader();
        if (said.csv) {
          expectNoJson(screen);
          return writeHistoryCsv(screen, page, (asked) => reader.history(account, asked));
        }
        const found = await reader.history(account, page);
        const text =
          found.entries.length > 0
            ? historyInWords(found.entries)
            : await noneFound(
                { screen, reader },
                account,
                `Account ${account} has no entries there.`,
              );
        return { json: found, text };
      }),
    );
}

const typeOf = (text: string) => parseField(historyFilter.shape.type, text, '--type');
const kindOf = (text: string) => parseField(historyFilter.shape.kind, text, '--kind');

function pageOf({ from, request, csv, ...page }: HistoryOptions): HistoryPage {
  if (csv && page.limit !== undefined)
    throw new HoldfastError('INVALID_ARGUMENT', '--csv prints all pages: leave --limit out.');
  return checkPage({ ...page, since: from, requestId: request });
}

export function historyInWords(entries: HistoryEntry[]): Line[] {
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

function about({ type, kind, requestId, grantId, reason, by, ...entry }: HistoryEntry): string {
  const { owedDelta, owedAfter = 0, metadata = {} } = entry;
  const parts = [
    kind,
    owedDelta && `${signed(owedDelta)} owed, ${owedAfter.toLocaleString('en-US')} in all`,
    requestId && `request ${requestId}`,
    grantId && `${type === 'expire' ? 'rest of ' : ''}grant ${grantId}`,
    reason,
    by && `by ${by}`,
    ...Object.entries(metadata).map(([key, value]) => `${key}=${value}`),
  ];
  return parts.filter(Boolean).join(', ');
}
