import { SingleBar } from 'cli-progress';
import type { HoldfastClient } from '../../client';

const POLL_MS = 500;

/** A bar on the terminal that shows how far a generation is, until it is stopped. */
export class Progress {
  readonly #bar: SingleBar;
  #stopped = false;

  constructor(kind: string) {
    const format = `${kind} [{bar}] {percentage}%`;
    this.#bar = new SingleBar({ format, stream: process.stderr, barsize: 30, clearOnComplete: true, hideCursor: true });
    this.#bar.start(100, 0);
  }

  async follow({ generations }: HoldfastClient, accountId: string, requestId: string): Promise<void> {
    while (!this.#stopped) {
      // A bar that stands still for want of an answer is no reason to give up on the generation.
      const status = await generations.status(accountId, requestId).catch(() => undefined);
      if (status?.progress && !this.#stopped) this.#bar.update(Math.round(status.progress * 100));
      await new Promise((resolve) => setTimeout(resolve, POLL_MS).unref());
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#bar.stop();
  }
}
