import { html, nothing, type TemplateResult } from 'lit-html';
import type { Problem } from './api/problem';
import type { Overview } from './api/types';
import { ownMember } from './state/facts';
import type { State } from './state/state';
import type { Store } from './state/store';
import type { Words } from './words/english';
import type { Format } from './words/format';

/** What every section is given. */
export interface View {
  state: State;
  store: Store;
  words: Words;
  format: Format;
  loginUrl: string | null;
  subscriptionUrl: string | null;
}

/** A section is shown once there is something to show. */
export interface SectionView extends View {
  overview: Overview;
}

/** A section with its heading, by which assistive technology lists it. */
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

/** In words, with the whole of it and the zone's name on hover. */
export function time(at: string, inWords: string, { full }: Format): TemplateResult {
  return html`<time datetime=${at} title=${full(at)}>${inWords}</time>`;
}

/** A sentence in which one of the parts is a time: the words put it where their language wants it. */
function sentence(sayWith: (at: string) => string, at: string, inWords: string, format: Format) {
  const [before = '', ...after] = sayWith(SLOT).split(SLOT);
  return html`${before}${time(at, inWords, format)}${after.join(inWords)}`;
}

export function sentenceOfDay(sayWith: (day: string) => string, at: string, format: Format) {
  return sentence(sayWith, at, format.day(at), format);
}

export function sentenceOfMoment(sayWith: (moment: string) => string, at: string, format: Format) {
  return sentence(sayWith, at, format.moment(at), format);
}

/** The same with two parts that are no text, buttons for one; the words may leave either out. */
export function sentenceOf(
  sayWith: (first: string, second: string) => string,
  first: unknown,
  second: unknown,
) {
  const said = sayWith('\ue000', '\ue001').split(/([\ue000\ue001])/);
  return said.map((text) => (text === '\ue000' ? first : text === '\ue001' ? second : text));
}

const SLOT = '\u0000';

/** What a refused change says: what became of the credits, and the code for whoever is asked about it. */
export function problemText(problem: Problem, words: Words, otherwise: string): TemplateResult {
  const known = problem.code === null ? undefined : ownMember(words.problems, problem.code);
  const text =
    known ?? (problem.kind === 'offline' ? words.problems.offline : undefined) ?? otherwise;
  return html`${text} ${problem.code === null ? nothing : html`<span class="code">${words.connection.code(problem.code)}</span>`}`;
}

/** In the place of what could not be loaded. */
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
