import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { checkAccountId, checkSubscriptionId } from '../../../contract/ids';
import { type GrantedCycles, grantedCycles, parseSubscribe } from '../../../contract/subscription';
import { addCommand, type Run } from '../../command';
import { withIdsInError } from '../../errors';
import { addPaymentReferenceOption } from './subscription-options';
import {
  grantsInWords,
  idsInWords,
  type NameOf,
  nextInWords,
  planNames,
} from './subscription-words';

interface SubscribeOptions {
  paymentReference: string;
  timeZone?: string;
  subscriptionId?: string;
}

export function addSubscribe(program: Command, run: Run): void {
  const command = addCommand(program, 'subscribe', 'Start a subscription that has been paid for', [
    'holdfast subscribe acme lite-monthly --payment-reference inv-1001',
    'holdfast subscribe acme lite-yearly --payment-reference inv-1001 --time-zone Europe/Berlin --json',
  ])
    .argument('<account>', 'the account id', checkAccountId)
    .argument('<plan>', 'the plan’s id; `holdfast catalog show` lists them')
    .option('--time-zone <name>', 'where its days are counted, e.g. Europe/Berlin (default: UTC)')
    .option(
      '--subscription-id <id>',
      'its name, once per account; random by default',
      checkSubscriptionId,
    );
  addPaymentReferenceOption(command).action(
    run(
      grantedCycles,
      async ({ connections }, account: string, plan: string, options: SubscribeOptions) => {
        const { subscriptionId = `sub-${randomUUID()}`, ...payment } = options;
        const request = parseSubscribe({
          ...{ accountId: account, subscriptionId, planId: plan },
          ...{ paymentReference: payment.paymentReference, timeZone: payment.timeZone },
        });
        const nameOf = await planNames(connections);
        const client = await connections.client();
        const answer = client.subscriptions.subscribe(request);
        const subscribed = await withIdsInError({ subscriptionId }, answer);
        return { json: subscribed, text: subscribedInWords(subscribed, nameOf) };
      },
    ),
  );
}

function subscribedInWords({ subscription, granted }: GrantedCycles, nameOf: NameOf): string[] {
  return [
    `Subscribed to ${nameOf(subscription.planId)}.`,
    ...grantsInWords(granted, nameOf),
    nextInWords(subscription, nameOf),
    ...idsInWords(subscription),
  ];
}
