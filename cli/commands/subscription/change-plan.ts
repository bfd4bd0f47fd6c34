import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { z } from 'zod';
import { checkAccountId, checkPaymentReference } from '../../../contract/ids';
import { type ChangedPlan, changedPlan } from '../../../contract/subscription';
import { addCommand, type Run } from '../../command';
import { withIdsInError } from '../../errors';
import { timeInWords } from '../../words';
import { addKeyOption, addSubscriptionIdOption, targetOf } from './subscription-options';
import { grantsInWords, idsInWords, type NameOf, nextInWords } from './subscription-words';

const printed = z.object({ key: z.string(), ...changedPlan.shape });

interface ChangePlanOptions {
  paymentReference?: string;
  subscriptionId?: string;
  key?: string;
}

export function addChangePlan(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'change-plan',
    'Take another plan: at once if it gives more, else when renewed',
    [
      'holdfast change-plan acme professional-monthly --payment-reference inv-1003',
      'holdfast change-plan acme lite-monthly --key ticket-4711 --json',
    ],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .argument('<plan>', 'the plan’s id; `holdfast catalog show` lists them')
    .option(
      '--payment-reference <id>',
      'what the billing system calls the payment; needed where the change takes effect at once',
      checkPaymentReference,
    );
  addKeyOption(addSubscriptionIdOption(command)).action(
    run(
      printed,
      async ({ connections }, account: string, plan: string, options: ChangePlanOptions) => {
        const { client, subscriptionId, nameOf } = await targetOf(
          connections,
          account,
          options.subscriptionId,
        );
        const { key = randomUUID(), paymentReference } = options;
        const request = { accountId: account, subscriptionId, key, planId: plan, paymentReference };
        const changed = await withIdsInError(
          { subscriptionId, key },
          client.subscriptions.changePlan(request),
        );
        const { paymentUsed, granted, subscription } = changed;
        return {
          json: { key, ...changed },
          text: [
            effectInWords(changed, plan, nameOf),
            ...grantsInWords(granted, nameOf),
            ...paymentInWords(account, paymentReference, paymentUsed),
            nextInWords(subscription, nameOf),
            ...idsInWords(subscription, key),
          ],
        };
      },
    ),
  );
}

function effectInWords(
  { effect, subscription }: ChangedPlan,
  planId: string,
  nameOf: NameOf,
): string {
  const { cycle, cycleEnd, paidUntil } = subscription;
  switch (effect) {
    case 'upgrade':
      return `Changed to ${nameOf(planId)} at once, for the rest of cycle ${cycle}.`;
    case 'longer-cycle':
      return `Changed to ${nameOf(planId)} at once: cycle ${cycle} begins now and ends ${timeInWords(cycleEnd)}.`;
    case 'at-boundary':
      return `${nameOf(planId)} takes effect at ${timeInWords(paidUntil)}, with the renewal that is paid for it.`;
    case 'held':
      return `${nameOf(planId)} is held already: nothing changes, and no other plan is scheduled.`;
  }
}

function paymentInWords(accountId: string, reference: string | undefined, used: boolean): string[] {
  if (reference === undefined) return [];
  if (used) return [`Payment ${reference} has paid for it.`];
  const renewal = `\`holdfast renew ${accountId} --payment-reference ${reference}\``;
  return [
    `Payment ${reference} was not used: give it back, or let it pay the renewal with ${renewal}.`,
  ];
}
