import type { Command } from 'commander';
import type { z } from 'zod';
import { parseField } from '../contract/parse';

/**
 * A whole number as it is typed, by its field's limits and code. Digits alone: `Number` would also take an empty text,
 * `0x10` and `1e3`.
 */
export function wholeOf<Field extends z.ZodType>(
  field: Field,
  option: string,
): (text: string) => z.output<Field> {
  return (text) => parseField(field, typedNumber(text), option);
}

/** The same, or `none`: commander takes a null for nothing at all, so that the word stays until all options are read. */
export function wholeOrNoneOf<Field extends z.ZodType>(
  field: Field,
  option: string,
): (text: string) => z.output<Field> | 'none' {
  const numberOf = wholeOf(field, option);
  return (text) => (text === 'none' ? text : numberOf(text));
}

/** What is no number stays what it is, for the field to refuse. */
export function typedNumber(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** A number with a fraction, as it is typed. */
export function decimalOf<Field extends z.ZodType>(
  field: Field,
  option: string,
): (text: string) => z.output<Field> {
  const isNumber = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
  return (text) => parseField(field, isNumber.test(text) ? Number(text) : text, option);
}

/** An operator's word on what is ended by hand. */
export interface ReasonAndNameOptions {
  reason: string;
  by: string;
  yes?: true;
}

export function takesReasonAndName(command: Command): Command {
  return command
    .requiredOption('--reason <text>', 'why; it is kept')
    .requiredOption('--by <name>', 'who ends it; it is kept')
    .option('--yes', 'don’t ask');
}
