import type { SingleBar } from 'cli-progress';
import type { HoldfastClient } from '../../client/client';
import { legible } from '../../domain/legible';
import { ageInWords } from '../words';
import { createBar } from './bar';

const POLL_MS = 500;

/**
 * A bar on the terminal that shows a generation's progress, from its first report until it is
 * stopped.
 */
export class Progress {
  readonly #bar: SingleBar;
  #stopped = false;

  constructor(kind: string, stream: NodeJS.WritableStream) {
    this.#bar = createBar(`${legible(kind)} [{bar}] {percentage}%{age}`, stream);
  }

  async follow(
    { generations }: HoldfastClient,
    accountId: string,
    requestId: string,
  ): Promise<void> {
    while (!this.#stopped) {
      // A failed look at the progress doesn't concern the generation: the bar just stays as it is.
      const status = await generations.status(accountId, requestId).catch(() => undefined);
      if (typeof status?.progress === 'number' && !this.#stopped)
        this.#show(Math.round(status.progress * 100), { age: ageInWords(status.progressAt) });
      await new Promise((resolve) => setTimeout(resolve, POLL_MS).unref());
    }
  }

  /** The bar appears with the first progress: a generation may wait for credits before. */
  #show(percentage: number, words: { age: string }): void {
    if (this.#bar.isActive) this.#bar.update(percentage, words);
    else this.#bar.start(100, percentage, words);
  }

  stop(): void {
    this.#stopped = true;
    this.#bar.stop();
  }
}
