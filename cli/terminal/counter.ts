import { SingleBar } from 'cli-progress';

/** A bar on the terminal that counts what has been done, of how many. */
export class Counter {
  readonly #bar: SingleBar;

  constructor(what: string, stream: NodeJS.WritableStream) {
    const format = `${what} [{bar}] {value} of {total}`;
    this.#bar = new SingleBar({
      format,
      stream,
      barsize: 30,
      clearOnComplete: true,
      hideCursor: true,
    });
  }

  show(done: number, total: number): void {
    if (!this.#bar.isActive) this.#bar.start(total, done);
    else this.#bar.update(Math.min(done, total));
  }

  stop(): void {
    this.#bar.stop();
  }
}
