/** A reading counts for so long: the two clocks may drift apart, or the server's be set. */
const READING_MS_MAX = 60_000;

interface Reading {
  serverMs: number;
  /** By this process's clock, before the server was asked and after it had answered. */
  askedMs: number;
  answeredMs: number;
}

/**
 * The server's clock as this process knows it, so that a duration from now can be sent as a time
 * that the ledger judges by its own clock. This process's time of day is not used.
 */
export class LedgerClock {
  readonly #read: () => Promise<Date>;
  #reading: Promise<Reading> | undefined;
  #beganMs = 0;

  constructor(read: () => Promise<Date>) {
    this.#read = read;
  }

  /** The server's time in `ms` milliseconds, or up to a round trip before that. */
  async notAfter(ms: number): Promise<string> {
    const nowMs = performance.now();
    const { serverMs, answeredMs } = await this.#lately();
    return timeOf(serverMs + nowMs - answeredMs + ms);
  }

  /** The server's time `ms` milliseconds ago, or up to a round trip after that. */
  async ago(ms: number): Promise<string> {
    const nowMs = performance.now();
    const { serverMs, askedMs } = await this.#lately();
    return timeOf(serverMs + nowMs - askedMs - ms);
  }

  /** Another server may answer from now on. */
  forget(): void {
    this.#reading = undefined;
  }

  #lately(): Promise<Reading> {
    const nowMs = performance.now();
    if (this.#reading && nowMs - this.#beganMs < READING_MS_MAX) return this.#reading;
    this.#beganMs = nowMs;
    this.#reading = this.#readTwice();
    this.#reading.catch(() => this.forget());
    return this.#reading;
  }

  /** The first may have had to connect, which makes it inexact. */
  async #readTwice(): Promise<Reading> {
    const [first, second] = [await this.#readOnce(), await this.#readOnce()];
    return roundTripOf(first) < roundTripOf(second) ? first : second;
  }

  async #readOnce(): Promise<Reading> {
    const askedMs = performance.now();
    const serverMs = (await this.#read()).getTime();
    return { serverMs, askedMs, answeredMs: performance.now() };
  }
}

const roundTripOf = ({ askedMs, answeredMs }: Reading) => answeredMs - askedMs;
const timeOf = (ms: number) => new Date(ms).toISOString();
