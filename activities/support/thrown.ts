const LEVELS_MAX = 10;
const MESSAGE_LENGTH_MAX = 4_000;
const STACK_LENGTH_MAX = 8_000;

/**
 * What was thrown, as an error that Temporal can be told: without half characters, such as a text has that was cut in the
 * middle of one, and short. Temporal's core refuses half characters, and the whole worker ends by that, as does the next
 * one that tries; and its server takes no failure of more than 2 MiB.
 */
export function thrownError(thrown: unknown, level = 1): Error {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const tidy = new Error(tellable(error.message));
  tidy.name = tellable(error.name);
  tidy.stack = error.stack && tellable(error.stack, STACK_LENGTH_MAX);
  if (error.cause !== undefined && level < LEVELS_MAX) tidy.cause = thrownError(error.cause, level + 1);
  return tidy;
}

/** A text that Temporal can be told. */
export function tellable(text: string, lengthMax = MESSAGE_LENGTH_MAX): string {
  return text.slice(0, lengthMax).toWellFormed();
}
