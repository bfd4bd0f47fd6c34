import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { z } from 'zod';
import { HoldfastError } from '../../../contract/errors';
import { createdGrant, grantRequest, parseGrant } from '../../../contract/grant';
import { checkAccountId, checkKey } from '../../../contract/ids';
import { addCommand, type Run } from '../../command';
import type { Connections } from '../../connections';
import { wholeOf } from '../../options';
import type { Answer } from '../../terminal/screen';
import { creditsInWords, timeInWords } from '../../words';

const printed = createdGrant.extend({ key: z.string() });

interface GrantOptions {
  source: string;
  reason: string;
  by: string;
  expiresAt?: string;
  costCents?: number;
  key?: string;
}

export function addGrant(program: Command, run: Run): void {
  addCommand(program, 'grant', 'Give an account credits, once per key', [
    'holdfast grant acme 150 --source promotion --reason "Welcome" --by sam --expires-at 2030-01-01T00:00:00Z',
    'holdfast grant acme 20 --source adjustment --reason "Ticket 4711" --by sam --key ticket-4711',
  ])
    .argument('<account>', 'the account id', checkAccountId)
    .argument('<credits>', 'a whole number', wholeOf(grantRequest.shape.credits, 'Credits'))
    .requiredOption('--source <source>', 'promotion (always with an end) or adjustment')
    .requiredOption('--reason <text>', 'why; shown in the history')
    .requiredOption('--by <name>', 'who gives them; shown in the history')
    .option('--expires-at <iso>', 'when what is left of them ends, e.g. 2030-01-01T00:00:00Z')
    .option(
      '--cost-cents <n>',
      'what was paid for them, in cents',
      wholeOf(grantRequest.shape.costCents, '--cost-cents'),
    )
    .option(
      '--key <key>',
      'repeating the command with the same key grants once; a random key by default',
      checkKey,
    )
    .action(
      run(printed, ({ connections }, account: string, credits: number, options: GrantOptions) =>
        grant(connections, account, credits, options),
      ),
    );
}

async function grant(
  connections: Connections,
  account: string,
  credits: number,
  options: GrantOptions,
): Promise<Answer<z.input<typeof printed>>> {
  const { source, reason, by, expiresAt, costCents, key: givenKey = randomUUID() } = options;
  const asked = {
    accountId: account,
    key: givenKey,
    credits,
    source,
    reason,
    by,
    expiresAt,
    costCents,
  };
  const { accountId, key, ...body } = parseGrant(asked);
  const granted = await connections.ledger().grant(accountId, key, body);
  if (!granted.ok) throw HoldfastError.of(granted.refusal);
  const { grantId, expiresAt: ends, grantedAt } = granted.value;
  const until = ends === null ? '' : ` until ${timeInWords(ends)}`;
  const before = granted.replayed
    ? ` This key was used before: it was granted at ${timeInWords(grantedAt)}.`
    : '';
  return {
    json: {
      grantId,
      accountId,
      source: body.source,
      credits,
      expiresAt: ends,
      grantedAt,
      key,
    },
    text: [
      `Granted ${creditsInWords(credits)} to ${accountId}${until} (grant ${grantId}).${before}`,
    ],
  };
}
