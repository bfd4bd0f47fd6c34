import type { Command } from 'commander';
import type { z } from 'zod';
import type { GenerationKind, Pack, Plan } from '../../../contract/catalog';
import { isSameLength } from '../../../contract/duration';
import { HoldfastError } from '../../../contract/errors';
import { catalogDifferences } from '../../../contract/operation';
import type { ItemChange, WaitChange } from '../../../domain/pricing/catalog-changes';
import { moneyInWords } from '../../../domain/pricing/money';
import {
  type CatalogOutlook,
  catalogOutlook,
  type PlanChange,
  type VersionOutlook,
} from '../../../ledger/catalog-outlook';
import type { Run } from '../../command';
import { addCommand } from '../../command';
import { boundsInWords, priceInWords } from '../../dimensions';
import { EXIT, exitCodeOf } from '../../errors';
import { readCatalogFile } from '../../input';
import type { Answer } from '../../terminal/screen';
import { counted, creditsInWords, table, timeInWords } from '../../words';

/** How many holders of a plan a person is shown. */
const SHOWN_MAX = 20;

export function addDiffCatalog(catalog: Command, run: Run): void {
  addCommand(
    catalog,
    'diff',
    'What a file would change if it were applied, and for whom; changes nothing',
    [
      'holdfast catalog diff new-prices.json',
      'holdfast catalog diff new-prices.json --json > diff.json',
    ],
  )
    .argument('<file>', 'a catalog file as for `holdfast catalog apply`')
    .action(
      run(catalogDifferences, async ({ connections }, file: string) => {
        const versions = readCatalogFile(file);
        return answerOf(await catalogOutlook(connections.databaseUrl(), versions));
      }),
    );
}

/** Where the ledger would refuse the file, the answer ends as `catalog apply` would, after what the file would change. */
function answerOf({
  now,
  versions,
  refusal,
}: CatalogOutlook): Answer<z.input<typeof catalogDifferences>> {
  const parts = versions.map(versionInWords);
  if (refusal === null) {
    const text = parts.length > 0 ? parts : [['Nothing to do: the ledger has these versions.']];
    return { json: { now, versions }, text: paragraphs(text), exitCode: EXIT.done };
  }
  const error = HoldfastError.of(refusal);
  return {
    json: { now, versions, error: error.toJSON() },
    text: paragraphs([
      ...parts,
      [`Applying this file would be refused. ${error.code}: ${error.message}`],
    ]),
    exitCode: exitCodeOf(error),
  };
}

/** With an empty line between them. */
function paragraphs(parts: string[][]): string[] {
  return parts.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function versionInWords(version: VersionOutlook): string[] {
  const { comparedWith, effectiveFrom, kinds, plans, packs, waits } = version;
  const replaces = version.replaces ? ' (in place of the one that the ledger has)' : '';
  const compared = comparedWith === null ? '' : `, compared with version ${comparedWith}`;
  const head = `Version ${version.version} from ${timeInWords(effectiveFrom)}${replaces}${compared}`;
  const rows = [
    ...rowsOf('generation type', kinds, kindInWords),
    ...rowsOf('plan', plans, planInWords),
    ...rowsOf('pack', packs, packInWords),
    ...waits.map(waitRow),
  ];
  if (rows.length === 0) return paragraphs([[head], ['Nothing that is sold changes.']]);
  const changes = table(['', 'what', 'id', '', 'before', 'after'], rows);
  const holders = plans.map(holdersInWords).filter((lines) => lines.length > 0);
  const kept = plans.some((plan) => plan.holders.count > 0)
    ? [['Cycles that have begun keep what was granted.']]
    : [];
  return paragraphs([[head], changes, ...holders, ...kept]);
}

/** What an item consists of, each part under its name; a change shows only the parts that differ. */
type Parts = Record<string, string>;

const kindInWords = (kind: GenerationKind): Parts => ({
  name: kind.name,
  price: priceInWords(kind.price),
  ...boundsInWords(kind),
  'time limit': `ends after ${kind.timeLimitSeconds} s`,
});

const planInWords = ({ name, credits, cycle }: Plan): Parts => ({
  name,
  credits: creditsInWords(credits),
  cycle: `every ${cycle}`,
});

const packInWords = ({ credits, priceCents, currency }: Pack): Parts => ({
  credits: creditsInWords(credits),
  price: moneyInWords(priceCents, currency),
});

function rowsOf<Item>(
  what: string,
  changes: ItemChange<Item>[],
  inWords: (item: Item) => Parts,
): string[][] {
  return changes.flatMap((change) => {
    if (change.change === 'changed') {
      const [before, after] = [inWords(change.before), inWords(change.after)];
      return Object.keys(after)
        .filter((part) => before[part] !== after[part])
        .map((part) => ['changed', what, change.id, part, before[part] ?? '', after[part] ?? '']);
    }
    const all = Object.values(inWords(change.change === 'added' ? change.after : change.before));
    const listed = all.filter(Boolean).join(', ');
    const sides = change.change === 'added' ? ['', listed] : [listed, ''];
    return [[change.change, what, change.id, '', ...sides]];
  });
}

function waitRow({ field, before, after }: WaitChange): string[] {
  const what = field === 'renewalGrace' ? 'renewal grace' : 'settlement window';
  return ['changed', what, '', '', waitInWords(before), waitInWords(after)];
}

function waitInWords(duration: string): string {
  return isSameLength(duration, 'PT0S') ? 'none' : duration;
}

/** Who has a plan that changes. A new plan has holders only if it was sold before, and gone in between. */
function holdersInWords({ id, change, holders }: PlanChange): string[] {
  const { count, subscriptions } = holders;
  if (count === 0)
    return change === 'added' ? [] : [`Plan ${id}: no live subscription has it now or next.`];
  const rows = subscriptions
    .slice(0, SHOWN_MAX)
    .map(({ accountId, subscriptionId, scheduled, from, credits }) => {
      const brings = credits === null ? 'as it was last sold' : creditsInWords(credits);
      const plan = scheduled ? 'scheduled' : 'has it';
      return [
        accountId,
        subscriptionId,
        plan,
        timeInWords(from),
        from === null ? 'not reached' : brings,
      ];
    });
  const title = `Plan ${id}: ${counted(count, 'live subscription has', 'live subscriptions have')} it now or next.`;
  const shown = table(['account', 'subscription', 'plan', 'first cycle under it', 'brings'], rows);
  const left = count - rows.length;
  const more =
    left > 0 ? [`… and ${left.toLocaleString('en-US')} more; --json lists up to 1,000.`] : [];
  return [title, ...shown, ...more];
}
