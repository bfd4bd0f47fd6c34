import { Readable } from 'node:stream';
import { createEventBuffer } from 'better-sse';
import { HoldfastError } from '../../contract/errors';
import type { WebLimits } from '../http/limits';
import type { AccountEvent, AccountWatch } from './account-watch';

export interface EventStreamsOptions {
  watch: AccountWatch;
  limits: Pick<WebLimits, 'streamsPerAccountMax' | 'streamsMax' | 'streamBufferBytesMax'>;
  heartbeatMs: number;
}

interface Stream {
  readable: Readable;
  expiresAtMs: number;
}

/** Clients wait this long before they connect again. */
const RETRY_MS = 2_000;

/**
 * The open event streams: counted, kept alive by one timer, and closed when their reader is too
 * slow or their token ends.
 */
export class EventStreams {
  readonly #options: EventStreamsOptions;
  readonly #streams = new Set<Stream>();
  readonly #countByAccount = new Map<string, number>();
  #heartbeat?: NodeJS.Timeout;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#streams.size;
  }

  /**
   * Opens a stream of the account's events. It begins with a snapshot, so that a client that
   * connects again has missed nothing.
   *
   * @throws HoldfastError TOO_MANY_STREAMS, LEDGER_UNAVAILABLE
   */
  async open(accountId: string, expiresAtMs: number): Promise<Readable> {
    this.#checkRoom(accountId);
    const readable = new Readable({
      read() {},
      highWaterMark: this.#options.limits.streamBufferBytesMax,
    });
    const stream = { readable, expiresAtMs };
    this.#count(accountId, 1);
    this.#streams.add(stream);
    let leave = () => {};
    readable.once('close', () => {
      leave();
      this.#streams.delete(stream);
      this.#count(accountId, -1);
      if (this.#streams.size === 0) this.#stopHeartbeat();
    });
    this.#startHeartbeat();
    readable.push(createEventBuffer().retry(RETRY_MS).dispatch().read());
    try {
      leave = await this.#options.watch.join(accountId, (events) =>
        this.#write(stream, encoded(events)),
      );
    } catch (error) {
      readable.destroy();
      throw error;
    }
    if (readable.destroyed) leave();
    return readable;
  }

  close(): void {
    for (const { readable } of this.#streams) readable.push(null);
    this.#stopHeartbeat();
  }

  #checkRoom(accountId: string): void {
    const { streamsMax, streamsPerAccountMax } = this.#options.limits;
    if ((this.#countByAccount.get(accountId) ?? 0) >= streamsPerAccountMax) {
      throw new HoldfastError(
        'TOO_MANY_STREAMS',
        `The account has ${streamsPerAccountMax} event streams open, which is the most.`,
        {
          streamsPerAccountMax,
        },
      );
    }
    if (this.#streams.size >= streamsMax) {
      throw new HoldfastError(
        'TOO_MANY_STREAMS',
        'The server has as many event streams open as it may.',
      );
    }
  }

  #count(accountId: string, change: 1 | -1): void {
    const count = (this.#countByAccount.get(accountId) ?? 0) + change;
    if (count === 0) this.#countByAccount.delete(accountId);
    else this.#countByAccount.set(accountId, count);
  }

  /**
   * Unread text is kept up to a limit. A reader that exceeds it is disconnected, and is up to date
   * once it connects again.
   */
  #write({ readable }: Stream, text: string): void {
    if (readable.destroyed || readable.readableEnded) return;
    if (readable.readableLength > this.#options.limits.streamBufferBytesMax) readable.destroy();
    else readable.push(text);
  }

  #startHeartbeat(): void {
    this.#heartbeat ??= setInterval(() => this.#beat(), this.#options.heartbeatMs).unref();
  }

  #stopHeartbeat(): void {
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }

  #beat(): void {
    const beat = createEventBuffer().comment().dispatch().read();
    const now = Date.now();
    for (const stream of this.#streams) {
      if (now < stream.expiresAtMs) {
        this.#write(stream, beat);
        continue;
      }
      this.#write(stream, createEventBuffer().event('token-expired').data({}).dispatch().read());
      stream.readable.push(null);
    }
  }
}

/**
 * The events as text. They have no ids: every connection begins with a snapshot, so that no client
 * has to continue at one.
 */
function encoded(events: AccountEvent[]): string {
  const buffer = createEventBuffer();
  for (const { event, data } of events) buffer.event(event).data(data).dispatch();
  return buffer.read();
}
