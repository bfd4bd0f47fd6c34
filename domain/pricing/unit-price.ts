import type { GenerationKind } from '../../contract/catalog';
import { DEFAULT_MAX_SECONDS } from '../../contract/duration';
import type { Refusal } from '../../contract/errors';
import type { AskedDimensions, Dimensions, Price } from '../../contract/price';
import type { Priceable } from '../../contract/prices';

/** The rules of what a price depends on besides the kind: a further dimension of `contract/price.ts` has its rules here. */

/** What the price depends on, with what was left out as it is meant. */
export function dimensionsOf(said: AskedDimensions | Dimensions): Dimensions {
  return { seconds: said.seconds ?? null, audio: said.audio ?? false };
}

/** `text-to-video-veo3 of 8 s with audio` */
export function kindInWords({ kind, seconds, audio }: { kind: string } & Dimensions): string {
  return `${kind}${seconds === null ? '' : ` of ${seconds} s`}${audio ? ' with audio' : ''}`;
}

/** The same as it was asked for: what is null was left out. */
export function askedOf(dimensions: Dimensions): AskedDimensions {
  return Object.fromEntries(
    Object.entries(dimensionsOf(dimensions)).filter(([, value]) => value !== null),
  );
}

/**
 * What a generation costs. A price by time is charged per started unit.
 *
 * @example 10 s at 1 credit per 3 s: ceil(10 / 3) × 1 = 4
 */
export function creditsFor(price: Price, { seconds, audio }: Dimensions): number {
  const unitCredits = audio ? (price.creditsWithAudio ?? price.credits) : price.credits;
  if (price.perSeconds === undefined || seconds === null) return unitCredits;
  return Math.ceil(wholeMs(seconds) / wholeMs(price.perSeconds)) * unitCredits;
}

/** What was said that the kind's price has no answer to; undefined where it can be priced. */
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

/** A double can't hold 1.001, and a thousand times it is less than 1001: durations have three decimals at most. */
export function wholeMs(seconds: number): number {
  return Math.round(seconds * 1000);
}
