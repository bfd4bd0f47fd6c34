import { type ErrorCode, HoldfastError } from '../contract/errors';
import { shown } from '../contract/json';

/** Digits alone: `Number` would also take an empty text, `0x10` and `1e3`. */
function wholeNumber(
  code: ErrorCode,
  what: string,
  minimum: number,
  maximum = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new HoldfastError(code, `${what} must be a whole number from ${minimum} to ${maximum}, not ${shown(text)}.`);
  };
}

export const creditsOf = wholeNumber('INVALID_CREDITS', 'Credits', 1);
export const maxCreditsOf = wholeNumber('INVALID_MAX_CREDITS', '--max-credits', 1);
export const centsOf = wholeNumber('INVALID_COST', '--cost-cents', 0);
export const shownPriceOf = wholeNumber('INVALID_SHOWN_PRICE', '--shown-price-cents', 0);
export const limitOf = wholeNumber('INVALID_ARGUMENT', '--limit', 1);
export const versionOf = wholeNumber('INVALID_ARGUMENT', '--before', 1);

export const thresholdOf = wholeNumber('INVALID_THRESHOLD', '--below', 1);
export const percentOf = wholeNumber('INVALID_THRESHOLD', 'The percentage of --below', 1, 100);
export const capCentsOf = wholeNumber('INVALID_MONTHLY_CAP', '--cap-cents', 1);

/** Commander takes a null for nothing at all, so that `none` stays the word until all options are read. */
export function limitOrNoneOf(option: string): (text: string) => number | 'none' {
  const numberOf = wholeNumber('INVALID_LIMIT', option, 0);
  return (text) => (text === 'none' ? text : numberOf(text));
}

export function secondsOf(text: string): number {
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  throw new HoldfastError('INVALID_DURATION', `The duration must be a finite number of seconds, not ${shown(text)}.`);
}
