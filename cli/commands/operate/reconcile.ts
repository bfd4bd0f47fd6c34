import type { Command } from 'commander';
import { type ActWords, parseActWords } from '../../../contract/act';
import { HoldfastError } from '../../../contract/errors';
import { type ReconciliationReport, reconciliationReport } from '../../../contract/reconciliation';
import { addCommand, type Run } from '../../command';
import { EXIT } from '../../errors';
import { notOk } from '../../terminal/red';
import type { Line } from '../../terminal/table';
import { counted } from '../../words';

interface Options extends ActWords {
  confirm?: true;
}

export function addReconcile(program: Command, run: Run): void {
  addCommand(
    program,
    'reconcile',
    'Put right now what was missed: reservations of ended workflows, cycles, expiries, lost workflows',
    [
      'holdfast reconcile',
      'holdfast reconcile --confirm --reason "Temporal was replaced, ticket 4711" --by sam',
    ],
  )
    .option(
      '--confirm',
      'release however many there are; without it a suspicious number is only reported',
    )
    .option('--reason <text>', 'why it is confirmed; it is kept')
    .option('--by <name>', 'who confirms it; it is kept')
    .action(
      run(reconciliationReport, async ({ connections }, { confirm, reason, by }: Options) => {
        const said = [confirm, reason, by].filter((option) => option !== undefined);
        if (said.length % 3 !== 0) throw wordsMissing();
        const words = parseActWords({ reason, by });
        const client = await connections.client();
        const report = await client.reconciliation.run({ confirm, ...words });
        return {
          json: report,
          text: reportInWords(report),
          exitCode: report.status === 'stopped' ? EXIT.refused : EXIT.done,
        };
      }),
    );
}

/** What is confirmed is kept as an act: with a reason and a name, and nothing else has either. */
function wordsMissing(): HoldfastError {
  const message = '--confirm, --reason and --by belong together: why, and who, are kept.';
  return new HoldfastError('INVALID_ARGUMENT', message);
}

function reportInWords(report: ReconciliationReport): Line[] {
  const {
    status,
    reason,
    message,
    open,
    extended,
    missing,
    unclear,
    orphans,
    released,
    committed,
    unsettled,
  } = report;
  if (status === 'stopped')
    return [notOk(`Stopped (${reason}): ${message}`), ...upkeepInWords(report)];
  return [
    `${open} open reservations; those that were due:`,
    `  ${extended} whose workflow runs: held on`,
    `  ${missing} whose workflow was not found: they count once two passes in a row have looked`,
    `  ${unclear} of which Temporal said nothing clear: left alone`,
    `  ${orphans} orphans: ${released} released, ${committed} committed, ${unsettled} left to the next pass`,
    ...upkeepInWords(report),
  ];
}

/** Nothing for a pass that stopped before its upkeep, and for a worker of an earlier version. */
function upkeepInWords({ upkeep }: ReconciliationReport): string[] {
  if (upkeep === undefined) return [];
  const {
    cyclesGranted,
    termsExpired,
    endedGrantsBooked,
    purchasesRestarted,
    subscriptionsRestarted,
  } = upkeep;
  const { accountsAttended = 0, left } = upkeep;
  return [
    'Subscriptions, grants and purchases; what was missed:',
    `  ${counted(cyclesGranted, 'subscription', 'subscriptions')} with paid cycles that had begun: granted`,
    `  ${counted(termsExpired, 'term', 'terms')} and ${counted(endedGrantsBooked, 'account', 'accounts')} with ended credits: their expiry booked`,
    `  ${counted(subscriptionsRestarted, 'subscription', 'subscriptions')} and ${counted(purchasesRestarted, 'purchase', 'purchases')} whose workflow was lost: started again`,
    `  ${counted(accountsAttended, 'account', 'accounts')} with a request to wake, a notice to write or credits to buy: attended to`,
    `  ${left} left to the next pass`,
  ];
}
