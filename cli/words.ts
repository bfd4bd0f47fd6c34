import type { PackOffer } from '../contract/prices';
import { instantInWords } from '../domain/legible';
import { moneyInWords } from '../domain/pricing/money';

/** `1 entry`, `1,200 entries` */
export function counted(count: number, one: string, several: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : several}`;
}

export const creditsInWords = (credits: number): string => counted(credits, 'credit', 'credits');

/** `pack-125: 125 credits for 49 USD`; several of one pack are counted and added up. */
export function packInWords({ packId, credits, priceCents, currency, count }: PackOffer): string {
  const price = moneyInWords(priceCents * count, currency);
  const times = count === 1 ? '' : `${count} × `;
  return `${times}${packId}: ${creditsInWords(credits * count)} for ${price}`;
}

/** To the second, in UTC: `2026-01-31 09:30:00Z`. */
export function timeInWords(instant: string | null): string {
  return instant === null ? '–' : instantInWords(instant);
}
