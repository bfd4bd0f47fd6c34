import { type Options, stringify } from 'csv-stringify/sync';
import { HoldfastError } from '../contract/errors';
import type { Screen } from './terminal/screen';

/**
 * @throws HoldfastError INVALID_ARGUMENT if JSON was asked for as well
 */
export function expectNoJson({ json }: Screen): void {
  if (json) throw new HoldfastError('INVALID_ARGUMENT', 'Say --csv or --json, not both.');
}

/** The line that names the columns of CSV. */
export const csvHead = (columns: string[]): string => columns.join(',');

/**
 * A line for each row. Text that begins like a formula is escaped for spreadsheets. A line break
 * within a cell is escaped by the screen.
 */
export function csvLines(columns: string[], rows: object[]): string[] {
  const options: Options = {
    columns,
    escape_formulas: true,
    cast: { boolean: String },
    record_delimiter: '',
  };
  return rows.map((row) => stringify([row], options));
}
