import { shown } from './json';

/**
 * What is made of the single members of a provider's answer before anything acts on them. Without a schema library,
 * because workflows, too, look at what workers in other languages return.
 */

/** The code of an answer that makes no sense, and the reason with which what depends on it ends. */
export const PROVIDER_FAULT = 'PROVIDER_FAULT';

export const REASON_LENGTH_MAX = 512;
const OUTPUT_URL_LENGTH_MAX = 2_048;
/** A day: no kind runs longer. */
const OUTPUT_MS_MAX = 86_400_000;
/** Whoever asks to wait longer, or for a time that is none, is asked again as usual. */
const RETRY_AFTER_MS_MAX = 3_600_000;

/** Why something was not delivered: one line that the ledger and Temporal can hold. */
export function reasonOf(said: unknown): string {
  return lineOf(said, REASON_LENGTH_MAX) || 'unknown-reason';
}

/** Empty where it is no text. */
export function lineOf(said: unknown, lengthMax: number): string {
  if (typeof said !== 'string') return '';
  // Ten megabytes aren't walked over for the sake of their beginning.
  const beginning = said.slice(0, 4 * lengthMax).replace(/[\s\p{Zl}\p{Zp}\x85]+/gu, ' ');
  return cut(beginning.trim(), lengthMax).replace(/\p{Cc}/gu, '\uFFFD');
}

/** No longer than that, and never with half a character: Temporal's core refuses those, and the worker ends by it. */
export function cut(text: string, lengthMax: number): string {
  return text
    .slice(0, lengthMax)
    .replace(text.length > lengthMax ? /[\uD800-\uDBFF]$/ : '', '')
    .toWellFormed();
}

/** Any scheme but those that a browser runs. */
export function isOutputUrl(said: unknown): said is string {
  if (typeof said !== 'string' || said.length > OUTPUT_URL_LENGTH_MAX) return false;
  if (!said.isWellFormed() || /\p{Cc}/u.test(said) || !URL.canParse(said)) return false;
  return !['javascript:', 'vbscript:'].includes(new URL(said).protocol);
}

/**
 * The length of an output in whole milliseconds, rounded up; null where it isn't known, or where time means nothing; 0
 * where what was said is no length. A price by time can't be computed from that, any other doesn't mind.
 */
export function durationMsOf(said: unknown): number | null {
  if (said === null) return null;
  return typeof said === 'number' && said > 0 && said <= OUTPUT_MS_MAX ? Math.ceil(said) : 0;
}

/** 0 to 1. */
export function progressOf(said: unknown): number {
  return typeof said === 'number' && Number.isFinite(said) ? Math.min(1, Math.max(0, said)) : 0;
}

/** Undefined: wait as usual. `Number('Wed, 21 Oct 2026 07:28:00 GMT')` is NaN, which would end the worker's process. */
export function retryDelayMsOf(said: unknown): number | undefined {
  return typeof said === 'number' && said > 0 && said <= RETRY_AFTER_MS_MAX
    ? Math.ceil(said)
    : undefined;
}

/** What is wrong with an answer that has no state, or one that the contract doesn't know. */
export function stateless({ input }: { input?: unknown }): string {
  if (input === null || typeof input !== 'object') return `is ${shown(input)} instead of a state`;
  return `has the state ${shown((input as { state?: unknown }).state)}, which the contract doesn't know`;
}
