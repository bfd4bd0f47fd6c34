import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LocalBooks, type Params, Refused } from './local-books';

/** What happens to a request: an answer that is lost, or comes in place of Stripe's. */
export type Fault =
  | 'answer-lost'
  | 'request-lost'
  | 'error-after-success'
  | 'error-instead'
  | 'too-many';

export interface Asked {
  method: string;
  /** With its query: `/v1/payment_intents?limit=1`. */
  path: string;
  body: string;
  key?: string;
}

/** A server that answers as Stripe does, and keeps what it was asked for in memory. */
export interface LocalStripe {
  url: string;
  books: LocalBooks;
  asked: Asked[];
  /**
   * Lets the next request of that method and path go wrong. Stripe's package itself repeats one
   * whose connection was closed, so what is lost is lost twice.
   */
  failNext(path: `${'GET' | 'POST'} ${string}`, fault: Fault): void;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  body: object;
}

export async function openLocalStripe(): Promise<LocalStripe> {
  const books = new LocalBooks();
  const asked: Asked[] = [];
  const faults: { path: string; fault: Fault }[] = [];
  const first = new Map<string, { body: string; answer: Answer }>();

  function answerOnce({ method, path, body, key }: Asked): Answer {
    if (method !== 'POST' || key === undefined) return answerOf(books, method, path, body);
    const before = first.get(key);
    if (before && before.body !== path + body) return failed(400, { type: 'idempotency_error' });
    const answer = before?.answer ?? answerOf(books, method, path, body);
    first.set(key, { body: path + body, answer });
    return answer;
  }

  const server = createServer(async (request, response) => {
    const one = await askedBy(request);
    asked.push(one);
    const called = `${one.method} ${one.path.replace(/\?.*/, '')}`;
    const index = faults.findIndex(({ path }) => path === called);
    const [next] = index < 0 ? [] : faults.splice(index, 1);
    answerWith(response, next?.fault, () => answerOnce(one));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ books, asked },
    failNext(path, fault) {
      for (let n = fault.endsWith('lost') ? 2 : 1; n > 0; n -= 1) faults.push({ path, fault });
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function askedBy(request: IncomingMessage): Promise<Asked> {
  let body = '';
  for await (const part of request) body += part;
  const { method = '', url: path = '', headers } = request;
  const key = headers['idempotency-key'];
  return { method, path, body, ...(typeof key === 'string' && { key }) };
}

function answerWith(
  response: ServerResponse,
  fault: Fault | undefined,
  answered: () => Answer,
): void {
  const send = ({ status, body }: Answer) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  switch (fault) {
    case 'request-lost':
      return void response.destroy();
    case 'error-instead':
      return void send(failed(500, { type: 'api_error' }));
    case 'too-many':
      response.setHeader('retry-after', '2');
      return void send(failed(429, { type: 'invalid_request_error', code: 'rate_limit' }));
  }
  const answer = answered();
  if (fault === 'answer-lost') return void response.destroy();
  send(fault === 'error-after-success' ? failed(500, { type: 'api_error' }) : answer);
}

const failed = (status: number, error: object): Answer => ({
  status,
  body: { error: { message: 'It failed.', ...error } },
});

function answerOf(books: LocalBooks, method: string, path: string, body: string): Answer {
  const { pathname, searchParams } = new URL(path, 'http://stripe');
  try {
    const params = paramsOf(method === 'GET' ? searchParams : new URLSearchParams(body));
    return { status: 200, body: books.answer(method, pathname, params) };
  } catch (error) {
    if (error instanceof Refused) return failed(error.status, error.error);
    throw error;
  }
}

/** `metadata[a]=1` as `{metadata: {a: '1'}}`. */
function paramsOf(given: URLSearchParams): Params {
  const params: Params = {};
  for (const [name, value] of given) {
    const [, outer = '', inner] = /^(\w+)(?:\[(\w*)\])?/.exec(name) ?? [];
    if (inner === undefined) params[outer] = value;
    else params[outer] = { ...(params[outer] as object), [inner]: value };
  }
  return params;
}
