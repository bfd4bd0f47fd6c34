import { SingleBar } from 'cli-progress';
import type { HoldfastClient } from '../client';

const POLL_MS = 500;

/** Shows on stderr how far a generation is, until it is stopped; a terminal gets a bar, a log file one line. */
export class Progress {
  readonly #bar: SingleBar | undefined;
  #stopped = false;

  constructor(title: string) {
    if (process.stderr.isTTY) {
      const format = `${title} [{bar}] {percentage}%`;
      this.#bar = new SingleBar({
        format,
        stream: process.stderr,
        barsize: 30,
        clearOnComplete: true,
        hideCursor: true,
      });
      this.#bar.start(100, 0);
    } else {
      process.stderr.write(`${title} …\n`);
    }
  }

  async follow({ generations }: HoldfastClient, accountId: string, requestId: string): Promise<void> {
    while (this.#bar && !this.#stopped) {
      // A bar that stands still for want of an answer is no reason to give up on the generation.
      const status = await generations.status(accountId, requestId).catch(() => undefined);
      if (status?.progress && !this.#stopped) this.#bar.update(Math.round(status.progress * 100));
      await new Promise((resolve) => setTimeout(resolve, POLL_MS).unref());
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#bar?.stop();
  }
}
