import { notOk } from './red';
import type { Screen } from './screen';

/**
 * Resolves `requested` at the first Ctrl-C. A second one ends the process; what was requested goes
 * on all the same.
 */
export function onInterruption(screen: Screen): {
  requested: Promise<void>;
  ignore(): void;
} {
  let listener = () => {};
  const requested = new Promise<void>((resolve) => {
    listener = () => {
      screen.note('', 'Cancelling …');
      resolve();
    };
  });
  process.once('SIGINT', listener);
  return { requested, ignore: () => process.removeListener('SIGINT', listener) };
}

/** Cancels, or says why that failed: the command then goes on to the end of what it started. */
export async function tryToCancel(cancel: () => Promise<void>, screen: Screen): Promise<void> {
  try {
    await cancel();
  } catch (error) {
    const message = error instanceof Error ? error.message : error;
    screen.note(notOk(`It could not be cancelled: ${message}`));
  }
}
