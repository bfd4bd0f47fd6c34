import { html, svg, type TemplateResult } from 'lit-html';
import { tickStep, topsOf, type UsageStack } from '../../state/stack';
import type { Format } from '../../words/format';
import { COLOURS } from './colours';

export interface ChartData {
  stack: UsageStack;
  format: Format;
  label: string;
  /** Whether time goes from right to left, as the page's text does. */
  isMirrored: boolean;
  /** The text for a day, by its index; for null the text for all days. */
  say(day: number | null): string;
}

/** The share of a day's width that its bar takes. */
const BAR = 0.72;
const LABELS_MAX = 8;

/**
 * Stacked bars, one for each day. The pointer and the arrow keys select a day, whose figures are
 * read out.
 */
export function chart(data: ChartData): TemplateResult {
  const { stack, label, say } = data;
  const last = stack.days.length;
  return html`<div class="plot plot-space" tabindex="0" role="slider" aria-readonly="true" aria-label=${label}
      aria-valuemin="1" aria-valuemax=${last} aria-valuenow=${last} aria-valuetext=${say(null)}
      @keydown=${(event: KeyboardEvent) => move(event, data)} @blur=${(event: Event) => select(plotOf(event), data, null)}
      @pointermove=${(event: PointerEvent) => point(event, data)} @pointerleave=${(event: Event) => select(plotOf(event), data, null)}>
    <p class="readout" data-part="readout" aria-hidden="true" .textContent=${say(null)}></p>
    ${drawn(data)}
  </div>`;
}

function drawn({ stack, format, isMirrored }: ChartData): TemplateResult {
  const tops = topsOf(stack.layers);
  const step = tickStep(Math.max(1, ...(tops.at(-1) ?? [])));
  const ticks = Array.from({ length: step.count + 1 }, (_, index) => index * step.credits);
  const highest = step.count * step.credits;
  const across = acrossOf(stack.days.length, isMirrored);
  const lines = ticks.map((tick) => {
    const y = percent(1 - tick / highest);
    return svg`<line x2="100%" y1=${y} y2=${y}></line>`;
  });
  const bars = stack.layers.flatMap(({ colour, credits }, layer) =>
    credits.map((used, day) => {
      if (used === 0) return svg``;
      const [x, width] = across(day, BAR);
      const y = percent(1 - (tops[layer]?.[day] ?? 0) / highest);
      return svg`<rect class="bar colour-${colour % COLOURS}" x=${x} width=${width} y=${y} height=${percent(used / highest)}></rect>`;
    }),
  );
  return html`<div class="canvas" aria-hidden="true">
    <div class="ticks">${ticks.map((tick) => html`<span>${format.count(tick)}</span>`)}</div>
    <svg class="bars">${lines}${bars}<rect class="cursor" height="100%"></rect></svg>
    <svg class="dates">${datesOf(stack.days, across, format)}</svg>
  </div>`;
}

type Across = (day: number, share: number) => [x: string, width: string];

const percent = (share: number) => `${share * 100}%`;

/** Where a day's part of the chart begins, and its width, as shares of the whole. */
function acrossOf(days: number, isMirrored: boolean): Across {
  return (day, share) => {
    const start = (day + (1 - share) / 2) / days;
    const width = share / days;
    return [percent(isMirrored ? 1 - start - width : start), percent(width)];
  };
}

/** Some days get a label, and the last one always; a narrow chart shows each second of them. */
function datesOf(days: string[], across: Across, format: Format) {
  const every = Math.ceil(days.length / LABELS_MAX);
  return days.map((day, index) => {
    const fromEnd = days.length - 1 - index;
    if (fromEnd % every !== 0) return svg``;
    const isForWide = (fromEnd / every) % 2 === 1;
    return svg`<text class=${isForWide ? 'for-wide' : ''} x=${across(index, 0)[0]} y="16">${format.shortDay(day)}</text>`;
  });
}

const plotOf = (event: Event) => event.currentTarget as HTMLElement;

function point(event: PointerEvent, data: ChartData): void {
  const plot = plotOf(event);
  const { left, width } = (plot.querySelector('.bars') as Element).getBoundingClientRect();
  const share = (event.clientX - left) / width;
  const day = Math.floor((data.isMirrored ? 1 - share : share) * data.stack.days.length);
  select(plot, data, day in data.stack.days ? day : null);
}

function move(event: KeyboardEvent, data: ChartData): void {
  const plot = plotOf(event);
  const last = data.stack.days.length - 1;
  const from = plot.dataset.day === undefined ? last + 1 : Number(plot.dataset.day);
  const onwards = data.isMirrored ? -1 : 1;
  const to = {
    ArrowLeft: from - onwards,
    ArrowRight: from + onwards,
    ArrowDown: from - 1,
    ArrowUp: from + 1,
    Home: 0,
    End: last,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  select(plot, data, Math.min(Math.max(to, 0), last));
}

function select(plot: HTMLElement, { stack, isMirrored, say }: ChartData, day: number | null) {
  const [x, width] = day === null ? ['0', '0'] : acrossOf(stack.days.length, isMirrored)(day, 1);
  const cursor = plot.querySelector('.cursor') as Element;
  cursor.setAttribute('x', x);
  cursor.setAttribute('width', width);
  if (day === null) delete plot.dataset.day;
  else plot.dataset.day = String(day);
  const text = say(day);
  (plot.querySelector('.readout') as Element).textContent = text;
  plot.setAttribute('aria-valuetext', text);
  plot.setAttribute('aria-valuenow', String((day ?? stack.days.length - 1) + 1));
}
