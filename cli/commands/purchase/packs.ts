import type { Command } from 'commander';
import { builtInEffectiveCatalog } from '../../../catalog/catalog';
import { type PacksOnSale, packsOnSale } from '../../../contract/prices';
import { moneyInWords } from '../../../domain/pricing/money';
import { packsOnSale as packsOf } from '../../../domain/pricing/packs';
import { addCommand, type Run } from '../../command';
import { table, timeInWords } from '../../words';

export function addPacks(program: Command, run: Run): void {
  addCommand(program, 'packs', 'What is on sale: credits, price, and price per credit', [
    'holdfast packs',
    'holdfast packs --json | jq .packs',
  ]).action(
    run(packsOnSale, async ({ connections, screen }) => {
      if (connections.knowsLedger) return answerOf(await connections.reader().packs());
      screen.note('No ledger is known here: these are the built-in catalog’s prices.');
      const { catalog, ...version } = builtInEffectiveCatalog();
      return answerOf({ ...version, packs: packsOf(catalog) });
    }),
  );
}

function answerOf(onSale: PacksOnSale) {
  const { catalogVersion, validUntil, packs } = onSale;
  const until =
    validUntil === null ? 'no later price is known' : `prices until ${timeInWords(validUntil)}`;
  const rows = packs.map(({ packId, credits, priceCents, currency }) => [
    packId,
    credits,
    moneyInWords(priceCents, currency),
    // A figure for comparing packs, which may have fractions of a cent.
    moneyInWords(priceCents / credits, currency),
  ]);
  const listed =
    rows.length === 0
      ? ['No pack is on sale.']
      : table(['pack', 'credits', 'price', 'per credit'], rows);
  return { json: onSale, text: [...listed, '', `Catalog ${catalogVersion}, ${until}`] };
}
