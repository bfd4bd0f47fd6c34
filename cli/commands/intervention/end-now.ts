import type { Command } from 'commander';
import { subscriptionWorkflowId } from '../../../client/client';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId, checkSubscriptionId } from '../../../contract/ids';
import { parseEndByHand } from '../../../contract/stuck';
import { endedSubscription } from '../../../contract/subscription';
import { addCommand, type Run } from '../../command';
import type { Connections } from '../../connections';
import { addReasonAndName, type ReasonAndNameOptions } from '../../options';
import { isConfirmed, orUnchanged, UNCHANGED } from '../../terminal/confirmation';
import { creditsInWords, timeInWords } from '../../words';
import { lossInWords, lossOf } from '../subscription/cancel-now';

export function addEndNow(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'end-now',
    'End a subscription at once, where its workflow can’t',
    [
      'holdfast end-now acme sub-1 --reason "Can’t be renewed, ticket 4711" --by sam',
      'holdfast end-now acme sub-1 --reason "Ticket 4711" --by sam --yes --json',
    ],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .argument('<subscription>', 'the subscription id', checkSubscriptionId);
  addReasonAndName(command).action(
    run(
      orUnchanged(endedSubscription),
      async (
        { connections, screen },
        account: string,
        subscription: string,
        { reason, by, yes }: ReasonAndNameOptions,
      ) => {
        const end = parseEndByHand({
          accountId: account,
          subscriptionId: subscription,
          reason,
          by,
        });
        const effect = yes ? null : await effectOf(connections, account, subscription);
        if (
          effect !== null &&
          !(await isConfirmed(screen, effect, `End subscription ${subscription} now?`))
        ) {
          return UNCHANGED;
        }
        const ended = await connections.ledger().interventions.endSubscription(end);
        if (!ended.ok) throw HoldfastError.of(ended.refusal);
        const { expired, subscription: current } = ended.value;
        const first = ended.replayed
          ? `It was ended by hand before, at ${timeInWords(current.closedAt)}.`
          : `Ended: ${creditsInWords(expired)} expired, and no renewal brings them back.`;
        const workflowId = subscriptionWorkflowId(account, subscription);
        return { json: ended.value, text: [first, `In Temporal: ${workflowId}`] };
      },
    ),
  );
}

/**
 * Null for a subscription that is over or unknown: the ledger then refuses, or repeats its answer.
 */
async function effectOf(
  connections: Connections,
  account: string,
  subscription: string,
): Promise<string | null> {
  const current = await connections.ledger().subscription(account, subscription);
  if (current === null || current.status === 'closed') return null;
  return lossInWords(lossOf(current, await connections.ledger().balance(account)));
}
