import type { Command } from 'commander';
import { checkInstant } from '../../../contract/balance';
import { checkAccountId } from '../../../contract/ids';
import { renewed as printed, type Renewed } from '../../../contract/subscription';
import { addCommand, type Run } from '../../command';
import { withIdsInError } from '../../errors';
import { timeInWords } from '../../words';
import {
  addPaymentReferenceOption,
  addSubscriptionIdOption,
  targetOf,
} from './subscription-options';
import { grantsInWords, idsInWords, type NameOf, nextInWords } from './subscription-words';

interface RenewOptions {
  paymentReference: string;
  paidAt?: string;
  subscriptionId?: string;
}

export function addRenew(program: Command, run: Run): void {
  const command = addCommand(program, 'renew', 'Tell of the payment of the next unpaid cycle', [
    'holdfast renew acme --payment-reference inv-1002',
    'holdfast renew acme --payment-reference inv-1002 --paid-at 2026-01-31T09:30:00Z --json',
  ])
    .argument('<account>', 'the account id', checkAccountId)
    .option(
      '--paid-at <iso>',
      'when it was paid, which decides whether it came in time (default: now)',
      checkInstant,
    );
  addSubscriptionIdOption(addPaymentReferenceOption(command)).action(
    run(
      printed,
      async (
        { connections },
        account: string,
        { paymentReference, paidAt, ...options }: RenewOptions,
      ) => {
        const { client, subscriptionId, nameOf } = await targetOf(
          connections,
          account,
          options.subscriptionId,
        );
        const request = { accountId: account, subscriptionId, paymentReference, paidAt };
        const renewed = await withIdsInError(
          { subscriptionId },
          client.subscriptions.renew(request),
        );
        return { json: renewed, text: renewedInWords(renewed, nameOf) };
      },
    ),
  );
}

function renewedInWords(renewed: Renewed, nameOf: NameOf): string[] {
  const { newTerm, granted, subscription } = renewed;
  const { paidCycle, nextPlanId, term, validUntil } = subscription;
  const paid = `cycle ${paidCycle} (${nameOf(nextPlanId)}) is paid`;
  return [
    newTerm
      ? `Too late to carry anything forward: ${paid}, and begins term ${term}.`
      : `Renewed: ${paid}, and unused credits are carried forward, valid until ${timeInWords(validUntil)}.`,
    ...grantsInWords(granted, nameOf),
    nextInWords(subscription, nameOf),
    ...idsInWords(subscription),
  ];
}
