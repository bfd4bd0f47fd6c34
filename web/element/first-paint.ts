import type { Overview } from './api/types';
import { isSelling } from './state/facts';
import { directionOf } from './words/direction';
import type { Words } from './words/english';
import { createFormat } from './words/format';

/**
 * The element's shadow tree before any script has run: the balance, and empty cards for all other
 * sections. It is HTML, and holds no text from outside.
 */
export function firstPaint(overview: Overview, locale: string, words: Words): string {
  const format = createFormat(locale, words);
  const { available, reserved } = overview.balance;
  const more = isSelling(overview)
    ? `<button type="button" class="main" disabled>${words.headings.more}</button>`
    : '';
  const held =
    reserved === 0
      ? ''
      : `<p class="reserved" data-part="reserved">` +
        `<svg class="share" viewBox="0 0 ${available + reserved} 1" preserveAspectRatio="none" aria-hidden="true">` +
        `<rect class="held" width="${available + reserved}" height="1"></rect>` +
        `<rect class="free" width="${available}" height="1"></rect></svg>` +
        `${words.balance.reserved(format, reserved, 1)}</p>`;
  return (
    `<div class="all" lang="${words.language}" dir="${directionOf(words.language)}"><section class="card balance" aria-labelledby="balance"><h2 id="balance">${words.headings.balance}</h2>` +
    `<div class="row wrapping"><p class="number grow" data-part="available"><span class="digits">${format.count(available)}</span> ` +
    `<span class="unit">${words.unit(available)}</span></p>${more}</div>${held}<p class="quiet latest"></p></section>` +
    `${columns(words)}</div>`
  );
}

type SectionName = keyof Words['headings'];

/** The sections below the balance, as they stand beside each other where there is room. */
export const COLUMNS = [['next', 'more', 'parts', 'make'], ['went']] as const;

/**
 * The height in pixels that is reserved for each section while it loads, so that nothing moves when
 * it is shown.
 */
const HEIGHTS: Record<SectionName, number> = {
  balance: 108,
  next: 150,
  more: 292,
  make: 451,
  went: 1100,
  parts: 160,
};

/** The page before anything is known: plain HTML. */
export const skeleton = (words: Words): string => emptyCard('balance', words) + columns(words);

/** Empty cards of the sections below the balance, which the server sends too. */
function columns(words: Words): string {
  const cards = COLUMNS.map((names) => names.map((name) => emptyCard(name, words)).join(''));
  return cards.map((column) => `<div class="column">${column}</div>`).join('');
}

function emptyCard(name: SectionName, words: Words): string {
  return (
    `<section class="card ${name}" aria-busy="true"><h2>${words.headings[name]}</h2>` +
    `<div class="bone tall-${HEIGHTS[name]}"></div></section>`
  );
}

/** A class for each height, because the page's policy allows no style attributes. */
export const SKELETON_STYLES = Object.values(HEIGHTS)
  .map((height) => `.tall-${height}{height:${height}px}`)
  .join('');
