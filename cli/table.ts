import { legible } from '../domain/legible';

type Cell = string | number;

/** A number, signed or not, or the dot that stands for none. */
const NUMBER = /^([+−]?[\d,]+|·)$/;

/** Lines of columns as wide as their widest cell; numbers stand to the right. */
export function table(head: string[], rows: Cell[][]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => shown(row[column]).length)),
  );
  const isNumeric = head.map((_, column) => rows.every((row) => NUMBER.test(shown(row[column]))));
  const line = (cells: Cell[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isNumeric[column] ? shown(cell).padStart(width) : shown(cell).padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)];
}

/** Escaped here already, because escapes are wider. */
function shown(cell: Cell | undefined): string {
  return typeof cell === 'number' ? cell.toLocaleString('en-US') : legible(cell ?? '');
}
