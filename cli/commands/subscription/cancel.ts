import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { z } from 'zod';
import { checkAccountId } from '../../../contract/ids';
import { type Subscription, subscriptionChange } from '../../../contract/subscription';
import { addCommand, type Run } from '../../command';
import { withIdsInError } from '../../errors';
import { orUnchanged } from '../../terminal/confirmation';
import type { Answer } from '../../terminal/screen';
import { timeInWords } from '../../words';
import { endNow, printedEnd } from './cancel-now';
import {
  addKeyOption,
  addSubscriptionIdOption,
  type Target,
  targetOf,
} from './subscription-options';
import { cyclesInWords, idsInWords, type NameOf, nextInWords } from './subscription-words';

export const printedChange = z.object({ key: z.string(), ...subscriptionChange.shape });

interface CancelOptions {
  now?: true;
  yes?: true;
  subscriptionId?: string;
  key?: string;
}

export function addCancel(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'cancel',
    'End a subscription at its paid period’s end, or at once',
    [
      'holdfast cancel acme',
      'holdfast cancel acme --now',
      'holdfast cancel acme --now --yes --json',
    ],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .option('--now', 'it lapses at once: unused credits expire, and no renewal brings them back')
    .option('--yes', 'with --now: don’t ask');
  addKeyOption(addSubscriptionIdOption(command)).action(
    run(
      orUnchanged(z.union([printedEnd, printedChange])),
      async ({ connections, screen }, account: string, options: CancelOptions) => {
        const target = await targetOf(connections, account, options.subscriptionId);
        const { key = randomUUID(), now, yes = false } = options;
        return now
          ? endNow(target, account, key, yes, screen)
          : cancelAtPeriodEnd(target, account, key);
      },
    ),
  );
}

async function cancelAtPeriodEnd(
  target: Target,
  accountId: string,
  key: string,
): Promise<Answer<z.input<typeof printedChange>>> {
  const { client, subscriptionId, nameOf } = target;
  const request = { accountId, subscriptionId, key };
  const answer = client.subscriptions.cancelAtPeriodEnd(request);
  const { subscription } = await withIdsInError({ subscriptionId, key }, answer);
  const lines = [...cancelledInWords(subscription, nameOf), ...idsInWords(subscription, key)];
  return { json: { key, subscription }, text: lines };
}

function cancelledInWords(subscription: Subscription, nameOf: NameOf): string[] {
  const { accountId, status, validUntil, paidAhead } = subscription;
  if (status === 'lapsed')
    return ['Cancelled within its grace, which ends with it.', nextInWords(subscription, nameOf)];
  const lines = [
    `Cancelled: credits stay spendable until ${timeInWords(validUntil)}; then it lapses and unused ones expire.`,
    `Until then \`holdfast resume ${accountId}\` takes it back, and a renewal moves it to the end of the next period.`,
  ];
  if (paidAhead > 0) lines.push(`${cyclesInWords(paidAhead)} paid ahead will still begin.`);
  return lines;
}
