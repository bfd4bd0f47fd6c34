import { CommanderError } from 'commander';
import { ERROR_CATALOGUE } from '../contract/error-catalogue';
import { type ErrorClass, HoldfastError } from '../contract/errors';

/** The exit codes of the process. They are a contract: scripts branch on them. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  badInput: 2,
  refused: 3,
  unavailable: 4,
  /** The command ran, and its outcome is not the wanted one. */
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

/** Anything thrown, as an error with a code of the catalogue. */
export function asHoldfastError(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  if (error instanceof CommanderError) {
    // For a missing command commander has no message: it would show its help.
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
 * The answer, or its error with the ids in the message if no answer came: they are needed to repeat
 * the command, and the command may have made them up.
 *
 * @example await withIdsInError({ requestId: 'r1' }, answer)
 *   // NO_WORKER: … The request id is r1.
 */
export async function withIdsInError<T>(
  ids: Record<string, string>,
  answer: Promise<T>,
): Promise<T> {
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
