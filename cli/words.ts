import type { PackOffer } from '../contract/prices';
import { counted, creditsInWords, instantInWords } from '../domain/legible';
import { moneyInWords } from '../domain/pricing/money';
import { type Cell, type Line, Table } from './terminal/table';

export { counted, creditsInWords };

/** `pack-125: 125 credits for 49 USD`; several of one pack are counted and added up. */
export function packInWords({ packId, credits, priceCents, currency, count }: PackOffer): string {
  const price = moneyInWords(priceCents * count, currency);
  const times = count === 1 ? '' : `${count} × `;
  return `${times}${packId}: ${creditsInWords(credits * count)} for ${price}`;
}

/** A time to the second, in UTC: `2026-01-31 09:30:00Z`; a dash for none. */
export function timeInWords(instant: string | null): string {
  return instant === null ? '–' : instantInWords(instant);
}

/** ` as of 12 s ago`, by this machine's clock, of a time that another one gave; nothing for the present. */
export function ageInWords(instant: string | null): string {
  const seconds = instant === null ? 0 : Math.floor((Date.now() - Date.parse(instant)) / 1000);
  return seconds > 0 ? ` as of ${seconds.toLocaleString('en-US')} s ago` : '';
}

/** How to ask for the page after this one, of a list in the order of accounts. */
export function furtherAccounts(next: string | null): string[] {
  return next === null ? [] : [`Further accounts: --after ${next}`];
}

/** A table among the lines of an answer. */
export function table(head: string[], rows: Cell[][]): Line[] {
  return [new Table(head, rows)];
}
