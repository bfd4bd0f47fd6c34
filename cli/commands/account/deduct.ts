import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { z } from 'zod';
import { HoldfastError } from '../../../contract/errors';
import { deduction, deductionRequest, parseDeduction } from '../../../contract/grant';
import { checkAccountId, checkKey } from '../../../contract/ids';
import { addCommand, type Run } from '../../command';
import { wholeOf } from '../../options';
import { creditsInWords, timeInWords } from '../../words';

const printed = deduction.extend({ key: z.string() });

interface DeductOptions {
  reason: string;
  by: string;
  key?: string;
}

export function addDeduct(program: Command, run: Run): void {
  addCommand(program, 'deduct', 'Take credits away from an account, once per key', [
    'holdfast deduct acme 20 --reason "Granted twice, ticket 4711" --by sam',
  ])
    .argument('<account>', 'the account id', checkAccountId)
    .argument(
      '<credits>',
      'a whole number, at most what is available',
      wholeOf(deductionRequest.shape.credits, 'Credits'),
    )
    .requiredOption('--reason <text>', 'why; shown in the history')
    .requiredOption('--by <name>', 'who takes them; shown in the history')
    .option(
      '--key <key>',
      'repeating the command with the same key deducts once; a random key by default',
      checkKey,
    )
    .action(
      run(
        printed,
        async ({ connections }, account: string, credits: number, options: DeductOptions) => {
          const { reason, by, key: givenKey = randomUUID() } = options;
          const { accountId, key, ...body } = parseDeduction({
            accountId: account,
            key: givenKey,
            credits,
            reason,
            by,
          });
          const deducted = await connections.ledger().deduct(accountId, key, body);
          if (!deducted.ok) throw HoldfastError.of(deducted.refusal);
          const { version, at } = deducted.value;
          const before = deducted.replayed
            ? ` This key was used before: they were deducted at ${timeInWords(at)}.`
            : '';
          return {
            json: { accountId, credits, version, at, key },
            text: [
              `Deducted ${creditsInWords(credits)} from ${accountId} (entry ${version}).${before}`,
            ],
          };
        },
      ),
    );
}
