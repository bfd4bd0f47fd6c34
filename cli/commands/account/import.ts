import type { Command } from 'commander';
import {
  type ImportReport,
  type ImportRequest,
  importReport,
  parseImportRequest,
} from '../../../contract/import';
import { addCommand, type Run } from '../../command';
import { EXIT } from '../../errors';
import { importFile } from '../../import/import-file';
import { notOk } from '../../terminal/red';
import type { Line } from '../../terminal/table';
import { counted, creditsInWords } from '../../words';

interface ImportOptions extends ImportRequest {
  dryRun?: true;
}

export function addImport(program: Command, run: Run): void {
  addCommand(program, 'import', 'Take accounts over from another system, once per line', [
    'holdfast import accounts.csv --reason "From the old billing" --by sam --dry-run',
    'holdfast import accounts.jsonl --reason "From the old billing" --by sam --json',
  ])
    .argument('<file>', 'CSV with a line of columns, or JSON lines: docs/how-to/import.md')
    .requiredOption('--reason <text>', 'why; it is kept')
    .requiredOption('--by <name>', 'who imports; it is kept')
    .option('--dry-run', 'say for each line what would come of it, and change nothing')
    .action(
      run(importReport, async ({ connections, screen }, file: string, options: ImportOptions) => {
        const { dryRun = false, reason, by } = options;
        const asked = { ...parseImportRequest({ reason, by }), isDry: dryRun };
        const report = await importFile(connections.ledger(), file, asked, (line) =>
          screen.note(line),
        );
        return {
          json: report,
          text: inWords(report),
          exitCode: report.refused > 0 ? EXIT.unwanted : EXIT.done,
        };
      }),
    );
}

function inWords({ dryRun, lines, made, known, refused }: ImportReport): Line[] {
  const things = [
    counted(made.accounts, 'account line', 'account lines'),
    counted(made.subscriptions, 'subscription', 'subscriptions'),
    `${counted(made.grants, 'grant', 'grants')}, ${creditsInWords(made.credits)} in all`,
  ];
  const ofLines = `Of ${counted(lines, 'line', 'lines')} ${counted(known, 'was', 'were')} there already, and ${counted(refused, 'is', 'are')} refused.`;
  return [
    `${dryRun ? 'Would take over' : 'Took over'} ${things.join(', ')}.`,
    refused > 0 ? notOk(ofLines) : ofLines,
  ];
}
