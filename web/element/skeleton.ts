import type { Words } from './words/english';

type Name = keyof Words['headings'];

/** The height in pixels of what comes in each place, so that nothing moves when it comes. */
const HEIGHTS: Record<Name, number> = {
  balance: 108,
  next: 150,
  more: 292,
  make: 451,
  went: 1100,
  parts: 160,
};

/** The cards before there is anything in them: plain HTML, which the server sends and the element starts with. */
export function skeleton(names: Name[], words: Words): string {
  return names
    .map(
      (name) =>
        `<section class="card ${name}" aria-busy="true"><h2>${words.headings[name]}</h2>` +
        `<div class="bone tall-${HEIGHTS[name]}"></div></section>`,
    )
    .join('');
}

/** A class for each height: the page's policy allows no style attributes. */
export const SKELETON_CSS = Object.values(HEIGHTS)
  .map((height) => `.tall-${height}{height:${height}px}`)
  .join('');
