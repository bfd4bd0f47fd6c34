import type { AskedDimensions, Price } from '../../../contract/price';
import { creditsFor, dimensionsOf, wholeMs } from '../../../domain/pricing/unit-price';
import type { Balance, Dimensions, Generation, Pack, PricedKind } from '../api/types';
import type { Words } from '../words/english';
import type { Format } from '../words/format';
import { packCovering } from './facts';

/** One price of the list: a kind that can be had with and without audio has two. */
export interface PriceRow {
  /** `ai-avatar`, `text-to-video-veo3+audio` */
  key: string;
  name: string;
  /** Which of the kind's prices it is; null where it has one alone. */
  variant: Variant | null;
  price: Price;
  /** Per generation, or per started unit of `perSeconds`. */
  credits: number;
  perSeconds: number | null;
  maxSeconds: number | null;
}

/** What is said besides the duration, and how it is called. A further dimension of prices is a further variant here. */
interface Variant {
  key: string;
  asked: AskedDimensions;
  name(words: Words): string;
}

const SILENT: Variant = {
  key: '',
  asked: { audio: false },
  name: (words) => words.make.audio.without,
};
const AUDIBLE: Variant = {
  key: '+audio',
  asked: { audio: true },
  name: (words) => words.make.audio.with,
};

function variantsOf({ creditsWithAudio }: PricedKind): (Variant | null)[] {
  return creditsWithAudio === null ? [null] : [SILENT, AUDIBLE];
}

/** What a generation's price depended on, for its receipt; null where that was its kind alone. */
export function dimensionsInWords(
  { seconds, audio }: Dimensions,
  { went }: Words,
  format: Format,
): string | null {
  const said = went.receipt.audio;
  if (seconds === null) return audio ? said.only : null;
  return audio ? said.with(format.seconds(seconds)) : format.seconds(seconds);
}

/** What would make a generation possible that can't be paid for now. */
export interface Way {
  pack: Pack | null;
  /** The longest duration that can be paid for. */
  seconds: number | null;
}

export function priceRows(kinds: PricedKind[]): PriceRow[] {
  return kinds.flatMap((priced) => {
    const { kind, name, perSeconds, maxSeconds } = priced;
    const price = priceIn(priced);
    return variantsOf(priced).map((variant) => ({
      ...{ key: `${kind}${variant?.key ?? ''}`, name, variant, price, perSeconds, maxSeconds },
      credits: creditsOf({ variant, price }, perSeconds),
    }));
  });
}

/** As the catalog has it, where what a price hasn't got is absent. */
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
 * Whole milliseconds of what was typed as seconds; null where no generation can be that long.
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

/** A duration is needed where the price is by time, and means nothing elsewhere. */
export function priceOf(row: PriceRow, durationMs: number): number {
  return creditsOf(row, row.perSeconds === null ? null : durationMs / 1000);
}

/** Nobody overtakes those who wait for credits. */
export function waitedFor(open: Generation[]): number {
  return open
    .filter(({ status }) => status === 'waiting')
    .reduce((sum, { wait }) => sum + (wait?.required ?? 0), 0);
}

/** What a generation that is asked for now may cost. */
export function spendable({ available }: Balance, open: Generation[]): number {
  return Math.max(0, available - waitedFor(open));
}

export function affordableCount(spendableCredits: number, price: number): number {
  return price > 0 ? Math.floor(spendableCredits / price) : Number.POSITIVE_INFINITY;
}

/** In seconds, up to the end of the last unit that can be paid for; null where none can. */
export function longestAffordable(row: PriceRow, spendableCredits: number): number | null {
  if (row.perSeconds === null || row.maxSeconds === null) return null;
  const units = affordableCount(spendableCredits, row.credits);
  if (units === 0) return null;
  return Math.min(units * wholeMs(row.perSeconds), wholeMs(row.maxSeconds)) / 1000;
}

/** The smallest pack that covers what is short, and the longest generation without one. */
export function remediesOf(
  row: PriceRow,
  shortfall: number,
  spendableCredits: number,
  packs: Pack[],
): Way {
  return {
    pack: packCovering(packs, shortfall),
    seconds: longestAffordable(row, spendableCredits),
  };
}
