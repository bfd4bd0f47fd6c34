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
      : `<p class="reserved" data-part="reserved"><meter min="0" max="${available + reserved}" value="${available}" aria-hidden="true"></meter>` +
        `${words.balance.reserved(format, reserved, 1)}</p>`;
  return (
    `<div class="all"><section class="card balance" aria-labelledby="balance"><h2 id="balance">${words.headings.balance}</h2>` +
    `<p class="number" data-part="available"><span class="digits">${format.count(available)}</span> ` +
    `<span class="unit">${words.unit(available)}</span></p>${held}</section>` +
    `${skeleton(['next', 'more', 'make', 'went', 'parts'], words)}</div>`
  );
}
