import { SingleBar } from 'cli-progress';

/** A bar on the terminal, which is gone once it has stopped. */
export function createBar(format: string, stream: NodeJS.WritableStream): SingleBar {
  return new SingleBar({ format, stream, barsize: 30, clearOnComplete: true, hideCursor: true });
}
