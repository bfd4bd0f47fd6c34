import type { z } from 'zod';
import { safeUrl } from '../../config/values';
import { REPLAYED_HEADER } from '../../contract/by-hand-bodies';
import { type ErrorDetails, HoldfastError, isErrorCode } from '../../contract/errors';

/** As long as the slowest answer takes, a pass of reconciliation, and some. */
const ANSWER_WITHIN_MS = 60_000;

/** A request to the HTTP API. */
export interface Asked {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/v1`. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** The Idempotency-Key. */
  key?: string;
  body?: object;
}

/** An answer, and whether the request had been carried out before. */
export interface Told<T> {
  value: T;
  replayed: boolean;
}

/** Asks the HTTP API with an operator's token. */
export class HttpTransport {
  readonly #url: string;
  readonly #token: string;

  /** @throws HoldfastError INVALID_ARGUMENT for a URL that would show the token on the way */
  constructor(url: string, token: string) {
    if (!safeUrl.safeParse(url).success) {
      throw new HoldfastError(
        'INVALID_ARGUMENT',
        '--api must be an https URL, or http on this machine: the token is sent there.',
      );
    }
    this.#url = url.replace(/\/+$/, '');
    this.#token = token;
  }

  /** The name that acts of this token are kept with; undefined for a token that can't be read. */
  get subject(): string | undefined {
    try {
      const [, claims = ''] = this.#token.split('.');
      return JSON.parse(Buffer.from(claims, 'base64url').toString()).sub;
    } catch {
      return undefined;
    }
  }

  /**
   * The answer of a route, by its schema.
   *
   * @throws HoldfastError the problem's own code; API_UNAVAILABLE
   */
  async ask<Schema extends z.ZodType>(schema: Schema, asked: Asked): Promise<z.output<Schema>> {
    return (await this.tell(schema, asked)).value;
  }

  /** As {@link ask}, of a route that tells a repetition apart. */
  async tell<Schema extends z.ZodType>(
    schema: Schema,
    asked: Asked,
  ): Promise<Told<z.output<Schema>>> {
    const response = await this.#send(asked);
    const answer = await jsonOf(response);
    if (!response.ok) throw problemIn(answer, response.status);
    const parsed = schema.safeParse(answer);
    if (parsed.success)
      return { value: parsed.data, replayed: response.headers.get(REPLAYED_HEADER) === 'true' };
    throw unavailable(`its answer is not understood (HTTP ${response.status})`);
  }

  async #send({ method, path, query = {}, key, body }: Asked): Promise<Response> {
    const url = new URL(`${this.#url}/v1${path}`);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const headers = {
      authorization: `Bearer ${this.#token}`,
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const sent = { method, headers, body: body && JSON.stringify(body) };
    try {
      // What it redirects to would get the token.
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      return await fetch(url, { ...sent, signal, redirect: 'error' });
    } catch (error) {
      const { cause } = error as { cause?: { code?: string; message?: string } };
      throw unavailable(cause?.code ?? cause?.message ?? String(error), error);
    }
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw unavailable(`HTTP ${response.status}, without an answer of its own`, error);
  }
}

function problemIn(answer: unknown, status: number): HoldfastError {
  const { code, detail, ...rest } = (answer ?? {}) as ErrorDetails;
  if (!isErrorCode(code)) return unavailable(`HTTP ${status}, without a code that is known here`);
  const {
    type: _,
    title: _title,
    status: _status,
    instance,
    retryable: _retryable,
    ...figures
  } = rest;
  return new HoldfastError(code, String(detail), { ...figures, instance });
}

function unavailable(reason: string, cause?: unknown): HoldfastError {
  const message = `The HTTP API gives no answer: ${reason}. Repeat the command with the same key.`;
  return new HoldfastError('API_UNAVAILABLE', message, {}, { cause });
}
