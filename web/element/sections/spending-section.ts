import { html, type TemplateResult } from 'lit-html';
import { type SectionView, section } from '../view';
import { csvButton } from './spending/csv';
import { filters } from './spending/filters';
import { history } from './spending/history';
import { usage } from './spending/usage';

/** What was used, day by day, and everything that happened to the credits, under the same filter. */
export function spendingSection(view: SectionView): TemplateResult {
  const { overview, store, words } = view;
  const { entries, filter } = store.spending.state;
  const isFresh = overview.balance.granted === 0 && entries?.length === 0 && filter.kind === null;
  const content = isFresh
    ? html`<p class="quiet" data-part="fresh">${words.went.fresh}</p>`
    : html`${filters(view)} ${usage(view)} ${history(view)} ${csvButton(view)}`;
  return section('went', words, content);
}
