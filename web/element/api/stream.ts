import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { Api } from './http-api';
import { asProblem, Problem } from './problem';
import type { Balance, Generation } from './types';

export interface StreamListener {
  balance(balance: Balance): void;
  /** All generations that run or wait. */
  open(open: Generation[]): void;
  ended(generation: Generation): void;
  /** The last figures may be out of date. The stream goes on, or connects again by itself. */
  interrupted(problem: Problem): void;
  /** The stream ends; another one needs a fresh token. */
  expired(problem: Problem): void;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
/** The server sends a sign of life every 15 seconds. */
const SILENCE_MS = 45_000;

/**
 * Follows the account's events until it is aborted. A broken stream connects again, after longer
 * and longer pauses.
 */
export async function followEvents(
  api: Api,
  listener: StreamListener,
  signal: AbortSignal,
): Promise<void> {
  let retryMs = FIRST_RETRY_MS;
  while (!signal.aborted) {
    try {
      await readEvents(api, signal, (event, data) => {
        retryMs = FIRST_RETRY_MS;
        dispatch(listener, event, data);
      });
      throw new Problem('offline', 'The event stream has ended.');
    } catch (error) {
      if (signal.aborted) return;
      const problem = asProblem(error);
      if (problem.kind === 'expired') return listener.expired(problem);
      listener.interrupted(problem);
    }
    await pause(retryMs, signal);
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  }
}

async function readEvents(
  api: Api,
  signal: AbortSignal,
  onEvent: (event: string, data: unknown) => void,
) {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  const cut = () => silence.abort();
  addEventListener('offline', cut);
  try {
    heard();
    const response = await api.open('/events', {
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (response.body === null) return;
    const bytes = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          heard();
          controller.enqueue(chunk);
        },
      }),
    );
    const events = bytes
      .pipeThrough(new TextDecoderStream() as never)
      .pipeThrough(new EventSourceParserStream());
    const reader = (events as ReadableStream<{ event?: string; data: string }>).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      onEvent(read.value.event ?? '', JSON.parse(read.value.data));
    }
  } catch (error) {
    throw error instanceof Problem ? error : new Problem('offline', String(error));
  } finally {
    cut();
    clearTimeout(timer);
    removeEventListener('offline', cut);
  }
}

function dispatch(listener: StreamListener, event: string, data: unknown): void {
  if (event === 'balance') listener.balance(data as Balance);
  else if (event === 'generations') listener.open((data as { open: Generation[] }).open);
  else if (event === 'generation') listener.ended(data as Generation);
  else if (event === 'unavailable')
    listener.interrupted(new Problem('failed', '', data as { code: string }));
  else if (event === 'token-expired')
    throw new Problem('expired', 'The token has expired.', { code: 'TOKEN_EXPIRED' });
}

/** Waits, but no longer than until the browser is online or the page visible again. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      document.removeEventListener('visibilitychange', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener('online', end);
    document.addEventListener('visibilitychange', end);
    signal.addEventListener('abort', end);
  });
}
