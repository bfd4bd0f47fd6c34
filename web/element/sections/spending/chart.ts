import type { ElementPart } from 'lit-html';
import { html, type TemplateResult } from 'lit-html';
import { AsyncDirective, directive } from 'lit-html/async-directive.js';
import { Plot, type PlotData } from './plot';

export interface ChartData extends PlotData {
  label: string;
}

/** The chart. The arrow keys select a day, as the pointer does. */
export function chart(data: ChartData): TemplateResult {
  const { stack, label, say } = data;
  return html`<div class="plot plot-space" tabindex="0" role="slider" aria-readonly="true" aria-label=${label}
      aria-valuemin="1" aria-valuemax=${stack.days.length} aria-valuenow=${stack.days.length} aria-valuetext=${say(null)}
      ${drawn(data)}>
    <p class="readout" data-part="readout" aria-hidden="true"></p>
    <div class="canvas"></div>
  </div>`;
}

/** Draws a plot for as long as its element is in the page. */
class Drawn extends AsyncDirective {
  #plot: Plot | undefined;
  #data: PlotData | undefined;
  #element: HTMLElement | undefined;

  render(_data: PlotData): void {}

  override update({ element }: ElementPart, [data]: [PlotData]): void {
    this.#data = data;
    this.#element = element as HTMLElement;
    this.#draw();
  }

  override disconnected(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  override reconnected(): void {
    this.#draw();
  }

  #draw(): void {
    if (this.#data === undefined || this.#element === undefined) return;
    this.#plot ??= new Plot(this.#element);
    this.#plot.show(this.#data);
  }
}

const drawn = directive(Drawn);
