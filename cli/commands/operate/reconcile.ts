import type { Command } from 'commander';
import type { ReconciliationReport } from '../../../client';
import type { Run } from '../../action';
import { EXIT } from '../../exit-codes';
import { addCommand } from '../../help';

export function addReconcile(program: Command, run: Run): void {
  addCommand(program, 'reconcile', 'Look now for reservations whose workflow has ended, and settle them', [
    'holdfast reconcile',
    'holdfast reconcile --confirm',
  ])
    .option('--confirm', 'release however many there are; without it a suspicious number is only reported')
    .action(
      run(async ({ connections }, { confirm }: { confirm?: true }) => {
        const client = await connections.client();
        const report = await client.reconciliation.run({ confirm });
        return {
          json: report,
          text: reportInWords(report),
          exitCode: report.status === 'stopped' ? EXIT.refused : EXIT.done,
        };
      }),
    );
}

function reportInWords(report: ReconciliationReport): string {
  const { status, reason, message, open, extended, missing, unclear, orphans, released, committed, unsettled } = report;
  if (status === 'stopped') return `Stopped (${reason}): ${message}`;
  return [
    `${open} open reservations; those that were due:`,
    `  ${extended} whose workflow runs: held on`,
    `  ${missing} whose workflow was not found: they count once two passes in a row have looked`,
    `  ${unclear} of which Temporal said nothing clear: left alone`,
    `  ${orphans} orphans: ${released} released, ${committed} committed, ${unsettled} left to the next pass`,
  ].join('\n');
}
