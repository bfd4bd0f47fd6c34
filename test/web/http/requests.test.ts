import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { uniqueId } from '../../workflows/harness';
import { expectProblem, openWeb, tokenOf, type Web } from '../harness';

let web: Web;
beforeAll(async () => {
  web = await openWeb({ limits: { bodyBytesMax: 100_000, requestSeconds: 1 } });
  await web.stack.startWorker();
});
afterAll(() => web.close());

interface Sent {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

/** With a valid token and a key; the rest is as bad as the test wants it. */
async function send({
  method = 'POST',
  path = '/v1/accounts/me/generations',
  headers,
  body,
}: Sent) {
  const response = await fetch(`${web.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await tokenOf('acme')}`,
      'idempotency-key': uniqueId('key'),
      'content-type': 'application/json',
      ...headers,
    },
    body,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

test.each(['gzip', 'br', 'deflate, gzip', 'GZIP'])(
  'a body in %s is refused, with the encoding that is taken',
  async (encoding) => {
    const body = new Uint8Array(gzipSync('{"kind":"text-to-image"}'));
    const answer = await send({ headers: { 'content-encoding': encoding }, body });
    expectProblem(answer, 415, 'UNSUPPORTED_MEDIA_TYPE');
    expect(answer.headers.get('accept-encoding')).toBe('identity');
  },
);

test('a body whose encoding is named as none is read', async () => {
  const headers = { 'content-encoding': 'identity' };
  const { status, body } = await send({ headers, body: '{"kind":"no-such-kind"}' });
  expect({ status, body }).toMatchObject({ status: 400, body: { code: 'UNKNOWN_KIND' } });
});

test.each<[string, Sent, number, string]>([
  ['no JSON', { body: 'kind=text-to-image' }, 400, 'MALFORMED_REQUEST'],
  ['half of some', { body: '{"kind": "text-to' }, 400, 'MALFORMED_REQUEST'],
  ['nothing', { body: '' }, 400, 'MALFORMED_REQUEST'],
  [
    'a member called __proto__',
    { body: '{"kind":"text-to-image","__proto__":{"a":1}}' },
    400,
    'MALFORMED_REQUEST',
  ],
  [
    'a constructor',
    { body: '{"kind":"text-to-image","constructor":{"prototype":{"a":1}}}' },
    400,
    'MALFORMED_REQUEST',
  ],
  [
    'bytes that are no UTF-8',
    { body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]) },
    400,
    'INVALID_ARGUMENT',
  ],
  ['a number', { body: '7' }, 400, 'INVALID_ARGUMENT'],
  ['NaN', { body: '{"kind":"ai-avatar","seconds":NaN}' }, 400, 'MALFORMED_REQUEST'],
  [
    'more than there are seconds',
    { body: '{"kind":"ai-avatar","seconds":1e999}' },
    400,
    'INVALID_DURATION',
  ],
  [
    'a hundred thousand brackets',
    { body: `{"kind":"text-to-image","input":${'['.repeat(40_000)}${']'.repeat(40_000)}}` },
    400,
    'INVALID_INPUT',
  ],
  [
    'a lone surrogate',
    { body: '{"kind":"text-to-image","metadata":{"a":"\\ud800"}}' },
    400,
    'INVALID_METADATA',
  ],
  ['too much', { body: `"${'x'.repeat(100_000)}"` }, 413, 'BODY_TOO_LARGE'],
  [
    'text',
    { body: 'hello', headers: { 'content-type': 'text/plain' } },
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  [
    'a form',
    { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  [
    'a type that makes no sense',
    { body: '{}', headers: { 'content-type': 'a/b/c' } },
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
])('a body of %s is refused', async (_, sent, status, code) => {
  expectProblem(await send(sent), status, code);
});

test('a POST without any body is refused', async () => {
  const { status, headers, body } = await web.ask('acme', 'POST', '/generations', { key: 'a' });
  expectProblem({ status, headers, body }, 400, 'INVALID_ARGUMENT');
});

test.each<[string, Sent, number, string]>([
  [
    'a path that doesn’t exist',
    { method: 'GET', path: '/v1/accounts/me/nothing' },
    404,
    'NOT_FOUND',
  ],
  ['another method of the root', { method: 'POST', path: '/' }, 405, 'METHOD_NOT_ALLOWED'],
  [
    'a path up and away',
    { method: 'GET', path: '/v1/accounts/me/..%2f..%2fetc' },
    404,
    'NOT_FOUND',
  ],
  [
    'another method',
    { method: 'PATCH', path: '/v1/accounts/me/balance' },
    405,
    'METHOD_NOT_ALLOWED',
  ],
  [
    'a broken percent code',
    { method: 'GET', path: '/v1/accounts/%zz/balance' },
    400,
    'MALFORMED_REQUEST',
  ],
  [
    'a very long URL',
    { method: 'GET', path: `/v1/accounts/me/balance?${'a'.repeat(5_000)}` },
    414,
    'URL_TOO_LONG',
  ],
  [
    'a very long id',
    { method: 'GET', path: `/v1/accounts/me/generations/${'a'.repeat(3_000)}` },
    414,
    'URL_TOO_LONG',
  ],
  [
    'an id that is too long',
    { method: 'GET', path: `/v1/accounts/me/generations/${'a'.repeat(129)}` },
    400,
    'INVALID_REQUEST_ID',
  ],
  [
    'an id with a slash',
    { method: 'GET', path: '/v1/accounts/me/generations/a%2Fb' },
    400,
    'INVALID_REQUEST_ID',
  ],
  [
    'an id with a line break',
    { method: 'GET', path: '/v1/accounts/me/generations/a%0d%0ab' },
    400,
    'INVALID_REQUEST_ID',
  ],
])('a request with %s is answered with a problem', async (_, sent, status, code) => {
  const answer = await send(sent);
  expectProblem(answer, status, code);
  if (code === 'METHOD_NOT_ALLOWED') expect(answer.headers.get('allow')).toBe('GET, HEAD');
});

/** Byte by byte, past everything that fetch would put right. */
async function sendRaw(text: string, url = web.url): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(text);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  await once(socket, 'close');
  return answer;
}

const problemIn = (answer: string) => ({
  status: Number(answer.split(' ')[1]),
  ...JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)),
});

test.each([
  ['text that is no HTTP', 'hello there\r\n\r\n', 400, 'MALFORMED_REQUEST'],
  [
    'a header with a line break of its own',
    'GET / HTTP/1.1\r\nHost: a\r\nA: b\nX-Injected\x01: c\r\n\r\n',
    400,
    'MALFORMED_REQUEST',
  ],
  [
    'two lengths',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}',
    400,
    'MALFORMED_REQUEST',
  ],
  [
    'a length and chunks',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
    'MALFORMED_REQUEST',
  ],
  [
    'headers without end',
    `GET / HTTP/1.1\r\nHost: a\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
    'HEADERS_TOO_LARGE',
  ],
])('%s on the wire is answered with a problem', async (_, text, status, code) => {
  expect(problemIn(await sendRaw(text))).toMatchObject({ status, code });
});

test('a request whose body doesn’t come is ended', async () => {
  const token = await tokenOf('acme');
  const head = `POST /v1/accounts/me/generations HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nIdempotency-Key: slow-1\r\n`;
  const answer = await sendRaw(
    `${head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"kind":`,
  );
  expect(problemIn(answer)).toMatchObject({
    status: 408,
    code: 'REQUEST_TIMED_OUT',
    retryable: true,
  });
  expect(await web.stack.ledger.request('acme', 'slow-1')).toBeNull();
});

test('a malformed Host header does no harm', async () => {
  for (const host of ['a b c', '"><script>', 'evil.example:99999']) {
    const token = await tokenOf(uniqueId('acme'));
    const answer = await sendRaw(
      `GET /v1/accounts/me/balance HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).not.toContain(host);
  }
});

test('no refused request changed anything', async () => {
  expect(await web.stack.ledger.balance('acme')).toMatchObject({ granted: 0, reserved: 0 });
  expect(await web.stack.sql('SELECT * FROM holdfast.reservations')).toEqual([]);
});
