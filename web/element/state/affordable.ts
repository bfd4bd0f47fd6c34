import { creditsFor, dimensionsOf, wholeMs } from '../../../domain/pricing/price';
import type { Balance, Generation, Pack, PricedKind } from '../api/types';
import { packCovering } from './facts';

/** One price of the list: a kind that can be had with and without audio has two. */
export interface PriceRow {
  /** `ai-avatar`, `text-to-video-veo3+audio` */
  key: string;
  name: string;
  /** Null where the kind has no audio at all. */
  audio: boolean | null;
  /** Per generation, or per started unit of `perSeconds`. */
  credits: number;
  perSeconds: number | null;
  maxSeconds: number | null;
}

/** What would make a generation possible that can't be paid for now. */
export interface Way {
  pack: Pack | null;
  /** The longest duration that can be paid for. */
  seconds: number | null;
}

export function priceRows(kinds: PricedKind[]): PriceRow[] {
  return kinds.flatMap<PriceRow>(({ kind, name, credits, creditsWithAudio, perSeconds, maxSeconds }) => {
    const silent = { key: kind, name, audio: null, credits, perSeconds, maxSeconds };
    if (creditsWithAudio === null) return [silent];
    return [
      { ...silent, audio: false },
      { ...silent, key: `${kind}+audio`, audio: true, credits: creditsWithAudio },
    ];
  });
}

/**
 * Whole milliseconds of what was typed as seconds; null where no generation can be that long.
 *
 * @example durationMsOf('3.001', 8) === 3001
 */
export function durationMsOf(typed: string, maxSeconds: number): number | null {
  const seconds = typed === '' ? Number.NaN : Number(typed);
  const durationMs = Math.round(seconds * 1000);
  const isGood = durationMs > 0 && durationMs <= wholeMs(maxSeconds) && durationMs / 1000 === seconds;
  return isGood ? durationMs : null;
}

/** A duration is needed where the price is by time, and means nothing elsewhere. */
export function priceOf({ credits, perSeconds }: PriceRow, durationMs: number): number {
  const price = { credits, ...(perSeconds !== null && { perSeconds }) };
  return creditsFor(price, dimensionsOf({ seconds: durationMs / 1000 }));
}

/** Nobody overtakes those who wait for credits. */
export function waitedFor(open: Generation[]): number {
  return open.filter(({ status }) => status === 'waiting').reduce((sum, { wait }) => sum + (wait?.required ?? 0), 0);
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
export function waysOut(row: PriceRow, shortfall: number, spendableCredits: number, packs: Pack[]): Way {
  return { pack: packCovering(packs, shortfall), seconds: longestAffordable(row, spendableCredits) };
}
