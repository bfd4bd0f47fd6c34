import type { AskedDimensions, Dimensions, Price } from '../../contract/price';

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
  return Object.fromEntries(Object.entries(dimensionsOf(dimensions)).filter(([, value]) => value !== null));
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

/** A double can't hold 1.001, and a thousand times it is less than 1001: durations have three decimals at most. */
export function wholeMs(seconds: number): number {
  return Math.round(seconds * 1000);
}
