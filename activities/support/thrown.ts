import { cut } from '../../contract/provider-answer';

const LEVELS_MAX = 10;
const MESSAGE_LENGTH_MAX = 2_000;
const STACK_LENGTH_MAX = 6_000;
const NAME_LENGTH_MAX = 100;

/**
 * A thrown value as an error that Temporal can take: short, without NUL and without half a
 * surrogate pair. Temporal's core refuses those, which ends the whole worker, and then the next
 * worker that retries. The value may be anything, and reading its members may throw.
 */
export function errorFromThrown(thrown: unknown, level = 1): Error {
  const tidy = new Error(messageOf(thrown));
  tidy.name = textOf(thrown, 'name', NAME_LENGTH_MAX) ?? 'Error';
  tidy.stack = textOf(thrown, 'stack', STACK_LENGTH_MAX) ?? '';
  const cause = memberOf(thrown, 'cause');
  if (cause !== undefined && level < LEVELS_MAX) tidy.cause = errorFromThrown(cause, level + 1);
  return tidy;
}

/**
 * Whether a thrown value is an error of this class, even if it throws on inspection. A provider that
 * brings a copy of the class of its own is known by its name.
 */
export function isThrown<Kind extends Error>(
  thrown: unknown,
  kind: new (...args: never[]) => Kind,
): thrown is Kind {
  try {
    return thrown instanceof kind || memberOf(thrown, 'name') === kind.name;
  } catch {
    return false;
  }
}

/** A member of a thrown value; undefined if reading it throws. */
export function memberOf(thrown: unknown, name: string): unknown {
  try {
    return (thrown as Record<string, unknown> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}

function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return temporalText(thrown, MESSAGE_LENGTH_MAX);
  const message = textOf(thrown, 'message', MESSAGE_LENGTH_MAX);
  if (message !== undefined) return message;
  const isPlain = thrown === null || (typeof thrown !== 'object' && typeof thrown !== 'function');
  return isPlain
    ? temporalText(String(thrown), MESSAGE_LENGTH_MAX)
    : `${typeof thrown} without a message`;
}

function textOf(thrown: unknown, name: string, lengthMax: number): string | undefined {
  const text = memberOf(thrown, name);
  return typeof text === 'string' ? temporalText(text, lengthMax) : undefined;
}

/** Text that Temporal can take: cut to length, without NUL and without half a surrogate pair. */
export function temporalText(text: string, lengthMax = MESSAGE_LENGTH_MAX): string {
  return cut(text, lengthMax).replaceAll('\0', '\uFFFD');
}
