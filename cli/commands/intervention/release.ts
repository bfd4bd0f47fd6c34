import type { Command } from 'commander';
import { generationWorkflowId } from '../../../client/client';
import { HoldfastError } from '../../../contract/errors';
import { type RequestRecord, requestRecord } from '../../../contract/generation';
import { checkAccountId, checkRequestId } from '../../../contract/ids';
import { parseReleaseByHand } from '../../../contract/stuck';
import { addCommand, type Run } from '../../command';
import { addReasonAndName, type ReasonAndNameOptions } from '../../options';
import { isConfirmed, orUnchanged, UNCHANGED } from '../../terminal/confirmation';
import { creditsInWords, timeInWords } from '../../words';

const printed = requestRecord.omit({ body: true });

export function addRelease(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'release',
    'Give back what a generation holds, where its workflow can’t',
    [
      'holdfast release acme order-4711 --reason "The provider has lost it, ticket 4711" --by sam',
      'holdfast release acme order-4711 --reason "Ticket 4711" --by sam --yes --json',
    ],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .argument('<request>', 'the request id', checkRequestId);
  addReasonAndName(command).action(
    run(
      orUnchanged(printed),
      async (
        { connections, screen },
        account: string,
        request: string,
        { reason, by, yes }: ReasonAndNameOptions,
      ) => {
        const release = parseReleaseByHand({ accountId: account, requestId: request, reason, by });
        const ledger = connections.ledger();
        // A request that is over needs no question: the ledger refuses, or repeats its answer.
        const record = yes ? null : await ledger.request(account, request);
        if (
          record?.resolvedAt === null &&
          !(await isConfirmed(screen, effectOf(record), `Release ${request} now?`))
        ) {
          return UNCHANGED;
        }
        const released = await ledger.interventions.release(release);
        if (!released.ok) throw HoldfastError.of(released.refusal);
        const { value, replayed } = released;
        return {
          json: value,
          text: [
            outcomeOf(value, replayed),
            `In Temporal: ${generationWorkflowId(account, request)}`,
          ],
        };
      },
    ),
  );
}

function effectOf({
  accountId,
  requestId,
  status,
  reserved,
  reservedAt,
  wait,
}: RequestRecord): string {
  const which = `request ${requestId} of account ${accountId}`;
  if (status === 'waiting')
    return `Releasing ${which} takes it out of the queue, at place ${wait?.place}.`;
  const held = `the ${creditsInWords(reserved)} that it holds since ${timeInWords(reservedAt)}`;
  return `Releasing ${which} gives back ${held}; what it delivers afterwards is not paid for.`;
}

function outcomeOf({ reserved, reason, resolvedAt }: RequestRecord, replayed: boolean): string {
  if (replayed) return `It was released before, at ${timeInWords(resolvedAt)} (${reason}).`;
  return `Released: ${reserved === 0 ? 'it waits no longer' : `all ${creditsInWords(reserved)} came back`}.`;
}
