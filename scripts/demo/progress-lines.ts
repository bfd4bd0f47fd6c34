import { MultiBar, Presets, type SingleBar } from 'cli-progress';

/** One generation's line: how far it is, and how it ended. */
export interface ProgressLine {
  advance(progress: number): void;
  end(outcome: string): void;
}

/** Lines that a terminal redraws in place; anything else gets one at each start and each end. */
export class ProgressLines {
  readonly #bars: MultiBar | undefined;

  constructor() {
    if (!process.stdout.isTTY) return;
    const format = '  {title} {bar} {percentage}%  {outcome}';
    const options = { format, stream: process.stdout, barsize: 20, hideCursor: true, linewrap: null };
    this.#bars = new MultiBar({ ...options, autopadding: true, emptyOnZero: true }, Presets.shades_grey);
  }

  add(title: string): ProgressLine {
    const bar = this.#bars?.create(100, 0, { title, outcome: '' });
    return bar ? barLine(bar) : plainLine(title);
  }

  stop(): void {
    this.#bars?.stop();
  }
}

function barLine(bar: SingleBar): ProgressLine {
  return {
    advance: (progress) => bar.update(Math.round(progress * 100)),
    end: (outcome) => bar.update(100, { outcome }),
  };
}

function plainLine(title: string): ProgressLine {
  process.stdout.write(`  ${title}\n`);
  return { advance: () => {}, end: (outcome) => process.stdout.write(`  ${title} → ${outcome}\n`) };
}
