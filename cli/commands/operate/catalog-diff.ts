import type { Command } from 'commander';
import type { z } from 'zod';
import type { GenerationKind, Pack, Plan } from '../../../contract/catalog';
import { isSameLength } from '../../../contract/duration';
import { HoldfastError } from '../../../contract/errors';
import { catalogDifferences } from '../../../contract/operation';
import type { ItemChange, RuleChange, WaitChange } from '../../../domain/pricing/catalog-changes';
import { moneyInWords } from '../../../domain/pricing/money';
import {
  type CatalogOutlook,
  catalogOutlook,
  type PlanChange,
  type VersionOutlook,
} from '../../../ledger/catalog-outlook';
import { addCommand, type Run } from '../../command';
import { boundsInWords, cancelledInWords, priceInWords } from '../../dimensions';
import { EXIT, exitCodeOf } from '../../errors';
import { readCatalogFile } from '../../input';
import { notOk } from '../../terminal/red';
import type { Answer } from '../../terminal/screen';
import type { Line } from '../../terminal/table';
import { counted, creditsInWords, table, timeInWords } from '../../words';

/** The text lists this many holders of a plan. */
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

/**
 * The changes; for a file that the ledger would refuse, then the error and the exit code of
 * `catalog apply`.
 */
function answerOf({
  now,
  versions,
  refusal,
}: CatalogOutlook): Answer<z.input<typeof catalogDifferences>> {
  const changes = versions.map(versionInWords);
  if (refusal === null) {
    const text = changes.length > 0 ? changes : [['Nothing to do: the ledger has these versions.']];
    return { json: { now, versions }, text: paragraphs(text), exitCode: EXIT.done };
  }
  const error = HoldfastError.of(refusal);
  return {
    json: { now, versions, error: error.toJSON() },
    text: paragraphs([
      ...changes,
      [notOk(`Applying this file would be refused. ${error.code}: ${error.message}`)],
    ]),
    exitCode: exitCodeOf(error),
  };
}

/** Joins paragraphs, with an empty line between them. */
function paragraphs(all: Line[][]): Line[] {
  return all.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function versionInWords(version: VersionOutlook): Line[] {
  const { comparedWith, effectiveFrom, kinds, plans, packs, waits, rules } = version;
  const replaces = version.replaces ? ' (in place of the one that the ledger has)' : '';
  const compared = comparedWith === null ? '' : `, compared with version ${comparedWith}`;
  const head = `Version ${version.version} from ${timeInWords(effectiveFrom)}${replaces}${compared}`;
  const rows = [
    ...rowsOf('generation type', kinds, kindInWords),
    ...rowsOf('plan', plans, planInWords),
    ...rowsOf('pack', packs, packInWords),
    ...waits.map(waitRow),
    ...rules.map(ruleRow),
  ];
  if (rows.length === 0) return paragraphs([[head], ['Nothing that is sold changes.']]);
  const changes = table(['', 'what', 'id', '', 'before', 'after'], rows);
  const holders = plans.map(holdersInWords).filter((lines) => lines.length > 0);
  const kept = plans.some((plan) => plan.holders.count > 0)
    ? [['Cycles that have begun keep what was granted.']]
    : [];
  return paragraphs([[head], changes, ...holders, ...kept]);
}

/** An item's fields in words, by name. A change shows only the fields that differ. */
type Fields = Record<string, string>;

const kindInWords = (kind: GenerationKind): Fields => ({
  name: kind.name,
  price: priceInWords(kind.price),
  ...boundsInWords(kind),
  'time limit': `ends after ${kind.timeLimitSeconds} s`,
  cancelled: cancelledInWords(kind),
});

const planInWords = ({ name, credits, cycle }: Plan): Fields => ({
  name,
  credits: creditsInWords(credits),
  cycle: `every ${cycle}`,
});

const packInWords = ({ credits, priceCents, currency }: Pack): Fields => ({
  credits: creditsInWords(credits),
  price: moneyInWords(priceCents, currency),
});

function rowsOf<Item>(
  what: string,
  changes: ItemChange<Item>[],
  inWords: (item: Item) => Fields,
): string[][] {
  return changes.flatMap((change) => {
    if (change.change === 'changed') {
      const [before, after] = [inWords(change.before), inWords(change.after)];
      return Object.keys(after)
        .filter((field) => before[field] !== after[field])
        .map((field) => [
          'changed',
          what,
          change.id,
          field,
          before[field] ?? '',
          after[field] ?? '',
        ]);
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

function ruleRow({ field, before, after }: RuleChange): string[] {
  const what = field === 'refund' ? 'refunds of packs' : 'generations in debt';
  return ['changed', what, '', '', before, after];
}

function waitInWords(duration: string): string {
  return isSameLength(duration, 'PT0S') ? 'none' : duration;
}

/**
 * The holders of a plan that changes. An added plan has holders only if an earlier version sold it.
 */
function holdersInWords({ id, change, holders }: PlanChange): Line[] {
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
  const rest =
    left > 0 ? [`… and ${left.toLocaleString('en-US')} more; --json lists up to 1,000.`] : [];
  return [title, ...shown, ...rest];
}
