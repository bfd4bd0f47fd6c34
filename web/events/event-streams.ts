import { Readable } from 'node:stream';
import { createEventBuffer } from 'better-sse';
import { HoldfastError } from '../../contract/errors';
import type { WebLimits } from '../http/limits';
import type { Principal } from '../http/tokens/principal';
import type { AccountEvent, AccountWatch } from './account-watch';

export interface EventStreamsOptions {
  watch: AccountWatch;
  limits: Pick<WebLimits, 'streamsPerAccountMax' | 'streamsMax' | 'streamBufferBytesMax'>;
  heartbeatMs: number;
}

interface Stream {
  readable: Readable;
  expiresAtMs: number;
  /** Whose places it counts as. */
  holder: string;
  /** Whether the ledger knew its account when the stream was opened. */
  isKnown: boolean;
}

/**
 * The rest of the places is for accounts that the ledger knows and that have no stream open by their
 * own tokens. So neither a service nor some accounts with many streams can take them all.
 */
const SHARED_PART = 3 / 4;
/** Accounts that the ledger doesn't know have no more of the places together. */
const UNKNOWN_PART = 1 / 10;

/** Clients wait this long before they connect again. */
const RETRY_MS = 2_000;

/**
 * The open event streams: counted, kept alive by one timer, and closed when their reader is too
 * slow or their token ends.
 */
export class EventStreams {
  readonly #options: EventStreamsOptions;
  readonly #streams = new Set<Stream>();
  readonly #countByHolder = new Map<string, number>();
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
  async open(accountId: string, principal: Principal): Promise<Readable> {
    const holder = `${principal.kind} ${principal.name} ${accountId}`;
    this.#checkRoom(holder, principal);
    const readable = new Readable({
      read() {},
      highWaterMark: this.#options.limits.streamBufferBytesMax,
    });
    const stream = { readable, expiresAtMs: principal.expiresAtMs, holder, isKnown: true };
    this.#take(stream);
    readable.push(createEventBuffer().retry(RETRY_MS).dispatch().read());
    try {
      const { watch } = this.#options;
      const leave = await watch.join(accountId, (events) => this.#write(stream, encoded(events)));
      if (readable.destroyed) leave();
      else readable.once('close', leave);
      stream.isKnown = watch.knows(accountId);
      if (!stream.isKnown) this.#checkRoomForUnknown();
    } catch (error) {
      readable.destroy();
      throw error;
    }
    return readable;
  }

  close(): void {
    for (const { readable } of this.#streams) readable.push(null);
    this.#stopHeartbeat();
  }

  #take(stream: Stream): void {
    this.#count(stream.holder, 1);
    this.#streams.add(stream);
    stream.readable.once('close', () => {
      this.#streams.delete(stream);
      this.#count(stream.holder, -1);
      if (this.#streams.size === 0) this.#stopHeartbeat();
    });
    this.#startHeartbeat();
  }

  #checkRoom(holder: string, { kind }: Principal): void {
    const { streamsMax, streamsPerAccountMax } = this.#options.limits;
    const held = this.#countByHolder.get(holder) ?? 0;
    if (held >= streamsPerAccountMax) {
      throw new HoldfastError(
        'TOO_MANY_STREAMS',
        `The account has ${streamsPerAccountMax} event streams open, which is the most.`,
        { streamsPerAccountMax },
      );
    }
    const isFirst = kind === 'account' && held === 0;
    const places = isFirst ? streamsMax : Math.ceil(streamsMax * SHARED_PART);
    if (this.#streams.size >= places) throw full();
  }

  #checkRoomForUnknown(): void {
    const { streamsMax } = this.#options.limits;
    const unknown = [...this.#streams].filter(({ isKnown }) => !isKnown).length;
    if (unknown > Math.ceil(streamsMax * UNKNOWN_PART)) throw full();
  }

  #count(holder: string, change: 1 | -1): void {
    const count = (this.#countByHolder.get(holder) ?? 0) + change;
    if (count === 0) this.#countByHolder.delete(holder);
    else this.#countByHolder.set(holder, count);
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

function full(): HoldfastError {
  return new HoldfastError(
    'TOO_MANY_STREAMS',
    'The server has as many event streams open as it may.',
  );
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
