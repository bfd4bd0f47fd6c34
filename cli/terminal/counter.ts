import type { SingleBar } from 'cli-progress';
import { createBar } from './bar';

/** A bar on the terminal that counts what has been done, of how many. */
export class Counter {
  readonly #bar: SingleBar;

  constructor(what: string, stream: NodeJS.WritableStream) {
    this.#bar = createBar(`${what} [{bar}] {value} of {total}`, stream);
  }

  show(done: number, total: number): void {
    if (!this.#bar.isActive) this.#bar.start(total, done);
    else this.#bar.update(Math.min(done, total));
  }

  stop(): void {
    this.#bar.stop();
  }
}
