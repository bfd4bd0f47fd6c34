import { DeterminismViolationError } from '@temporalio/workflow';
import type { BrokenRun } from '../contract/replay';

/** The SDK's words for a workflow that the bundle lacks. */
const NOT_IN_BUILD = /^Failed to initialize workflow of type '.*': no such function/s;
/** Holdfast's words, and the SDK's, for a payload that no codec has decoded. */
const UNREADABLE = /^A payload is encrypted by a key|^Unknown encoding: binary\/encrypted/;

/** Why a history can't be replayed, from the error of the SDK. */
export function whyOf(error: Error): Pick<BrokenRun, 'reason' | 'why'> {
  const why = messageIn(error.message);
  if (error instanceof DeterminismViolationError) return { reason: 'nondeterminism', why };
  if (NOT_IN_BUILD.test(why)) return { reason: 'not-in-build', why };
  if (UNREADABLE.test(why)) return { reason: 'unreadable', why };
  return { reason: 'task-failed', why };
}

/** The message of the failure, which the SDK's core prints as a whole, as Rust prints a value. */
function messageIn(printed: string): string {
  const [, message] = /\bmessage: "((?:[^"\\]|\\.)*)"/s.exec(printed) ?? [];
  return message === undefined ? printed : message.replaceAll(ESCAPE, unescaped);
}

const ESCAPE = /\\(?:u\{([0-9a-f]+)\}|(.))/gs;

const LETTERS: Record<string, string> = { n: '\n', t: '\t', r: '\r', '0': '\0' };

function unescaped(_: string, codePoint: string | undefined, letter: string): string {
  if (codePoint !== undefined) return String.fromCodePoint(Number.parseInt(codePoint, 16));
  return LETTERS[letter] ?? letter;
}
