import { html, nothing, type TemplateResult } from 'lit-html';
import type { Problem } from './api/problem';
import type { Overview } from './api/types';
import { ownMember } from './state/facts';
import type { State } from './state/state';
import type { Store } from './state/store';
import type { Words } from './words/english';
import type { Format } from './words/format';

/** What a section is drawn from. */
export interface View {
  state: State;
  store: Store;
  words: Words;
  format: Format;
  loginUrl: string | null;
  subscriptionUrl: string | null;
}

/** A section is drawn once the overview has been loaded. */
export interface SectionView extends View {
  overview: Overview;
}

/** A section's card with its heading, by which assistive technology lists it. */
export function section(
  name: keyof Words['headings'],
  words: Words,
  content: unknown,
): TemplateResult {
  return html`<section class="card ${name}" aria-labelledby=${name}>
    <h2 id=${name}>${words.headings[name]}</h2>
    ${content}
  </section>`;
}

/** A time in words; hovering shows it in full, with its zone's name. */
export function time(at: string, inWords: string, { full }: Format): TemplateResult {
  return html`<time datetime=${at} title=${full(at)}>${inWords}</time>`;
}

/** A sentence with a time in it. The words decide where the time stands. */
export function sentence(
  sayWith: (at: string) => string,
  at: string,
  inWords: string,
  format: Format,
) {
  const [before = '', ...after] = sayWith(SLOT).split(SLOT);
  return html`${before}${time(at, inWords, format)}${after.join(inWords)}`;
}

export function sentenceOfDay(sayWith: (day: string) => string, at: string, format: Format) {
  return sentence(sayWith, at, format.day(at), format);
}

export function sentenceOfMoment(sayWith: (moment: string) => string, at: string, format: Format) {
  return sentence(sayWith, at, format.moment(at), format);
}

/**
 * A sentence with two templates in it, such as buttons. The words decide where they stand, and may
 * leave one out.
 */
export function sentenceOf(
  sayWith: (first: string, second: string) => string,
  first: unknown,
  second: unknown,
) {
  const pieces = sayWith('\ue000', '\ue001').split(/([\ue000\ue001])/);
  return pieces.map((text) => (text === '\ue000' ? first : text === '\ue001' ? second : text));
}

const SLOT = '\u0000';

/** The text of a failed change: what it means for the credits, and the code for support. */
export function problemText(problem: Problem, words: Words, otherwise: string): TemplateResult {
  const known = problem.code === null ? undefined : ownMember(words.problems, problem.code);
  const text =
    known ?? (problem.kind === 'offline' ? words.problems.offline : undefined) ?? otherwise;
  return html`${text} ${problemCode(problem, words)}`;
}

export function problemCode({ code }: Problem, words: Words): TemplateResult | typeof nothing {
  return code === null ? nothing : html`<span class="code">${words.connection.code(code)}</span>`;
}

/** Takes the place of a part of the spending section that could not be loaded. */
export function failure(
  { store, words }: SectionView,
  problem: Problem,
  place: string,
): TemplateResult {
  return html`<div class="failure ${place}" data-part="went-failed">
    <p role="alert">${problemText(problem, words, words.went.failed)}</p>
    <button type="button" @click=${() => store.spending.retry()}>${words.connection.retry}</button>
  </div>`;
}
