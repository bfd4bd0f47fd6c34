import { legible } from '../../domain/legible';
import { displayWidth, padded, wrapped } from './display-width';
import { NotOk, plain, type Red } from './red';

export type Cell = string | number | NotOk;

/** What is printed on a line of its own, or on several. */
export type Line = string | NotOk | Table;

/** A number, signed or not, or the dot that stands for zero. */
const NUMBER = /^([+−]?[\d,]+|·)$/;
const GAP = '  ';
/** A column of words isn't made narrower than that. */
const WORDS_MIN = 10;

/**
 * A table, laid out for a terminal's width. A column is as wide as its widest cell, and columns of
 * numbers are aligned right. Where that doesn't fit, the widest columns of words are broken into
 * several lines; where that doesn't either, each row becomes a block of lines.
 */
export class Table {
  readonly #head: string[];
  readonly #rows: string[][];
  readonly #isOk: boolean[][];

  constructor(head: string[], rows: Cell[][]) {
    this.#head = head.map(shown);
    this.#rows = rows.map((row) => head.map((_, column) => shown(row[column])));
    this.#isOk = rows.map((row) => row.map((cell) => !(cell instanceof NotOk)));
  }

  /** Its lines, of so many columns at most, without control characters. */
  lines(width: number, red: Red = plain): string[] {
    const isNumeric = this.#head.map((_, column) =>
      this.#rows.every((row) => NUMBER.test(row[column] ?? '')),
    );
    const widths = this.#fitting(width, isNumeric);
    if (widths === undefined) return this.#blocks(width, red);
    return [this.#head, ...this.#rows].flatMap((cells, row) => {
      const parts = cells.map((cell, column) => wrapped(cell, widths[column] ?? 2));
      const height = Math.max(...parts.map((part) => part.length));
      return Array.from({ length: height }, (_, line) =>
        parts
          .map((part, column) =>
            padded(part[line] ?? '', widths[column] ?? 2, {
              isRight: isNumeric[column],
              styled: this.#styled(red, row - 1, column),
            }),
          )
          .join(GAP)
          .trimEnd(),
      );
    });
  }

  #styled(red: Red, row: number, column: number): Red {
    return this.#isOk[row]?.[column] === false ? red : plain;
  }

  /** The widths of the columns; undefined if they can't be made narrow enough. */
  #fitting(width: number, isNumeric: boolean[]): number[] | undefined {
    const columns = this.#head.map((title, column) => {
      const cells = this.#rows.map((row) => displayWidth(row[column] ?? ''));
      const natural = Math.max(2, displayWidth(title), ...cells);
      const word = Math.max(...title.split(' ').map(displayWidth));
      const narrowest = isNumeric[column]
        ? Math.max(2, word, ...cells)
        : Math.min(natural, Math.max(word, WORDS_MIN));
      return { natural, narrowest };
    });
    const widths = columns.map(({ natural }) => natural);
    let surplus = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length) - width;
    while (surplus > 0) {
      const room = columns.map(({ narrowest }, column) => (widths[column] ?? 0) - narrowest);
      const widest = room.indexOf(Math.max(...room));
      if ((room[widest] ?? 0) <= 0) return undefined;
      widths[widest] = (widths[widest] ?? 0) - 1;
      surplus -= 1;
    }
    return widths;
  }

  /** A line for each cell, under its title, and an empty line between rows. */
  #blocks(width: number, red: Red): string[] {
    const titles = Math.max(...this.#head.map(displayWidth));
    const room = Math.max(2, width - titles - GAP.length);
    return this.#rows.flatMap((row, index) => [
      ...(index === 0 ? [] : ['']),
      ...row.flatMap((cell, column) =>
        wrapped(cell, room).map((part, line) =>
          [
            padded(line === 0 ? (this.#head[column] ?? '') : '', titles),
            this.#styled(red, index, column)(part),
          ]
            .join(GAP)
            .trimEnd(),
        ),
      ),
    ]);
  }
}

/** A cell as it is printed. It is escaped before widths are counted, because escapes are wider. */
function shown(cell: Cell | undefined): string {
  if (cell instanceof NotOk) return legible(cell.text);
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : legible(cell ?? '');
}

/** The lines as they are printed, each table of so many columns at most. */
export function printedLines(
  lines: Line[],
  width = Number.POSITIVE_INFINITY,
  red: Red = plain,
): string[] {
  return lines.flatMap((line) => {
    if (typeof line === 'string') return legible(line);
    return line instanceof NotOk ? line.line(red) : line.lines(width, red);
  });
}
