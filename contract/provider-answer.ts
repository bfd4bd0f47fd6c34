import { shown } from './json';

/**
 * Parsers of single members of a provider's answer. They use no schema library, because workflows
 * also parse results of workers in other languages.
 */

/**
 * The code of an answer that can't be understood, and the reason with which its generation or
 * purchase ends.
 */
export const PROVIDER_FAULT = 'PROVIDER_FAULT';

/** The type of the failure of a call that was not made: too many before it have no answer. */
export const PROVIDER_NOT_ANSWERING = 'PROVIDER_NOT_ANSWERING';

export const REASON_LENGTH_MAX = 512;
const OUTPUT_URL_LENGTH_MAX = 2_048;
/** A day. No kind runs longer. */
const OUTPUT_MS_MAX = 86_400_000;
/** The longest retry delay that a provider may ask for; a longer one is ignored. */
const RETRY_AFTER_MS_MAX = 3_600_000;

/**
 * A provider's reason on one line that the ledger and Temporal can store; `unknown-reason` if it
 * has none.
 */
export function reasonOf(said: unknown): string {
  return lineOf(said, REASON_LENGTH_MAX) || 'unknown-reason';
}

/**
 * What a provider adds to the reason of a failed job, in words, on one line; undefined if it adds
 * nothing.
 */
export function messageOf(said: unknown): string | undefined {
  return lineOf(said, REASON_LENGTH_MAX) || undefined;
}

/** Text on one line of at most `lengthMax` characters; empty if the value is no text. */
export function lineOf(said: unknown, lengthMax: number): string {
  if (typeof said !== 'string') return '';
  // Only the beginning is needed, and the text may have ten megabytes.
  const beginning = said.slice(0, 4 * lengthMax).replace(/[\s\p{Zl}\p{Zp}\x85]+/gu, ' ');
  return cut(beginning.trim(), lengthMax).replace(/\p{Cc}/gu, '\uFFFD');
}

/**
 * The first `lengthMax` characters, without half a surrogate pair: Temporal's core refuses one, and
 * the worker's process ends.
 */
export function cut(text: string, lengthMax: number): string {
  return text
    .slice(0, lengthMax)
    .replace(text.length > lengthMax ? /[\uD800-\uDBFF]$/ : '', '')
    .toWellFormed();
}

/** An absolute URL of any scheme, except those that a browser executes. */
export function isOutputUrl(said: unknown): said is string {
  if (typeof said !== 'string' || said.length > OUTPUT_URL_LENGTH_MAX) return false;
  if (!said.isWellFormed() || /\p{Cc}/u.test(said) || !URL.canParse(said)) return false;
  return !['javascript:', 'vbscript:'].includes(new URL(said).protocol);
}

/**
 * The length of an output in whole milliseconds, rounded up. Null if it is not known, or time means
 * nothing. 0 if the value is no length: a price by time can't be computed from it, any other price
 * doesn't need it.
 */
export function durationMsOf(said: unknown): number | null {
  if (said === null) return null;
  return typeof said === 'number' && said > 0 && said <= OUTPUT_MS_MAX ? Math.ceil(said) : 0;
}

/** What a provider bills for a job that was cancelled. */
export interface Billed {
  /** The time that the job has used. Null for the whole job; 0 if what it said is no time. */
  durationMs: number | null;
}

/**
 * What a provider bills for a cancelled job; undefined if it bills nothing. A bill that makes no
 * sense has a duration of 0, for which no account pays.
 */
export function billedOf(said: unknown): Billed | undefined {
  if (said === undefined || said === null) return undefined;
  try {
    return { durationMs: durationMsOf((said as { durationMs?: unknown }).durationMs) };
  } catch {
    // Reading a member may throw.
    return { durationMs: 0 };
  }
}

/** A progress from 0 to 1; 0 if the value is none. */
export function progressOf(said: unknown): number {
  return typeof said === 'number' && Number.isFinite(said) ? Math.min(1, Math.max(0, said)) : 0;
}

/**
 * A provider's retry delay in milliseconds; undefined for the usual delay. A value such as
 * `Number('Wed, 21 Oct 2026 07:28:00 GMT')` is NaN, which would end the worker's process.
 */
export function retryDelayMsOf(said: unknown): number | undefined {
  return typeof said === 'number' && said > 0 && said <= RETRY_AFTER_MS_MAX
    ? Math.ceil(said)
    : undefined;
}

/** The message for an answer without a state, or with one that the contract doesn't know. */
export function stateless({ input }: { input?: unknown }): string {
  if (input === null || typeof input !== 'object') return `is ${shown(input)} instead of a state`;
  return `has the state ${shown((input as { state?: unknown }).state)}, which the contract doesn't know`;
}
