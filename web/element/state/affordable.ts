import type { AskedDimensions, Price } from '../../../contract/price';
import { choicesIn, creditsFor, dimensionsOf, wholeMs } from '../../../domain/pricing/unit-price';
import type { Balance, Dimensions, Generation, Pack, PricedKind } from '../api/types';
import type { Words } from '../words/english';
import type { Format } from '../words/format';
import { packCovering } from './facts';

/** One price of the list: a kind that is sold with and without audio has two. */
export interface PriceRow {
  /** `ai-avatar`, `text-to-video-veo3+audio` */
  key: string;
  name: string;
  /** Which of the kind's prices it is; null if the kind has only one. */
  variant: Variant | null;
  price: Price;
  /** Per generation, or per started unit of `perSeconds`. */
  credits: number;
  perSeconds: number | null;
  maxSeconds: number | null;
}

/** A choice on the price list, and its name. */
interface Variant {
  /** Empty for the one that a request has which doesn't say. */
  key: string;
  asked: AskedDimensions;
  name(words: Words): string;
}

const ABSENT: Dimensions = dimensionsOf({});
const isDefault = ([name, value]: [string, unknown]) => ABSENT[name as keyof Dimensions] === value;

function variantOf(asked: AskedDimensions): Variant {
  const values = Object.entries(asked);
  const keys = values.filter((said) => !isDefault(said)).map(([name, value]) => [value, name]);
  return {
    key: keys.map(([value, name]) => `+${value === true ? name : value}`).join(''),
    asked,
    name: (words) => valuesInWords(asked, words).join(', '),
  };
}

function variantsOf(price: Price): (Variant | null)[] {
  const choices = choicesIn(price);
  return choices.length === 0 ? [null] : choices.map(variantOf);
}

function valuesInWords(values: Partial<Dimensions>, { dimensions }: Words): string[] {
  return Object.entries(values).map(([name, value]) => {
    const words: Record<string, string> = dimensions[name as keyof typeof dimensions];
    return words[String(value)] ?? String(value);
  });
}

/**
 * The dimensions of a generation's price, for its receipt; null if it depended on the kind alone.
 */
export function dimensionsInWords(
  generation: Dimensions,
  words: Words,
  format: Format,
): string | null {
  const { seconds, ...values } = dimensionsOf(generation);
  const chosen = Object.entries(values).filter((said) => !isDefault(said));
  const texts = valuesInWords(Object.fromEntries(chosen), words);
  const all = seconds === null ? texts : [format.seconds(seconds), ...texts];
  return all.length === 0 ? null : all.join(', ');
}

/** What would make a generation affordable. */
export interface Remedies {
  pack: Pack | null;
  /** The longest affordable duration; null if there is none. */
  seconds: number | null;
}

export function priceRows(kinds: PricedKind[]): PriceRow[] {
  return kinds.flatMap((priced) => {
    const { kind, name, perSeconds, maxSeconds } = priced;
    const price = priceIn(priced);
    return variantsOf(price).map((variant) => ({
      ...{ key: `${kind}${variant?.key ?? ''}`, name, variant, price, perSeconds, maxSeconds },
      credits: creditsOf({ variant, price }, perSeconds),
    }));
  });
}

/** The price as the catalog has it, without the members that are null. */
function priceIn({
  kind: _kind,
  name: _name,
  maxSeconds: _maxSeconds,
  ...price
}: PricedKind): Price {
  return Object.fromEntries(
    Object.entries(price).filter(([, member]) => member !== null),
  ) as unknown as Price;
}

function creditsOf(
  { variant, price }: Pick<PriceRow, 'variant' | 'price'>,
  seconds: number | null,
): number {
  return creditsFor(
    price,
    dimensionsOf({ ...variant?.asked, ...(seconds !== null && { seconds }) }),
  );
}

/**
 * The whole milliseconds of a duration typed in seconds; null if no generation can be that long.
 *
 * @example durationMsOf('3.001', 8) === 3001
 */
export function durationMsOf(typed: string, maxSeconds: number): number | null {
  const seconds = typed === '' ? Number.NaN : Number(typed);
  const durationMs = Math.round(seconds * 1000);
  const isGood =
    durationMs > 0 && durationMs <= wholeMs(maxSeconds) && durationMs / 1000 === seconds;
  return isGood ? durationMs : null;
}

/** The price in credits. The duration counts only for kinds priced by time. */
export function priceOf(row: PriceRow, durationMs: number): number {
  return creditsOf(row, row.perSeconds === null ? null : durationMs / 1000);
}

/** The credits that waiting generations need. They are served before a new one. */
export function waitedFor(open: Generation[]): number {
  return open
    .filter(({ status }) => status === 'waiting')
    .reduce((sum, { wait }) => sum + (wait?.required ?? 0), 0);
}

/** The credits that a new generation may cost. */
export function spendable({ available }: Balance, open: Generation[]): number {
  return Math.max(0, available - waitedFor(open));
}

export function affordableCount(spendableCredits: number, price: number): number {
  return price > 0 ? Math.floor(spendableCredits / price) : Number.POSITIVE_INFINITY;
}

/**
 * The longest affordable duration in seconds, up to the end of the last affordable unit; null if
 * there is none.
 */
export function longestAffordable(row: PriceRow, spendableCredits: number): number | null {
  if (row.perSeconds === null || row.maxSeconds === null) return null;
  const units = affordableCount(spendableCredits, row.credits);
  if (units === 0) return null;
  return Math.min(units * wholeMs(row.perSeconds), wholeMs(row.maxSeconds)) / 1000;
}

/**
 * The smallest pack that covers the shortfall, and the longest generation that is affordable
 * without one.
 */
export function remediesOf(
  row: PriceRow,
  shortfall: number,
  spendableCredits: number,
  packs: Pack[],
): Remedies {
  return {
    pack: packCovering(packs, shortfall),
    seconds: longestAffordable(row, spendableCredits),
  };
}
