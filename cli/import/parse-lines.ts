import { parse } from 'csv-parse/sync';
import { HoldfastError } from '../../contract/errors';
import {
  IMPORT_COLUMNS,
  IMPORT_COLUMNS_REQUIRED,
  type ImportLine,
  parseImportLine,
} from '../../contract/import';
import { shown } from '../../contract/json';
import { typedNumber } from '../options';
import type { FileLine } from './read-lines';

/** A line as it was said, before its rules are looked at. */
type Parser = (text: string) => unknown;

const NUMBERS = ['credits', 'remaining', 'costCents', 'paidCycles'];

export interface ParsedLine {
  number: number;
  /** What the file says of account and key, as far as it can be read. */
  said: { accountId?: unknown; key?: unknown };
  line?: ImportLine;
  error?: HoldfastError;
}

/**
 * Parses the lines of a file: JSON lines if the first one begins with a brace, else CSV with a line
 * of columns. Empty lines count and say nothing.
 *
 * @throws HoldfastError IMPORT_FILE_INVALID
 */
export async function* parsedLines(lines: AsyncIterable<FileLine>): AsyncGenerator<ParsedLine> {
  let parser: Parser | undefined;
  for await (const { number, text } of lines) {
    if (text?.trim() === '') continue;
    if (parser === undefined) {
      parser = text?.trimStart().startsWith('{') ? objectIn : cellsBy(columnsIn(text));
      if (parser !== objectIn) continue;
    }
    yield parsed(number, text, parser);
  }
  if (parser === undefined) throw fileInvalid('The file is empty.');
}

function parsed(number: number, text: string | undefined, parser: Parser): ParsedLine {
  let said: unknown;
  try {
    if (text === undefined)
      throw lineInvalid('The line is no UTF-8, or longer than 64 KB, which none has to be.');
    said = parser(text);
    return { number, said: said as ParsedLine['said'], line: parseImportLine(said) };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { number, said: said instanceof Object ? said : {}, error };
  }
}

function objectIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw lineInvalid(`${shown(text)} is no JSON.`);
  }
}

/** One line of CSV. No value that can be taken over holds a line break. */
function cellsIn(text: string): string[] {
  try {
    return (parse(text) as string[][])[0] ?? [];
  } catch (error) {
    throw lineInvalid(`The line is no CSV: ${(error as Error).message}`);
  }
}

/** The columns that the first line names. */
function columnsIn(text: string | undefined): string[] {
  const columns = text === undefined ? [] : headIn(text);
  const unknown = columns.filter((column) => !IMPORT_COLUMNS.includes(column));
  const missing = IMPORT_COLUMNS_REQUIRED.filter((column) => !columns.includes(column));
  if (missing.length > 0)
    throw fileInvalid(
      `The first line names no column ${missing.join(', ')}; there are ${IMPORT_COLUMNS.join(', ')}.`,
    );
  if (unknown.length > 0)
    throw fileInvalid(
      `The first line names unknown columns: ${unknown.map(shown).join(', ')}; there are ${IMPORT_COLUMNS.join(', ')}.`,
    );
  if (new Set(columns).size < columns.length)
    throw fileInvalid('The first line names a column twice.');
  return columns;
}

function headIn(text: string): string[] {
  try {
    return cellsIn(text);
  } catch (error) {
    throw fileInvalid((error as Error).message);
  }
}

/** A cell that is empty is not given. */
function cellsBy(columns: string[]): Parser {
  return (text) => {
    const cells = cellsIn(text);
    if (cells.length !== columns.length)
      throw lineInvalid(
        `The line has ${cells.length} cells, and the first line names ${columns.length} columns.`,
      );
    const given = columns.map((column, index) => [column, cells[index] ?? ''] as const);
    return Object.fromEntries(
      given
        .filter(([, cell]) => cell !== '')
        .map(([column, cell]) => [column, valueIn(column, cell)]),
    );
  };
}

function valueIn(column: string, cell: string): unknown {
  if (NUMBERS.includes(column)) return typedNumber(cell);
  return column === 'payments' ? cell.split(' ').filter(Boolean) : cell;
}

const fileInvalid = (message: string) => new HoldfastError('IMPORT_FILE_INVALID', message);
const lineInvalid = (message: string) => new HoldfastError('IMPORT_LINE_INVALID', message);
