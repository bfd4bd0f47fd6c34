const BAR_WIDTH = 20;

/** A generation's line: its progress, then its outcome. */
export interface ProgressLine {
  advance(progress: number): void;
  end(outcome: string): void;
}

/** Lines that are redrawn in place on a terminal. A file gets a line at each start and each end. */
export class ProgressLines {
  readonly #lines: string[] = [];

  add(title: string): ProgressLine {
    const row = this.#lines.length;
    if (process.stdout.isTTY) {
      this.#lines.push('');
      process.stdout.write('\n');
      this.#draw(row, `${title}  ${bar(0)}`);
    } else {
      print(title);
    }
    return {
      advance: (progress) => {
        if (process.stdout.isTTY) this.#draw(row, `${title}  ${bar(progress)}`);
      },
      end: (outcome) => {
        if (process.stdout.isTTY) this.#draw(row, `${title}  ${outcome}`);
        else print(`${title}  ${outcome}`);
      },
    };
  }

  #draw(row: number, line: string): void {
    this.#lines[row] = line;
    process.stdout.write(`\x1b[${this.#lines.length}A`);
    for (const text of this.#lines) {
      process.stdout.write('\x1b[2K');
      print(text);
    }
  }
}

/** Cuts a line at the terminal's width: the next redraw would count a wrapped line as one. */
function print(line: string): void {
  const width =
    process.stdout.isTTY && process.stdout.columns > 0 ? process.stdout.columns - 1 : undefined;
  process.stdout.write(`${`  ${line}`.slice(0, width)}\n`);
}

function bar(progress: number): string {
  const full = Math.round(progress * BAR_WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${String(Math.round(progress * 100)).padStart(3)}%`;
}
