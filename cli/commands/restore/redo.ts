import type { Command } from 'commander';
import {
  ALL_ACCOUNTS,
  type LostOperation,
  parseActOfRestore,
  type RedoReport,
  redoReport,
} from '../../../contract/restore';
import type { Ledger } from '../../../ledger/ledger';
import { addCommand, type Run } from '../../command';
import { EXIT } from '../../errors';
import { addReasonAndName, type ReasonAndNameOptions } from '../../options';
import { isConfirmed, orUnchanged, UNCHANGED } from '../../terminal/confirmation';
import { notOk } from '../../terminal/red';
import type { Line } from '../../terminal/table';
import { counted } from '../../words';
import { addSince, comparedWith, type SinceOption } from './compared';
import { lostInWords } from './restore-words';

export function addRedo(restore: Command, run: Run): void {
  const command = addCommand(
    restore,
    'redo',
    'Do again, under its own key, what workflows remember and the ledger has lost',
    [
      'holdfast restore redo --reason "Restored, ticket 4711" --by sam',
      'holdfast restore redo generation/acme/order-4711 --reason "Ticket 4711" --by sam --yes --json',
    ],
  ).argument('[workflow]', 'only what this workflow remembers');
  addReasonAndName(addSince(command)).action(
    run(
      orUnchanged(redoReport),
      async (
        { connections, screen },
        workflowId: string | undefined,
        { since, reason, by, yes }: ReasonAndNameOptions & SinceOption,
      ) => {
        const words = parseActOfRestore({ reason, by });
        const { lost, unreadable } = await comparedWith(connections, screen, { since, workflowId });
        const many = counted(lost.length, 'operation', 'operations');
        if (lost.length > 0 && !yes) {
          const effect = [`${many} will be done again:`, ...lostInWords(lost)].join('\n');
          if (!(await isConfirmed(screen, effect, 'Do them now?'))) return UNCHANGED;
        }
        const report = { ...(await redoAll(connections.ledger(), lost, words)), unreadable };
        const isWhole = report.refused.length + unreadable.length === 0;
        return {
          json: report,
          text: reportInWords(report),
          exitCode: isWhole ? EXIT.done : EXIT.unwanted,
        };
      },
    ),
  );
}

/** In their order, because one may need what an earlier one has brought. */
async function redoAll(
  ledger: Ledger,
  lost: LostOperation[],
  words: { reason: string; by: string },
): Promise<Omit<RedoReport, 'unreadable'>> {
  const report: Omit<RedoReport, 'unreadable'> = { redone: [], refused: [] };
  for (const operation of lost) {
    const done = await ledger.restores.redo(operation, words);
    if (done.ok) report.redone.push(done.value);
    else report.refused.push({ ...operation, refusal: done.refusal });
  }
  return report;
}

/** A shell would take the star for the names of files. */
const inShell = (accountId: string) => (accountId === ALL_ACCOUNTS ? `'${accountId}'` : accountId);

function reportInWords({ redone, refused, unreadable }: RedoReport): Line[] {
  return [
    `${counted(redone.length, 'operation', 'operations')} done again.`,
    ...unreadable.map((id) => `  ${id} can’t be read`),
    ...(refused.length === 0
      ? []
      : [notOk(`${counted(refused.length, 'operation was', 'operations were')} refused:`)]),
    ...refused.flatMap((operation) => [
      ...lostInWords([operation]),
      `    ${operation.refusal.code}: ${operation.refusal.message}`,
      `    → holdfast restore waive ${inShell(operation.accountId)} ${operation.what} ${operation.id} --reason "…" --by NAME`,
    ]),
  ];
}
