import type { PackOffer } from '../contract/prices';
import { legible } from '../domain/legible';
import { moneyInWords } from '../domain/pricing/money';
import { instantInWords } from '../domain/time';

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

type Cell = string | number;

/** A number, signed or not, or the dot that stands for none. */
const NUMBER = /^([+−]?[\d,]+|·)$/;

/** Lines of columns as wide as their widest cell; numbers stand to the right. */
export function table(head: string[], rows: Cell[][]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => shown(row[column]).length)),
  );
  const isNumeric = head.map((_, column) => rows.every((row) => NUMBER.test(shown(row[column]))));
  const line = (cells: Cell[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumeric[column] ? shown(cell).padStart(width) : shown(cell).padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)];
}

/** Escaped here already, because escapes are wider. */
function shown(cell: Cell | undefined): string {
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : legible(cell ?? '');
}
