import { cut } from '../../contract/provider-answer';

const LEVELS_MAX = 10;
const MESSAGE_LENGTH_MAX = 2_000;
const STACK_LENGTH_MAX = 6_000;
const NAME_LENGTH_MAX = 100;

/**
 * What was thrown, as an error that Temporal can be told: short, without NUL and without half characters, such as a text
 * has that was cut in the middle of one. Temporal's core refuses those, and the whole worker ends by that, as does the
 * next one that tries. Nothing is believed of it: it may be anything, and reading its members may throw.
 */
export function errorFromThrown(thrown: unknown, level = 1): Error {
  const tidy = new Error(messageOf(thrown));
  tidy.name = textOf(thrown, 'name', NAME_LENGTH_MAX) ?? 'Error';
  tidy.stack = textOf(thrown, 'stack', STACK_LENGTH_MAX) ?? '';
  const cause = memberOf(thrown, 'cause');
  if (cause !== undefined && level < LEVELS_MAX) tidy.cause = errorFromThrown(cause, level + 1);
  return tidy;
}

/** Whether it is an error of that class, whatever it does when it is asked. */
export function isThrown<Kind extends Error>(
  thrown: unknown,
  kind: new (...args: never[]) => Kind,
): thrown is Kind {
  try {
    return thrown instanceof kind;
  } catch {
    return false;
  }
}

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

/** A text that Temporal can be told. */
export function temporalText(text: string, lengthMax = MESSAGE_LENGTH_MAX): string {
  return cut(text, lengthMax).replaceAll('\0', '\uFFFD');
}
