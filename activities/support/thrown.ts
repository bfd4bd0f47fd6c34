const LEVELS_MAX = 10;

/**
 * What was thrown, as an error that Temporal can be told: without half characters, such as a text has that was cut in the
 * middle of one. Temporal's core refuses those, and the whole worker ends by that, as does the next one that tries.
 */
export function thrownError(thrown: unknown, level = 1): Error {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const tidy = new Error(error.message.toWellFormed());
  tidy.name = error.name.toWellFormed();
  tidy.stack = error.stack?.toWellFormed();
  if (error.cause !== undefined && level < LEVELS_MAX) tidy.cause = thrownError(error.cause, level + 1);
  return tidy;
}
