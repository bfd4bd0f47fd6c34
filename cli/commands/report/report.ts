import type { Command } from 'commander';
import { checkReportMonth, type Report, report } from '../../../contract/report';
import { moneyInWords } from '../../../domain/pricing/money';
import { addCommand, type Run } from '../../command';
import { csvHead, csvLines, expectNoJson } from '../../csv';
import type { Line } from '../../terminal/table';
import { counted, table } from '../../words';

const NOTE_EVERY = 50_000;

interface ReportOptions {
  month: string;
  csv?: true;
}

export function addReport(program: Command, run: Run): void {
  addCommand(
    program,
    'report',
    'A month for finance: granted, spent, expired, recognised, and what is outstanding',
    ['holdfast report --month 2030-01', 'holdfast report --month 2030-01 --csv > 2030-01.csv'],
  )
    .requiredOption('--month <month>', 'a calendar month in UTC, such as 2030-01', checkReportMonth)
    .option('--csv', 'print its lines as CSV')
    .action(
      run(report, async ({ connections, screen }, { month, csv }: ReportOptions) => {
        if (csv) expectNoJson(screen);
        let told = 0;
        const read = await connections.ledger().reports.month(month, (accounts) => {
          if (accounts < told + NOTE_EVERY) return;
          told = accounts;
          screen.note(`${counted(accounts, 'account', 'accounts')} so far.`);
        });
        return { json: read, text: csv ? csvOf(read) : inWords(read) };
      }),
    );
}

const COLUMNS = [
  ...['month', 'what', 'currency', 'source', 'imported', 'name', 'kind'],
  ...['credits', 'cents', 'entries'],
];

/** Each line of the month, then what is outstanding, with what it was before and is now in all. */
function csvOf({ month, totals, lines, outstanding }: Report): string[] {
  const ends = totals.filter(({ what }) => what === 'opening' || what === 'closing');
  const rows = [
    ...lines.map((line) => ({ month, ...line })),
    ...outstanding.map((line) => ({ month, what: 'outstanding', ...line })),
    ...ends.map((line) => ({ month, ...line })),
  ];
  return [csvHead(COLUMNS), ...csvLines(COLUMNS, rows)];
}

function inWords({ month, final, accounts, totals, lines, outstanding }: Report): Line[] {
  const state = final ? '' : ', which is not over yet';
  const ofGrant = (line: Report['outstanding'][number]) => [
    line.imported ? `${line.source}, imported` : (line.source ?? '–'),
    line.name ?? '–',
  ];
  const money = ({ currency, cents }: { currency: string | null; cents: number }) =>
    currency === null ? '–' : moneyInWords(cents, currency);
  return [
    `${month}${state}, ${counted(accounts, 'account', 'accounts')}:`,
    '',
    ...table(
      ['what', 'credits', 'money'],
      totals.map((line) => [line.what, line.credits, money(line)]),
    ),
    '',
    ...table(
      ['what', 'source', 'plan or pack', 'kind', 'credits', 'money'],
      lines.map((line) => [
        ...[line.what, ...ofGrant(line), line.kind ?? '–', line.credits, money(line)],
      ]),
    ),
    '',
    ...table(
      ['outstanding of', 'plan or pack', 'credits', 'money'],
      outstanding.map((line) => [...ofGrant(line), line.credits, money(line)]),
    ),
  ];
}
