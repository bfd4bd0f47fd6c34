import type { Command } from 'commander';
import { checkAccountId } from '../../../contract/ids';
import {
  checkWaitingPage,
  type WaitingQueue,
  waitingPage,
  waitingQueue,
} from '../../../contract/waiting';
import { addCommand, type Run } from '../../command';
import { wholeOf } from '../../options';
import { counted, creditsInWords, table, timeInWords } from '../../words';
import { heldUpInWords } from './generation-words';

export function addWaiting(program: Command, run: Run): void {
  addCommand(
    program,
    'waiting',
    'Who waits for an account’s credits, in the order in which they are served',
    ['holdfast waiting acme', 'holdfast waiting acme --limit 10 --after 120 --json'],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .option(
      '--limit <n>',
      'how many requests, 1 to 1000 (default: 100)',
      wholeOf(waitingPage.shape.limit, '--limit'),
    )
    .option(
      '--after <number>',
      'only requests after this number, to page on',
      wholeOf(waitingPage.shape.after, '--after'),
    )
    .action(
      run(
        waitingQueue,
        async (
          { connections },
          account: string,
          { limit, after }: { limit?: number; after?: number },
        ) => {
          const page = checkWaitingPage({ limit, after });
          const queue = await connections.reader().waiting(account, page);
          return { json: queue, text: queueInWords(queue) };
        },
      ),
    );
}

function queueInWords(queue: WaitingQueue): string[] {
  const { accountId, available, waitedFor, ticketCount, tickets, heldUp, next } = queue;
  if (ticketCount === 0) return [`No request waits for credits of account ${accountId}.`];
  const rows = tickets.map((ticket) => [
    ticket.place,
    ticket.requestId,
    ticket.kind,
    ticket.required,
    ticket.requiredAhead,
    timeInWords(ticket.since),
    timeInWords(ticket.until),
  ]);
  const many = counted(ticketCount, 'request waits', 'requests wait');
  return [
    `${many} for ${creditsInWords(waitedFor)} of account ${accountId}; ${available.toLocaleString('en-US')} available.`,
    ...(heldUp ? [heldUpInWords(heldUp)] : []),
    '',
    ...table(['place', 'request', 'kind', 'needs', 'ahead of it', 'since', 'until'], rows),
    ...(next === null ? [] : ['', `More follow: --after ${next}.`]),
  ];
}
