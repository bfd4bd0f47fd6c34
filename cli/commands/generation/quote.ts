import type { Command } from 'commander';
import { builtInEffectiveCatalog } from '../../../catalog/catalog';
import type { AccountQuote } from '../../../client/client';
import { checkAccountId } from '../../../contract/ids';
import type { AskedDimensions } from '../../../contract/price';
import { accountQuote, parsePriceable } from '../../../contract/prices';
import { quote } from '../../../domain/pricing/quote';
import { kindInWords } from '../../../domain/pricing/unit-price';
import { addCommand, type Run } from '../../command';
import { addDimensionOptions, dimensionsIn } from '../../dimensions';
import { creditsInWords, timeInWords } from '../../words';

/** A quote without an account has no figures of one. */
const printed = accountQuote.partial({ available: true, affordable: true, shortfall: true });

interface QuoteOptions extends AskedDimensions {
  account?: string;
}

export function addQuote(program: Command, run: Run): void {
  const command = addCommand(
    program,
    'quote',
    'What one generation costs, and whether an account can pay for it',
    [
      'holdfast quote text-to-image',
      'holdfast quote text-to-video-veo3 --seconds 8 --audio',
      'holdfast quote ai-avatar --seconds 10 --account acme --json',
    ],
  ).argument('<kind>', 'the generation type, e.g. ai-avatar');
  addDimensionOptions(command)
    .option('--account <id>', 'also say whether this account can pay for it', checkAccountId)
    .action(
      run(
        printed,
        async ({ connections, screen }, kind: string, { account, ...options }: QuoteOptions) => {
          const asked = { kind, ...dimensionsIn(options) };
          if (connections.knowsLedger || account !== undefined) {
            return answerOf(await connections.reader().quote({ ...asked, accountId: account }));
          }
          screen.note('No ledger is known here: this is the built-in catalog’s price.');
          return answerOf(quote(parsePriceable(asked), builtInEffectiveCatalog()));
        },
      ),
    );
}

function answerOf(quoted: AccountQuote) {
  const { credits, catalogVersion, validUntil, available, waitedFor, affordable, shortfall } =
    quoted;
  const lines = [`${kindInWords(quoted)}: ${creditsInWords(credits)}`];
  lines.push(
    `Catalog ${catalogVersion}, ${validUntil ? `valid until ${timeInWords(validUntil)}` : 'no later price is known'}`,
  );
  if (quoted.cancelled === 'used')
    lines.push('Cancelled while it runs, it costs what it has used by then');
  if (available !== undefined && shortfall !== undefined) {
    const verdict = affordable ? 'enough' : `${creditsInWords(shortfall)} short`;
    const others = waitedFor
      ? `, of which others wait for ${waitedFor.toLocaleString('en-US')}`
      : '';
    lines.push(`Available: ${creditsInWords(available)}${others}, ${verdict}`);
  }
  return { json: quoted, text: lines };
}
