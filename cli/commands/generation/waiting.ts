import type { Command } from 'commander';
import { checkAccountId } from '../../../contract/ids';
import { type WaitingQueue, waitingQueue } from '../../../contract/waiting';
import { addCommand, type Run } from '../../command';
import { counted, creditsInWords, table, timeInWords } from '../../words';
import { heldUpInWords } from './generation-words';

export function addWaiting(program: Command, run: Run): void {
  addCommand(
    program,
    'waiting',
    'Who waits for an account’s credits, in the order in which they are served',
    ['holdfast waiting acme', 'holdfast waiting acme --json'],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .action(
      run(waitingQueue, async ({ connections }, account: string) => {
        const queue = await connections.reader().waiting(account);
        return { json: queue, text: queueInWords(queue) };
      }),
    );
}

function queueInWords({
  accountId,
  available,
  waitedFor,
  tickets,
  heldUp,
}: WaitingQueue): string[] {
  if (tickets.length === 0) return [`Nobody waits for credits of account ${accountId}.`];
  const rows = tickets.map((ticket) => [
    ticket.place,
    ticket.requestId,
    ticket.kind,
    ticket.required,
    ticket.requiredAhead,
    timeInWords(ticket.since),
    timeInWords(ticket.until),
  ]);
  const many = counted(tickets.length, 'request waits', 'requests wait');
  return [
    `${many} for ${creditsInWords(waitedFor)} of account ${accountId}; ${available.toLocaleString('en-US')} available.`,
    ...(heldUp ? [heldUpInWords(heldUp)] : []),
    '',
    ...table(['place', 'request', 'kind', 'needs', 'ahead of it', 'since', 'until'], rows),
  ];
}
