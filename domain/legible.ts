/**
 * Characters that a terminal or a page obeys instead of showing: controls, line breaks and changes
 * of the writing direction. Also characters without width, behind which text can hide, and lone
 * surrogates, which can't be written.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Text from outside on one line, with invisible characters escaped as in JSON.
 *
 * @example legible('paid\n+9999') → 'paid\\u000a+9999'
 */
export function legible(text: string): string {
  return text.replace(UNSEEN, escaped);
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** An ISO 8601 instant to the second, in UTC, for people: `2026-01-31 09:30:00Z`. */
export function instantInWords(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** `1 entry`, `1,200 entries` */
export function counted(count: number, one: string, several: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : several}`;
}

export const creditsInWords = (credits: number): string => counted(credits, 'credit', 'credits');
