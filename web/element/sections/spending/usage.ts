import { html, type TemplateResult } from 'lit-html';
import { kindName } from '../../state/facts';
import { stackUsage, type UsageStack } from '../../state/stack';
import { failure, type SectionView } from '../../view';
import { isRightToLeft } from '../../words/direction';
import { chart } from './chart';
import { COLOURS } from './colours';

/** The chart, its legend with the sums, and the same figures as a table. */
export function usage(view: SectionView): TemplateResult {
  const { overview, store, words, format } = view;
  const { usage: read, filter, problem, loading } = store.spending.state;
  if (read === null) {
    return problem === null
      ? html`<div class="bone plot-space" aria-busy="true"></div>`
      : failure(view, problem, 'plot-space');
  }
  const kinds = overview.prices.kinds.map(({ kind }) => kind);
  const stack = stackUsage(read, kinds, filter.kind);
  if (stack.total === 0) {
    const kind = filter.kind === null ? null : kindName(overview.prices, filter.kind);
    return html`<p class="quiet plot-space nothing" data-part="unused">${words.went.unused(format, stack.days.length, kind)}</p>`;
  }
  return html`<figure class="usage" data-part="usage" ?data-old=${loading === 'first'}>
    ${chart({ stack, format, label: words.went.chart, isMirrored: isRightToLeft(words.language), say: (day) => dayInWords(view, stack, day) })}
    <figcaption>
      <ul class="legend">${stack.layers.map((layer) => legendRow(view, layer))}</ul>
      ${table(view, stack)}
    </figcaption>
  </figure>`;
}

/**
 * The credits used on a day: `30 Nov: AI Avatar 4, Text to Image 2`; for null the sum of all days.
 */
function dayInWords(
  { overview, words, format }: SectionView,
  { days, layers, total }: UsageStack,
  day: number | null,
): string {
  if (day === null) return words.went.total(format, total, days.length);
  const parts = layers.flatMap(({ kind, credits }) => {
    const used = credits[day] ?? 0;
    return used === 0 ? [] : [words.went.part(format, kindName(overview.prices, kind), used)];
  });
  return words.went.onDay(format.shortDay(days[day] ?? ''), parts);
}

function legendRow(
  { overview, words, format }: SectionView,
  { kind, colour, total }: UsageStack['layers'][number],
) {
  return html`<li><span class="swatch colour-${colour % COLOURS}" aria-hidden="true"></span>
    ${words.went.part(format, kindName(overview.prices, kind), total)}</li>`;
}

function table({ overview, words, format }: SectionView, { days, layers }: UsageStack) {
  const rows = days
    .map((day, index) => ({ day, used: layers.map(({ credits }) => credits[index] ?? 0) }))
    .filter(({ used }) => used.some((credits) => credits > 0))
    .reverse();
  const sumOf = (used: number[]) => used.reduce((sum, credits) => sum + credits, 0);
  return html`<details class="fold">
    <summary>${words.went.asTable}</summary>
    <div class="scroll" tabindex="0" role="region" aria-label=${words.went.chart}>
      <table>
        <thead><tr>
          <th scope="col">${words.went.day}</th>
          ${layers.map(({ kind }) => html`<th scope="col">${kindName(overview.prices, kind)}</th>`)}
          <th scope="col">${words.went.sum}</th>
        </tr></thead>
        <tbody>${rows.map(
          ({ day, used }) => html`<tr>
            <th scope="row">${format.shortDay(day)}</th>
            ${used.map((credits) => html`<td>${format.count(credits)}</td>`)}
            <td>${format.count(sumOf(used))}</td>
          </tr>`,
        )}</tbody>
      </table>
    </div>
  </details>`;
}
