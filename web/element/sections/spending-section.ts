import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { PERIODS } from '../state/spending';
import { problemText, type SectionView, section } from '../view';
import { history } from './spending/history';
import { usage } from './spending/usage';

/** The credits used per day, and the history of the credits, under the same filter. */
export function spendingSection(view: SectionView): TemplateResult {
  const { overview, store, words } = view;
  const { entries, filter } = store.spending.state;
  const isFresh = overview.balance.granted === 0 && entries?.length === 0 && filter.kind === null;
  const content = isFresh
    ? html`<p class="quiet" data-part="fresh">${words.went.fresh}</p>`
    : html`${filters(view)} ${usage(view)} ${history(view)} ${entries === null ? nothing : csvButton(view)}`;
  return section('went', words, content);
}

export function filters({ overview, store, words, format }: SectionView): TemplateResult {
  const { spending } = store;
  const { days, kind } = spending.state.filter;
  const choose = (event: Event) =>
    spending.choose({ kind: (event.currentTarget as HTMLSelectElement).value || null });
  return html`<div class="filters">
    <div class="segments" role="group" aria-label=${words.went.period}>
      ${PERIODS.map(
        (period) =>
          html`<button type="button" data-days=${period} aria-pressed=${period === days}
            @click=${() => period !== days && spending.choose({ days: period })}>${words.went.days(format, period)}</button>`,
      )}
    </div>
    <select data-part="kind" aria-label=${words.went.kind} .value=${live(kind ?? '')} @change=${choose}>
      <option value="">${words.went.allKinds}</option>
      ${overview.prices.kinds.map((one) => html`<option value=${one.kind}>${one.name}</option>`)}
    </select>
  </div>`;
}

const CSV_NAME = 'credits.csv';
/** A browser reads the file some time after the click. */
const CSV_KEPT_MS = 60_000;

export function csvButton({ store, words }: SectionView): TemplateResult {
  const { download } = store.spending.state;
  const isBusy = download === 'busy';
  return html`<div class="buttons">
    <button type="button" class="csv" data-part="csv" ?disabled=${isBusy} @click=${() => store.spending.downloadCsv(saveAs)}>
      ${isBusy ? words.went.csvBusy : words.went.csv}
    </button>
    <span role="status">${typeof download === 'string' ? nothing : html`<span class="bad">${problemText(download, words, words.went.csvFailed)}</span>`}</span>
  </div>`;
}

/** Saves the file. A plain link couldn't load it, because the token goes in a header. */
function saveAs(file: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = CSV_NAME;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), CSV_KEPT_MS);
}
