import { Problem } from './problem';

export interface Api {
  get<Answer>(path: string, query?: Record<string, string | number | undefined>): Promise<Answer>;
  send<Answer>(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    options?: SendOptions,
  ): Promise<Answer>;
  /** The response itself, for streams and files. */
  open(path: string, init?: RequestInit): Promise<Response>;
}

export interface SendOptions {
  /** The Idempotency-Key, which is the same for every retry of one request. */
  key?: string;
  body?: unknown;
}

/** Longer than a slow payment provider takes for a charge. */
const TIMEOUT_MS = 30_000;

/**
 * The account's own part of the HTTP API. The token is read at every call, because the host may
 * change it. Every method throws a {@link Problem}.
 */
export function createApi(base: string, token: () => string | Promise<string>): Api {
  const open = async (path: string, init: RequestInit = {}) => {
    const current = token();
    // A token that is there is used at once, so that calls keep their order.
    const bearer = typeof current === 'string' ? current : await current;
    const headers = { ...init.headers, authorization: `Bearer ${bearer}` };
    let response: Response;
    try {
      response = await fetch(`${base}/v1/accounts/me${path}`, {
        ...init,
        headers,
        credentials: 'omit',
      });
    } catch (error) {
      throw new Problem('offline', String(error));
    }
    if (!response.ok) throw await problemIn(response);
    return response;
  };
  const answer = async <Answer>(path: string, init: RequestInit = {}) => {
    const response = await open(path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    try {
      return (await response.json()) as Answer;
    } catch (error) {
      throw new Problem('offline', String(error));
    }
  };
  return {
    open,
    get: (path, query = {}) => answer(`${path}${queryOf(query)}`),
    send: (method, path, { key, body } = {}) =>
      answer(path, {
        method,
        headers: {
          ...(key !== undefined && { 'idempotency-key': key }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
  };
}

/** The token that a server of the page's own origin gives to its session. Throws a {@link Problem}. */
export async function fetchToken(url: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new Problem('offline', String(error));
  }
  if (!response.ok) throw await problemIn(response);
  return response.text();
}

function queryOf(query: Record<string, string | number | undefined>): string {
  const given = Object.entries(query).flatMap<[string, string]>(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

async function problemIn(response: Response): Promise<Problem> {
  const document = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const kind = response.status === 401 ? 'expired' : response.status >= 500 ? 'failed' : 'refused';
  return new Problem(kind, String(document.detail ?? response.statusText), document);
}
