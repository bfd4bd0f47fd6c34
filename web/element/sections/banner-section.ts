import { html, nothing, type TemplateResult } from 'lit-html';
import type { View } from '../view';

/**
 * The banner that says why figures aren't live. It is always in the page, so that screen readers
 * read its changes.
 */
export function bannerSection({ state, store, words, loginUrl }: View): TemplateResult {
  const { connection, problem, overview } = state;
  const code = problem?.code
    ? html`<span class="code">${words.connection.code(problem.code)}</span>`
    : nothing;
  const content = {
    live: () => nothing,
    loading: () => html`<span class="sr">${words.connection.loading}</span>`,
    offline: () =>
      html`${overview === null ? words.connection.offlineEmpty : words.connection.offline} ${code}`,
    expired: () =>
      html`${words.connection.expired} ${loginUrl === null ? nothing : html`<a href=${loginUrl}>${words.connection.login}</a>`}`,
    error: () =>
      html`<p>${words.connection.error} ${code}</p>
        <button type="button" @click=${() => store.start(null)}>${words.connection.retry}</button>`,
  };
  const isShown = connection !== 'live' && connection !== 'loading';
  return html`<div class="${isShown ? `banner ${connection}` : 'sr'}" data-part="connection" role="status">${content[connection]()}</div>`;
}
