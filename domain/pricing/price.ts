import type { Price } from './catalog';

/** Alone in its file, so that whoever only calculates with a price need not take along the errors that a quote can meet. */
export function creditsFor(price: Price, durationMs: number | null, audio: boolean): number {
  const unitCredits = audio ? (price.creditsWithAudio ?? price.credits) : price.credits;
  if (price.perSeconds === undefined || durationMs === null) return unitCredits;
  return Math.ceil(durationMs / unitMsOf(price.perSeconds)) * unitCredits;
}

/** Durations are whole milliseconds, and so is the unit by which they are priced. */
export function unitMsOf(perSeconds: number): number {
  return Math.round(perSeconds * 1000);
}
