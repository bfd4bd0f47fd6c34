import type { Command } from 'commander';
import { z } from 'zod';
import { requestRecord } from '../../../contract/generation';
import { checkAccountId, checkRequestId } from '../../../contract/ids';
import { addCommand, type Run } from '../../command';

const printed = z.object(requestRecord.pick({ accountId: true, requestId: true }).shape);

export function addCancelGeneration(program: Command, run: Run): void {
  addCommand(
    program,
    'cancel-generation',
    'Ask that a generation is cancelled; one that has ended stays as it is',
    [
      'holdfast cancel-generation acme order-4711',
      'holdfast cancel-generation acme order-4711 --json',
    ],
  )
    .argument('<account>', 'the account id', checkAccountId)
    .argument('<request>', 'the request id', checkRequestId)
    .action(
      run(printed, async ({ connections }, account: string, request: string) => {
        connections.ledger();
        await (await connections.client()).generations.cancel(account, request);
        const text = [
          `Asked that request ${request} of account ${account} is cancelled.`,
          `What becomes of it, and what it costs: holdfast show ${account} ${request}`,
        ];
        return { json: { accountId: account, requestId: request }, text };
      }),
    );
}
