import type { Command } from 'commander';
import { type Erasure, erasure, parseErasure } from '../../../contract/erasure';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId } from '../../../contract/ids';
import { addCommand, type Run } from '../../command';
import { addReasonAndName, type ReasonAndNameOptions } from '../../options';
import { isConfirmed, orUnchanged, UNCHANGED } from '../../terminal/confirmation';
import { counted, timeInWords } from '../../words';

export function addErase(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'erase',
    'Erase what persons wrote about an account, and keep what adds up',
    [
      'holdfast erase acme --reason "Asked for by its owner, ticket 4711" --by sam',
      'holdfast erase acme --reason "Ticket 4711" --by sam --yes --json',
    ],
  ).argument('<account>', 'the account id', checkAccountId);
  addReasonAndName(command).action(
    run(
      orUnchanged(erasure),
      async (
        { connections, screen },
        account: string,
        { reason, by, yes }: ReasonAndNameOptions,
      ) => {
        const request = parseErasure({ accountId: account, reason, by });
        const effect = `Hashes of inputs, metadata, URLs, payment methods and reasons of account ${account} go for good; its top-up is turned off. Balance, journal and ids stay, and so does this reason: name no person in it.`;
        if (!yes && !(await isConfirmed(screen, effect, 'Erase them now?'))) return UNCHANGED;
        const erased = await connections.ledger().interventions.erase(request);
        if (!erased.ok) throw HoldfastError.of(erased.refusal);
        return { json: erased.value, text: erasureInWords(erased.value, erased.replayed) };
      },
    ),
  );
}

function erasureInWords(done: Erasure, replayed: boolean): string[] {
  const first = replayed
    ? `It was erased before, at ${timeInWords(done.at)}, and nothing was written since.`
    : `Erased: ${[
        counted(done.texts, 'text', 'texts'),
        `what was written in ${counted(done.requests, 'request', 'requests')}`,
        counted(done.purchases, 'purchase', 'purchases'),
        counted(done.answers, 'answer', 'answers'),
        counted(done.notices, 'notice', 'notices'),
        counted(done.settings, 'setting', 'settings'),
      ].join(', ')}.`;
  return [
    first,
    'Temporal’s histories go with their retention, backups with theirs: docs/how-to/erasure.md.',
  ];
}
