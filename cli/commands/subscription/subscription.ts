import type { Command } from 'commander';
import { z } from 'zod';
import { subscriptionWorkflowId } from '../../../client/client';
import type { WorkflowState } from '../../../client/workflow-state';
import { HoldfastError } from '../../../contract/errors';
import { checkAccountId } from '../../../contract/ids';
import { type Subscription, subscriptionChange } from '../../../contract/subscription';
import { addCommand, type Run } from '../../command';
import { timeInWords } from '../../words';
import { addSubscriptionIdOption } from './subscription-options';
import { type NameOf, nextInWords, planNames } from './subscription-words';

const printed = z.object({
  explanation: z.string(),
  ...subscriptionChange.shape,
  workflow: z.object({ workflowId: z.string(), state: z.string(), uiUrl: z.string().optional() }),
});

export function addSubscription(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'subscription',
    'How a subscription stands, and what happens next',
    ['holdfast subscription acme', 'holdfast subscription acme --subscription-id sub-1 --json'],
  ).argument('<account>', 'the account id', checkAccountId);
  addSubscriptionIdOption(command).action(
    run(
      printed,
      async ({ connections }, account: string, { subscriptionId }: { subscriptionId?: string }) => {
        const nameOf = await planNames(connections);
        const client = await connections.client();
        const subscription = await client.subscriptions.get(account, subscriptionId);
        if (subscription === null) throw notFound(account, subscriptionId);
        const explanation = nextInWords(subscription, nameOf);
        const workflowId = subscriptionWorkflowId(account, subscription.subscriptionId);
        const state = await client.subscriptions.workflowState(
          account,
          subscription.subscriptionId,
        );
        const uiUrl = connections.uiUrlOf(workflowId);
        return {
          json: { explanation, subscription, workflow: { workflowId, state, uiUrl } },
          text: [
            ...subscriptionInWords(subscription, nameOf),
            `Workflow  ${workflowInWords(subscription, state)}; in Temporal: ${uiUrl ?? workflowId}`,
            '',
            explanation,
          ],
        };
      },
    ),
  );
}

function subscriptionInWords(subscription: Subscription, nameOf: NameOf): string[] {
  const { accountId, subscriptionId, status, planId, cycle, term, cycleStart, cycleEnd, timeZone } =
    subscription;
  return [
    `Subscription ${subscriptionId} of account ${accountId}: ${status}`,
    '',
    `Plan      ${nameOf(planId)} (${planId})`,
    `Cycle     ${cycle}, of term ${term}: ${timeInWords(cycleStart)} to ${timeInWords(cycleEnd)}, counted in ${timeZone}`,
    `Paid      until ${timeInWords(subscription.paidUntil)}`,
    `Credits   valid until ${timeInWords(subscription.validUntil)}`,
  ];
}

/** A lost workflow loses nothing: it is started again from the ledger's row. */
function workflowInWords({ status }: Subscription, state: WorkflowState): string {
  if (state === 'running' || status === 'closed') return state;
  return `${state}, and started again by the next reconciliation pass or command`;
}

function notFound(accountId: string, subscriptionId?: string): HoldfastError {
  const which = subscriptionId === undefined ? 'subscription' : `subscription ${subscriptionId}`;
  return new HoldfastError('SUBSCRIPTION_NOT_FOUND', `Account ${accountId} has no ${which}.`);
}
