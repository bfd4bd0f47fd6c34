import type { GenerationKind } from '../../contract/catalog';
import { DEFAULT_MAX_SECONDS } from '../../contract/duration';
import type { Refusal } from '../../contract/errors';
import type { AskedDimensions, Dimensions, Price } from '../../contract/price';
import { DIMENSION_DEFAULTS, PRICED_VALUES, type PricedValue } from '../../contract/priced-values';
import type { Priceable } from '../../contract/prices';

/** The dimensions of a request, with the defaults of absent ones. */
export function dimensionsOf(said: AskedDimensions | Dimensions): Dimensions {
  const all = Object.entries(DIMENSION_DEFAULTS).map(([name, absent]) => [
    name,
    said[name as keyof Dimensions] ?? absent,
  ]);
  return Object.fromEntries(all);
}

/** `text-to-video-veo3 of 8 s with audio` */
export function kindInWords({ kind, ...dimensions }: { kind: string } & Dimensions): string {
  const { seconds } = dimensions;
  const chosen = chosenIn(dimensions).map(({ words }) => ` ${words}`);
  return `${kind}${seconds === null ? '' : ` of ${seconds} s`}${chosen.join('')}`;
}

/** The dimensions as a request: a null one is absent. */
export function askedOf(dimensions: Dimensions): AskedDimensions {
  return Object.fromEntries(
    Object.entries(dimensionsOf(dimensions)).filter(([, value]) => value !== null),
  );
}

/**
 * The choices on the price list of a kind: each combination of the values that it has, and none if
 * it has one price only.
 *
 * @example [{ audio: false }, { audio: true }]
 */
export function choicesIn(price: Price): AskedDimensions[] {
  const offered = PRICED_VALUES.filter(({ member }) => price[member] !== undefined);
  const names = [...new Set(offered.map(({ dimension }) => dimension))];
  if (names.length === 0) return [];
  return names.reduce<AskedDimensions[]>(
    (choices, name) => {
      const values = offered.filter(({ dimension }) => dimension === name);
      const all = [DIMENSION_DEFAULTS[name], ...values.map(({ value }) => value)];
      return choices.flatMap((choice) => all.map((value) => ({ ...choice, [name]: value })));
    },
    [{}],
  );
}

/**
 * The cost of a generation in credits. A price by time is charged per started unit. Of several
 * values with a price of their own the most expensive counts.
 *
 * @example 10 s at 1 credit per 3 s: ceil(10 / 3) × 1 = 4
 */
export function creditsFor(price: Price, dimensions: Dimensions): number {
  const { seconds } = dimensions;
  const chosen = chosenIn(dimensions).flatMap(({ member }) => price[member] ?? []);
  const unitCredits = chosen.length === 0 ? price.credits : Math.max(...chosen);
  if (price.perSeconds === undefined || seconds === null) return unitCredits;
  return Math.ceil(wholeMs(seconds) / wholeMs(price.perSeconds)) * unitCredits;
}

function chosenIn(dimensions: Dimensions): PricedValue[] {
  return PRICED_VALUES.filter(({ dimension, value }) => dimensions[dimension] === value);
}

/** The first reason why the kind has no price for the request; undefined if it has one. */
export function mistakeIn(asked: Priceable, kind: GenerationKind): Refusal | undefined {
  const { seconds } = asked;
  const label = `${kind.name} (${asked.kind})`;
  const { price, maxSeconds = DEFAULT_MAX_SECONDS } = kind;
  const missing = chosenIn(dimensionsOf(asked)).find(({ member }) => price[member] === undefined);
  if (missing)
    return { code: missing.code, message: `${label} has no price ${missing.words}: leave it out.` };
  if (price.perSeconds === undefined) {
    if (seconds === undefined) return undefined;
    return {
      code: 'DURATION_NOT_ALLOWED',
      message: `${label} is priced per generation: leave the duration out.`,
    };
  }
  if (seconds === undefined) {
    return {
      code: 'DURATION_REQUIRED',
      message: `${label} is priced by time: say how many seconds.`,
    };
  }
  if (wholeMs(seconds) <= wholeMs(maxSeconds)) return undefined;
  const message = `${label} runs for ${maxSeconds} seconds at most, not ${seconds}.`;
  return { code: 'DURATION_TOO_LONG', message, details: { maxSeconds } };
}

/**
 * Seconds in whole milliseconds. A double can't hold 1.001: a thousand times it is less than 1001.
 * Durations have three decimals at most, so rounding is exact.
 */
export function wholeMs(seconds: number): number {
  return Math.round(seconds * 1000);
}
