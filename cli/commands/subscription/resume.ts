import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { checkAccountId } from '../../../contract/ids';
import { addCommand, type Run } from '../../command';
import { withIdsInError } from '../../errors';
import { printedChange } from './cancel';
import { addKeyOption, addSubscriptionIdOption, targetOf } from './subscription-options';
import { idsInWords, nextInWords } from './subscription-words';

export function addResume(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'resume',
    'Take a cancellation back, while the paid period lasts',
    ['holdfast resume acme', 'holdfast resume acme --key ticket-4711 --json'],
  ).argument('<account>', 'the account id', checkAccountId);
  addKeyOption(addSubscriptionIdOption(command)).action(
    run(
      printedChange,
      async (
        { connections },
        account: string,
        options: { subscriptionId?: string; key?: string },
      ) => {
        const { client, subscriptionId, nameOf } = await targetOf(
          connections,
          account,
          options.subscriptionId,
        );
        const { key = randomUUID() } = options;
        const request = { accountId: account, subscriptionId, key };
        const { subscription } = await withIdsInError(
          { subscriptionId, key },
          client.subscriptions.resume(request),
        );
        const lines = [
          'Resumed: the cancellation is taken back.',
          nextInWords(subscription, nameOf),
        ];
        return { json: { key, subscription }, text: [...lines, ...idsInWords(subscription, key)] };
      },
    ),
  );
}
