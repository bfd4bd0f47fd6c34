/**
 * `class` decides the exit code of the command line (bad-input 2, refused 3, unavailable 4,
 * internal 1) and the HTTP status, unless the code has an HTTP status of its own. `retryable` says
 * whether the same call may succeed later.
 */
export type ErrorClass = 'bad-input' | 'refused' | 'unavailable' | 'internal';

export interface ErrorDefinition {
  readonly class: ErrorClass;
  readonly retryable: boolean;
  readonly summary: string;
}

function define(errorClass: ErrorClass, retryable: boolean, summary: string): ErrorDefinition {
  return { class: errorClass, retryable, summary };
}

export const badInput = (summary: string) => define('bad-input', false, summary);
export const refused = (summary: string, retryable = false) =>
  define('refused', retryable, summary);
export const unavailable = (summary: string) => define('unavailable', true, summary);
/** What no repetition mends. */
export const outOfOrder = (summary: string) => define('unavailable', false, summary);
export const internal = (summary: string) => define('internal', false, summary);
