import { type ErrorCode, HoldfastError } from '../domain/errors';
import { shown } from '../domain/json';

/** Digits alone: `Number` would also take an empty text, `0x10` and `1e3`. Whether it is in range, the domain says. */
function wholeNumber(code: ErrorCode, what: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && Number.isSafeInteger(value)) return value;
    throw new HoldfastError(code, `${what} must be a whole number, not ${shown(text)}.`);
  };
}

export const creditsOf = wholeNumber('INVALID_CREDITS', 'Credits');
export const maxCreditsOf = wholeNumber('INVALID_MAX_CREDITS', '--max-credits');
export const centsOf = wholeNumber('INVALID_COST', '--cost-cents');
export const limitOf = wholeNumber('INVALID_ARGUMENT', '--limit');
export const versionOf = wholeNumber('INVALID_ARGUMENT', '--before');

export function secondsOf(text: string): number {
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  throw new HoldfastError('INVALID_DURATION', `The duration must be a finite number of seconds, not ${shown(text)}.`);
}
