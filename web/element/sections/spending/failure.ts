import { html, type TemplateResult } from 'lit-html';
import type { Problem } from '../../api/problem';
import { problemText, type SectionView } from '../../view';

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
