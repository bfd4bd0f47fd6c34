import type { GenerationKind } from '../../contract/catalog';
import { DEFAULT_MAX_SECONDS } from '../../contract/duration';
import type { Refusal } from '../../contract/errors';
import type { AskedDimensions, Dimensions, Price } from '../../contract/price';
import type { Priceable } from '../../contract/prices';

/**
 * The rules of a price's dimensions. A new dimension of `contract/price.ts` gets its rules here.
 */

/** The dimensions of a request, with the defaults of absent ones. */
export function dimensionsOf(said: AskedDimensions | Dimensions): Dimensions {
  return { seconds: said.seconds ?? null, audio: said.audio ?? false };
}

/** `text-to-video-veo3 of 8 s with audio` */
export function kindInWords({ kind, seconds, audio }: { kind: string } & Dimensions): string {
  return `${kind}${seconds === null ? '' : ` of ${seconds} s`}${audio ? ' with audio' : ''}`;
}

/** The dimensions as a request: a null one is absent. */
export function askedOf(dimensions: Dimensions): AskedDimensions {
  return Object.fromEntries(
    Object.entries(dimensionsOf(dimensions)).filter(([, value]) => value !== null),
  );
}

/**
 * The cost of a generation in credits. A price by time is charged per started unit.
 *
 * @example 10 s at 1 credit per 3 s: ceil(10 / 3) × 1 = 4
 */
export function creditsFor(price: Price, { seconds, audio }: Dimensions): number {
  const unitCredits = audio ? (price.creditsWithAudio ?? price.credits) : price.credits;
  if (price.perSeconds === undefined || seconds === null) return unitCredits;
  return Math.ceil(wholeMs(seconds) / wholeMs(price.perSeconds)) * unitCredits;
}

/** The first reason why the kind has no price for the request; undefined if it has one. */
export function mistakeIn(
  { kind: id, seconds, audio }: Priceable,
  kind: GenerationKind,
): Refusal | undefined {
  const label = `${kind.name} (${id})`;
  const { price, maxSeconds = DEFAULT_MAX_SECONDS } = kind;
  if (audio && price.creditsWithAudio === undefined) {
    return { code: 'AUDIO_NOT_ALLOWED', message: `${label} has no audio: leave it out.` };
  }
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
