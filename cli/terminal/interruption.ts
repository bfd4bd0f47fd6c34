import type { Screen } from './screen';

/** Only the first Ctrl-C is waited for: a second one ends the process, and what was asked for is done all the same. */
export function onInterruption(screen: Screen): { asked: Promise<void>; ignore(): void } {
  let listener = () => {};
  const asked = new Promise<void>((resolve) => {
    listener = () => {
      screen.note('', 'Cancelling …');
      resolve();
    };
  });
  process.once('SIGINT', listener);
  return { asked, ignore: () => process.removeListener('SIGINT', listener) };
}

/** What can't be cancelled goes on, and its end is told. */
export async function tryToCancel(cancel: () => Promise<void>, screen: Screen): Promise<void> {
  try {
    await cancel();
  } catch (error) {
    screen.note(`It could not be cancelled: ${error instanceof Error ? error.message : error}`);
  }
}
