import type { Price } from '../contract/price';
import type { PackOffer } from '../contract/prices';
import { moneyInWords } from '../domain/pricing/money';
import { instantInWords } from '../domain/time';

/** `1 entry`, `1,200 entries` */
export function counted(count: number, one: string, several: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : several}`;
}

export const creditsInWords = (credits: number): string => counted(credits, 'credit', 'credits');

/** `3 credits per second, 5 with audio` */
export function priceInWords({ credits, perSeconds, creditsWithAudio }: Price): string {
  const unit = perSeconds === undefined ? 'generation' : perSeconds === 1 ? 'second' : `${perSeconds} seconds`;
  const audio = creditsWithAudio === undefined ? '' : `, ${creditsWithAudio} with audio`;
  return `${creditsInWords(credits)} per ${unit}${audio}`;
}

/** `8 s at most`; nothing where the catalog states no limit. */
export function durationLimitInWords(maxSeconds: number | undefined): string {
  return maxSeconds === undefined ? '' : `${maxSeconds} s at most`;
}

/** `pack-125: 125 credits for 49 USD`; several of one pack are counted and added up. */
export function packInWords({ packId, credits, priceCents, currency, count }: PackOffer): string {
  const price = moneyInWords(priceCents * count, currency);
  const times = count === 1 ? '' : `${count} × `;
  return `${times}${packId}: ${creditsInWords(credits * count)} for ${price}`;
}

/** `text-to-video-veo3 of 8 s with audio` */
export function kindInWords({
  kind,
  seconds,
  audio,
}: {
  kind: string;
  seconds: number | null;
  audio: boolean;
}): string {
  return `${kind}${seconds === null ? '' : ` of ${seconds} s`}${audio ? ' with audio' : ''}`;
}

/** To the second, in UTC: `2026-01-31 09:30:00Z`. */
export function timeInWords(instant: string | null): string {
  return instant === null ? '–' : instantInWords(instant);
}
