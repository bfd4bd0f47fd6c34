import type { Command } from 'commander';
import type { z } from 'zod';
import { checkAccountId } from '../contract/ids';
import { parseField } from '../contract/parse';

/**
 * A parser of an option that is a whole number, with the limits and the code of its field. It takes
 * digits alone; `Number` would also take an empty text, `0x10` and `1e3`.
 */
export function wholeOf<Field extends z.ZodType>(
  field: Field,
  option: string,
): (text: string) => z.output<Field> {
  return (text) => parseField(field, typedNumber(text), option);
}

/**
 * As `wholeOf`, but takes `none` as well, and keeps the word: commander would treat a null as an
 * option that isn't given.
 */
export function wholeOrNoneOf<Field extends z.ZodType>(
  field: Field,
  option: string,
): (text: string) => z.output<Field> | 'none' {
  const numberOf = wholeOf(field, option);
  return (text) => (text === 'none' ? text : numberOf(text));
}

/** The number that was typed, or the text itself, which the field then refuses. */
export function typedNumber(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** A parser of an option that is a number, with a fraction or without. */
export function decimalOf<Field extends z.ZodType>(
  field: Field,
  option: string,
): (text: string) => z.output<Field> {
  const isNumber = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
  return (text) => parseField(field, isNumber.test(text) ? Number(text) : text, option);
}

/** The page that a command was asked for, newest first. */
export interface PageOptions {
  limit?: number;
  before?: number;
}

/** Options by which a list is read in pages; `place` is what an item is found by. */
export function addPage(
  command: Command,
  { limit, before }: { limit: z.ZodType; before: z.ZodType },
  { items, place }: { items: string; place: string },
): Command {
  return command
    .option('--limit <n>', `how many ${items}, 1 to 1000 (default: 50)`, wholeOf(limit, '--limit'))
    .option(
      `--before <${place}>`,
      `only ${items} before this one, to page on`,
      wholeOf(before, '--before'),
    );
}

/** The page of a list in the order of accounts. */
export interface AccountsPageOptions {
  limit?: number;
  after?: string;
}

/** Options by which such a list is read in pages; `what` the limit counts. */
export function addAccountsPage(command: Command, limit: z.ZodType, what: string): Command {
  return command
    .option('--limit <n>', what, wholeOf(limit, '--limit'))
    .option('--after <account>', 'only accounts after this one, to page on', checkAccountId);
}

/** The options of a command by which an operator ends something by hand. */
export interface ReasonAndNameOptions {
  reason: string;
  by: string;
  yes?: true;
}

export function addReasonAndName(command: Command): Command {
  return command
    .requiredOption('--reason <text>', 'why; it is kept')
    .requiredOption('--by <name>', 'who ends it; it is kept')
    .option('--yes', 'don’t ask');
}
