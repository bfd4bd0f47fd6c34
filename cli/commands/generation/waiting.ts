import type { Command } from 'commander';
import { z } from 'zod';
import { checkQueuesPage, type WaitingQueues, waitingQueues } from '../../../contract/accounts';
import { checkAccountId } from '../../../contract/ids';
import {
  checkWaitingPage,
  type WaitingQueue,
  waitingPage,
  waitingQueue,
} from '../../../contract/waiting';
import { addCommand, type Run } from '../../command';
import { typedNumber, wholeOf } from '../../options';
import type { Line } from '../../terminal/table';
import { counted, creditsInWords, furtherAccounts, table, timeInWords } from '../../words';
import { noneFound } from '../account/none-found';
import { heldUpInWords } from './generation-words';

const printed = z.union([waitingQueue, waitingQueues]);

export function addWaiting(program: Command, run: Run): void {
  addCommand(
    program,
    'waiting',
    'Who waits for an account’s credits, in the order in which they are served; without an account, the queues of all',
    [
      'holdfast waiting acme',
      'holdfast waiting acme --limit 10 --after 120 --json',
      'holdfast waiting',
    ],
  )
    .argument('[account]', 'the account id', checkAccountId)
    .option(
      '--limit <n>',
      'how many requests, or queues, 1 to 1000 (default: 100)',
      wholeOf(waitingPage.shape.limit, '--limit'),
    )
    .option(
      '--after <place>',
      'only requests after this number, or queues after this account, to page on',
    )
    .action(
      run(
        printed,
        async (
          { connections, screen },
          account: string | undefined,
          { limit, after }: { limit?: number; after?: string },
        ) => {
          if (account === undefined) {
            const page = checkQueuesPage({ limit, after });
            const queues = await connections.ledger().accounts.waitingQueues(page);
            return { json: queues, text: queuesInWords(queues) };
          }
          const page = checkWaitingPage({ limit, after: after && typedNumber(after) });
          const reader = connections.reader();
          const queue = await reader.waiting(account, page);
          const none = `No request waits for credits of account ${account}.`;
          const text =
            queue.ticketCount > 0
              ? queueInWords(queue)
              : await noneFound({ screen, reader }, account, none);
          return { json: queue, text };
        },
      ),
    );
}

function queuesInWords({ queues, next }: WaitingQueues): Line[] {
  if (queues.length === 0) return ['No request waits for credits.'];
  const rows = queues.map(({ accountId, ticketCount, waitedFor, available, first }) => [
    ...[accountId, ticketCount, waitedFor, available],
    ...[first.requestId, first.required, timeInWords(first.since)],
  ]);
  const head = ['account', 'requests', 'need', 'available', 'first', 'needs', 'since'];
  return [...table(head, rows), ...furtherAccounts(next)];
}

function queueInWords(queue: WaitingQueue): Line[] {
  const { accountId, available, waitedFor, ticketCount, tickets, heldUp, next } = queue;
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
