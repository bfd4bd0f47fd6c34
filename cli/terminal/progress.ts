import { SingleBar } from 'cli-progress';
import type { HoldfastClient } from '../../client/client';
import { legible } from '../../domain/legible';

const POLL_MS = 500;

/** A bar on the terminal that shows how far a generation is, from its first progress until it is stopped. */
export class Progress {
  readonly #bar: SingleBar;
  #stopped = false;

  constructor(kind: string, stream: NodeJS.WritableStream) {
    const format = `${legible(kind)} [{bar}] {percentage}%`;
    this.#bar = new SingleBar({
      format,
      stream,
      barsize: 30,
      clearOnComplete: true,
      hideCursor: true,
    });
  }

  async follow(
    { generations }: HoldfastClient,
    accountId: string,
    requestId: string,
  ): Promise<void> {
    while (!this.#stopped) {
      // A bar that stands still for want of an answer is no reason to give up on the generation.
      const status = await generations.status(accountId, requestId).catch(() => undefined);
      if (typeof status?.progress === 'number' && !this.#stopped)
        this.#show(Math.round(status.progress * 100));
      await new Promise((resolve) => setTimeout(resolve, POLL_MS).unref());
    }
  }

  /** One that waits for credits first has no bar until it begins. */
  #show(percentage: number): void {
    if (this.#bar.isActive) this.#bar.update(percentage);
    else this.#bar.start(100, percentage);
  }

  stop(): void {
    this.#stopped = true;
    this.#bar.stop();
  }
}
