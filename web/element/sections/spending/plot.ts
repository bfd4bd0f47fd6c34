import uPlot from 'uplot';
import { topsOf, type UsageStack } from '../../state/stack';
import type { Format } from '../../words/format';

export interface PlotData {
  stack: UsageStack;
  format: Format;
  /** The text for a day, by its index; for null the text for all days. */
  say(day: number | null): string;
}

/** The width of a label such as `30 Nov`, in CSS pixels. */
const LABEL_WIDTH = 64;
const AXIS_HEIGHT = 28;
const BAR_WIDTH_MAX = 36;

/** A uPlot in an element. It is drawn again whenever its data, its size or its colours change. */
export class Plot {
  readonly #element: HTMLElement;
  readonly #canvas: HTMLElement;
  readonly #readout: HTMLElement;
  readonly #sizes: ResizeObserver;
  readonly #listening = new AbortController();
  #data: PlotData | undefined;
  #plot: uPlot | undefined;
  #drawnFrom = '';
  #day: number | null = null;

  constructor(element: HTMLElement) {
    this.#element = element;
    this.#canvas = element.querySelector('.canvas') as HTMLElement;
    this.#readout = element.querySelector('.readout') as HTMLElement;
    this.#sizes = new ResizeObserver(() => this.#fit());
    this.#sizes.observe(this.#canvas);
    const { signal } = this.#listening;
    // The text colour changes with the colour scheme. The style sheet makes that a transition,
    // whose end is an event.
    element.addEventListener('transitionend', () => this.#draw(), { signal });
    element.addEventListener('keydown', (event) => this.#move(event), { signal });
    element.addEventListener('blur', () => this.#read(null), { signal });
  }

  show(data: PlotData): void {
    const drawn = JSON.stringify([data.stack, data.format.locale]);
    this.#data = data;
    this.#readout.textContent = data.say(this.#day);
    if (drawn !== this.#drawnFrom) {
      this.#drawnFrom = drawn;
      this.#day = null;
      // The colours are read from the legend, which is rendered after the chart.
      queueMicrotask(() => this.#draw());
    }
  }

  destroy(): void {
    this.#listening.abort();
    this.#sizes.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #fit(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    if (this.#plot?.width !== clientWidth || this.#plot.height !== clientHeight) this.#draw();
  }

  #draw(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (this.#data === undefined || this.#listening.signal.aborted || width === 0) return;
    const { stack } = this.#data;
    const day = this.#day;
    this.#plot?.destroy();
    // The highest layer is drawn first, so that the lower ones cover it.
    const tops = topsOf(stack.layers).reverse();
    const data: uPlot.AlignedData = [stack.days.map((_, index) => index), ...tops];
    this.#plot = new uPlot({ width, height, ...this.#options(this.#data) }, data, this.#canvas);
    // A new plot reports that it has no cursor, which would clear the selected day.
    this.#read(day);
  }

  #options({ stack, format }: PlotData): Omit<uPlot.Options, 'width' | 'height'> {
    const { color, fontFamily, borderTopColor, backgroundColor } = getComputedStyle(this.#element);
    const axis = { stroke: color, font: `12px ${fontFamily}`, ticks: { show: false } };
    const paths = uPlot.paths.bars?.({ size: [0.72, BAR_WIDTH_MAX], radius: 0.08 });
    return {
      padding: [8, 16, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, range: [-0.5, stack.days.length - 0.5] },
        y: {
          range: (_plot, _min, max) => [
            0,
            uPlot.rangeNum(0, Math.max(max, 1), 0.05, true)[1] ?? max,
          ],
        },
      },
      axes: [
        {
          ...axis,
          size: AXIS_HEIGHT,
          gap: 6,
          grid: { show: false },
          splits: (plot) => labelled(stack.days.length, plot.width),
          values: (_plot, splits) => splits.map((day) => format.shortDay(stack.days[day] ?? '')),
        },
        {
          ...axis,
          size: (_plot, values) =>
            12 + 8 * Math.max(0, ...(values ?? []).map(({ length }) => length)),
          gap: 6,
          space: 36,
          grid: { stroke: borderTopColor, width: 1 },
          incrs: [1, 2, 5]
            .flatMap((step) => [0, 1, 2, 3, 4, 5, 6, 7, 8].map((power) => step * 10 ** power))
            .sort((a, b) => a - b),
          values: (_plot, splits) => splits.map((credits) => format.count(credits)),
        },
      ],
      series: [
        {},
        ...stack.layers
          .map(({ kind }) => ({
            fill: this.#colourOf(kind),
            // A line in the background's colour separates two types for visitors who can't tell
            // their colours apart.
            stroke: backgroundColor,
            width: 1,
            points: { show: false },
            ...(paths && { paths }),
          }))
          .reverse(),
      ],
      hooks: { setCursor: [({ cursor }) => this.#read(cursor.idx ?? null)] },
    };
  }

  /**
   * The colour of a type, from the legend, whose style sheet has one for light and one for dark.
   */
  #colourOf(kind: string): string {
    const legend = this.#element.parentElement as HTMLElement;
    const swatch = legend.querySelector(`[data-layer="${CSS.escape(kind)}"]`);
    return swatch === null ? 'gray' : getComputedStyle(swatch).backgroundColor;
  }

  #move(event: KeyboardEvent): void {
    const last = (this.#data?.stack.days.length ?? 1) - 1;
    const from = this.#day ?? last + 1;
    const to = {
      ArrowLeft: from - 1,
      ArrowRight: from + 1,
      ArrowDown: from - 1,
      ArrowUp: from + 1,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const day = Math.min(Math.max(to, 0), last);
    const left = this.#plot?.valToPos(day, 'x') ?? 0;
    this.#plot?.setCursor({ left, top: 0 });
    this.#read(day);
  }

  #read(day: number | null): void {
    if (this.#data === undefined) return;
    this.#day = day;
    if (day === null && this.#plot !== undefined && (this.#plot.cursor.left ?? -1) >= 0) {
      this.#plot.setCursor({ left: -10, top: -10 }, false);
    }
    const text = this.#data.say(day);
    this.#readout.textContent = text;
    this.#element.setAttribute('aria-valuetext', text);
    this.#element.setAttribute(
      'aria-valuenow',
      String((day ?? this.#data.stack.days.length - 1) + 1),
    );
  }
}

/**
 * The indexes of the days that get a label, as many as there is room for; the last day always has
 * one.
 */
function labelled(days: number, width: number): number[] {
  const every = Math.max(1, Math.ceil(days / Math.max(1, Math.floor(width / LABEL_WIDTH))));
  return Array.from(
    { length: Math.ceil(days / every) },
    (_, index) => days - 1 - index * every,
  ).reverse();
}
