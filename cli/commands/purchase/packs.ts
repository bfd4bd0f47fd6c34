import type { Command } from 'commander';
import { builtInEffectiveCatalog } from '../../../catalog';
import type { PacksOnSale } from '../../../client';
import { moneyInWords } from '../../../domain/pricing/money';
import { packsOnSale } from '../../../domain/pricing/packs';
import type { Run } from '../../action';
import { addCommand } from '../../help';
import { table } from '../../table';
import { timeInWords } from '../../words';

export function addPacks(program: Command, run: Run): void {
  addCommand(program, 'packs', 'What is on sale: credits, price, and price per credit', [
    'holdfast packs',
    'holdfast packs --json | jq .packs',
  ]).action(
    run(async ({ connections, screen }) => {
      if (connections.config.databaseUrl !== undefined) return answerOf(await connections.reader().packs());
      screen.note('No ledger is known here: these are the built-in catalog’s prices.');
      const { catalog, ...version } = builtInEffectiveCatalog();
      return answerOf({ ...version, packs: packsOnSale(catalog) });
    }),
  );
}

function answerOf({ catalogVersion, validUntil, packs }: PacksOnSale) {
  const until = validUntil === null ? 'no later price is known' : `prices until ${timeInWords(validUntil)}`;
  const rows = packs.map(({ packId, credits, priceCents, currency }) => [
    packId,
    credits,
    moneyInWords(priceCents, currency),
    // For comparing alone: what is paid is the price.
    moneyInWords(priceCents / credits, currency),
  ]);
  const listed = rows.length === 0 ? 'No pack is on sale.' : table(['pack', 'credits', 'price', 'per credit'], rows);
  return {
    json: {
      ...{ catalogVersion, validUntil },
      packs: packs.map(({ packId, credits, priceCents, currency }) => ({ packId, credits, priceCents, currency })),
    },
    text: `${listed}\n\nCatalog ${catalogVersion}, ${until}`,
  };
}
