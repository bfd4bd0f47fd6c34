import type { Command } from 'commander';
import { subscriptionWorkflowId } from '../../../client/client';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId, checkSubscriptionId } from '../../../contract/ids';
import { parseEndByHand } from '../../../contract/stuck';
import { endedSubscription } from '../../../contract/subscription';
import type { Run } from '../../command';
import { addCommand } from '../../command';
import type { Connections } from '../../connections';
import { type ReasonAndNameOptions, takesReasonAndName } from '../../options';
import { isAgreed } from '../../terminal/confirmation';
import { LEFT_ALONE, orLeftAlone } from '../../terminal/screen';
import { creditsInWords, timeInWords } from '../../words';
import { lossInWords, lossOf } from '../subscription/end-now';

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
  takesReasonAndName(command).action(
    run(
      orLeftAlone(endedSubscription),
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
          !(await isAgreed(screen, effect, `End subscription ${subscription} now?`))
        ) {
          return LEFT_ALONE;
        }
        const ended = await connections.ledger().interventions.endSubscription(end);
        if (!ended.ok) throw HoldfastError.of(ended.refusal);
        const { expired, subscription: stands } = ended.value;
        const first = ended.replayed
          ? `It was ended by hand before, at ${timeInWords(stands.closedAt)}.`
          : `Ended: ${creditsInWords(expired)} expired, and no renewal brings them back.`;
        const workflowId = subscriptionWorkflowId(account, subscription);
        return { json: ended.value, text: [first, `In Temporal: ${workflowId}`] };
      },
    ),
  );
}

/** Null where it takes nothing away any more: the ledger refuses, or repeats its answer. */
async function effectOf(
  connections: Connections,
  account: string,
  subscription: string,
): Promise<string | null> {
  const stands = await connections.ledger().subscription(account, subscription);
  if (stands === null || stands.status === 'closed') return null;
  return lossInWords(lossOf(stands, await connections.ledger().balance(account)));
}
