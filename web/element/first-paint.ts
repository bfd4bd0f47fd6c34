import type { Overview } from './api/types';
import { skeleton } from './skeleton';
import { ENGLISH } from './words/english';
import { createFormat } from './words/format';

/**
 * The element's shadow tree as it stands before any script has run: the balance, and the places of all that follows. HTML,
 * in which there is nothing that anybody else has written.
 */
export function firstPaint({ balance }: Pick<Overview, 'balance'>, locale: string): string {
  const format = createFormat(locale);
  const words = ENGLISH;
  const { available, reserved } = balance;
  const held =
    reserved === 0
      ? ''
      : `<p class="reserved" data-part="reserved">` +
        `<svg class="share" viewBox="0 0 ${available + reserved} 1" preserveAspectRatio="none" aria-hidden="true">` +
        `<rect class="held" width="${available + reserved}" height="1"></rect>` +
        `<rect class="free" width="${available}" height="1"></rect></svg>` +
        `${words.balance.reserved(format, reserved, 1)}</p>`;
  return (
    `<div class="all"><section class="card balance" aria-labelledby="balance"><h2 id="balance">${words.headings.balance}</h2>` +
    `<p class="number" data-part="available"><span class="digits">${format.count(available)}</span> ` +
    `<span class="unit">${words.unit(available)}</span></p>${held}</section>` +
    `${skeleton(['next', 'more', 'make', 'went', 'parts'], words)}</div>`
  );
}
