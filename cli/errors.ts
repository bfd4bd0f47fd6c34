import { CommanderError } from 'commander';
import { ERROR_CATALOGUE, type ErrorClass, HoldfastError } from '../contract/errors';

/** What the process says when it ends. A contract: scripts branch on these. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  badInput: 2,
  refused: 3,
  unavailable: 4,
  /** It ran, and the outcome is not the wanted one. */
  unwanted: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const EXIT_BY_CLASS: Record<ErrorClass, ExitCode> = {
  internal: EXIT.unexpected,
  'bad-input': EXIT.badInput,
  refused: EXIT.refused,
  unavailable: EXIT.unavailable,
};

export function exitCodeOf(error: HoldfastError): ExitCode {
  return EXIT_BY_CLASS[ERROR_CATALOGUE[error.code].class];
}

/** Whatever was thrown, as an error with a code of the catalogue. */
export function asHoldfastError(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  if (error instanceof CommanderError) {
    // Where a command is missing, commander would show its help and has no message.
    const message = error.code === 'commander.help' ? 'a command is missing' : error.message;
    const [, first = '', rest = ''] = /^(?:error: )?(.)(.*)/s.exec(message) ?? [];
    return new HoldfastError(
      'INVALID_ARGUMENT',
      `${first.toUpperCase()}${rest}. \`holdfast --help\` shows how.`,
    );
  }
  return new HoldfastError(
    'INTERNAL',
    error instanceof Error ? error.message : String(error),
    {},
    { cause: error },
  );
}

/**
 * Whoever gets no answer needs the ids, to ask again or to look it up, above all where they were random ones.
 *
 * @example await tellingIds({ requestId: 'r1' }, answer) → NO_WORKER: … The request id is r1.
 */
export async function tellingIds<T>(ids: Record<string, string>, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof HoldfastError) || ERROR_CATALOGUE[error.code].class !== 'unavailable')
      throw error;
    const named = Object.entries(ids).map(
      ([name, id]) => `the ${name.replace('Id', ' id')} is ${id}`,
    );
    const sentence = `${named.join(', ').replace(/^t/, 'T')}.`;
    const details = { ...ids, ...error.details };
    throw new HoldfastError(error.code, `${error.message} ${sentence}`, details, { cause: error });
  }
}
