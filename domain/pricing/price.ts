import type { Price } from './catalog';

/** Alone in its file, so that whoever only calculates with a price need not take along the errors that a quote can meet. */
export function creditsFor(price: Price, durationMs: number | null, audio: boolean): number {
  const unitCredits = audio ? (price.creditsWithAudio ?? price.credits) : price.credits;
  if (price.perSeconds === undefined || durationMs === null) return unitCredits;
  return Math.ceil(durationMs / wholeMs(price.perSeconds)) * unitCredits;
}

/** Of a unit or a limit, which have three decimals at most: a double can't hold 1.001, and a thousand times it is less than 1001. */
export function wholeMs(seconds: number): number {
  return Math.round(seconds * 1000);
}
