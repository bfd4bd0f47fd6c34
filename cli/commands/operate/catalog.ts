import type { Command } from 'commander';
import { builtInEffectiveCatalog } from '../../../catalog/catalog';
import { type ActWords, parseActWords } from '../../../contract/act';
import {
  type CatalogVersion,
  type EffectiveCatalog,
  effectiveCatalog,
} from '../../../contract/catalog';
import { catalogApplied } from '../../../contract/operation';
import { applyCatalog } from '../../../ledger/apply-catalog';
import { addCommand, type Run, withExamples } from '../../command';
import { boundsInWords, cancelledInWords, priceInWords } from '../../dimensions';
import { readCatalogFile } from '../../input';
import type { Line } from '../../terminal/table';
import { packInWords, table, timeInWords } from '../../words';
import { addDiffCatalog } from './catalog-diff';

export function addCatalog(program: Command, run: Run): void {
  const catalog = withExamples(
    program
      .command('catalog')
      .description('Prices, plans and packs: see them, compare, or add a version'),
    [
      'holdfast catalog show',
      'holdfast catalog diff new-prices.json',
      'holdfast catalog apply new-prices.json',
    ],
  );
  addShowCatalog(catalog, run);
  addDiffCatalog(catalog, run);
  addApplyCatalog(catalog, run);
}

function addShowCatalog(catalog: Command, run: Run): void {
  addCommand(catalog, 'show', 'The version that is effective now', [
    'holdfast catalog show',
    'holdfast catalog show --json > catalog.json',
  ]).action(
    run(effectiveCatalog, async ({ connections, screen }) => {
      if (connections.knowsLedger) return answerOf(await connections.ledger().effectiveCatalog());
      screen.note('No ledger is known here: this is the built-in catalog.');
      return answerOf(builtInEffectiveCatalog());
    }),
  );
}

function addApplyCatalog(catalog: Command, run: Run): void {
  addCommand(
    catalog,
    'apply',
    'Add versions that take effect later; an effective version can’t be changed',
    ['holdfast catalog apply new-prices.json --reason "Prices of 2031, ticket 4711" --by sam'],
  )
    .argument(
      '<file>',
      'JSON: {"versions": [{"version": 2, "effectiveFrom": …, "kinds": …, "plans": …, "packs": …}]}',
    )
    .option('--reason <text>', 'why; it is kept')
    .option('--by <name>', 'who applies them; it is kept')
    .action(
      run(catalogApplied, async ({ connections }, file: string, { reason, by }: ActWords) => {
        const versions = readCatalogFile(file);
        const words = parseActWords({ reason, by });
        const { applied } = await applyCatalog(connections.migrationUrl(), versions, words);
        const named = `version${applied.length === 1 ? '' : 's'} ${applied.join(', ')}`;
        return {
          json: { applied },
          text: [
            applied.length === 0
              ? 'Nothing to do: the ledger has these versions.'
              : `Applied ${named}.`,
          ],
        };
      }),
    );
}

function answerOf({ catalogVersion, validUntil, catalog }: EffectiveCatalog) {
  const until =
    validUntil === null ? 'no later version is known' : `until ${timeInWords(validUntil)}`;
  const head = `Catalog ${catalogVersion}, from ${timeInWords(catalog.effectiveFrom)}, ${until}`;
  return {
    json: { catalogVersion, validUntil, catalog },
    text: [head, '', ...catalogInWords(catalog)],
  };
}

function catalogInWords({ kinds, plans, packs }: CatalogVersion): Line[] {
  const kindRows = Object.entries(kinds).map(([id, kind]) => {
    const more = [...Object.values(boundsInWords(kind)), cancelledInWords(kind)].filter(Boolean);
    return [kind.name, id, priceInWords(kind.price), more.join(', ')];
  });
  const planRows = Object.entries(plans).map(([id, { name, credits, cycle }]) => [
    name,
    id,
    credits,
    cycle,
  ]);
  const packRows = Object.entries(packs).map(
    ([packId, pack]) => `  ${packInWords({ packId, ...pack, count: 1 })}`,
  );
  return [
    ...table(['generation type', 'kind', 'price', ''], kindRows),
    '',
    ...table(['plan', 'id', 'credits', 'cycle'], planRows),
    '',
    'Packs',
    ...packRows,
  ];
}
