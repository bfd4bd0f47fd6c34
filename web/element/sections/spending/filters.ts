import { html, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { PERIODS } from '../../state/spending';
import type { SectionView } from '../../view';

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
