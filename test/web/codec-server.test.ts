import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { createPayloadCodec } from '../../codec/payload-codec';
import { loadCodecServerConfig } from '../../web/codec-server/codec-server-config';
import { startCodecServer } from '../../web/codec-server/start';
import { createLogger } from '../../web/http/logging';
import type { RunningWeb } from '../../web/start';
import { newKey, settingOf } from '../codec/keys';
import { expectProblem } from './harness';

const KEY = newKey('k1');
const SECRET = 'a secret of more than thirty-two bytes';
const UI = 'https://temporal.example';
const PROMPT = 'a castle that nobody else may see';

const log: string[] = [];
let server: RunningWeb;
let url: string;
beforeAll(async () => {
  const config = loadCodecServerConfig({
    TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml',
    HOLDFAST_CODEC_KEYS: settingOf([KEY]),
    HOLDFAST_CODEC_SERVER_SECRET: SECRET,
    HOLDFAST_CODEC_SERVER_UI_ORIGINS: UI,
    HOLDFAST_CODEC_SERVER_PORT: '0',
  });
  const destination = { write: (line: string) => log.push(line) };
  server = await startCodecServer(config, createLogger('trace', destination, 'codec-server'));
  url = server.url;
});
afterAll(() => server.stop());

const AUTHORISED = { authorization: `Bearer ${SECRET}` };

async function encrypted(key = KEY): Promise<object> {
  const payload = defaultPayloadConverter.toPayload({ prompt: PROMPT });
  const [encoded] = await createPayloadCodec([key]).encode([payload]);
  return toJson(encoded as Payload);
}

function toJson({ metadata, data }: Payload): object {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const entries = Object.entries(metadata ?? {});
  return {
    metadata: Object.fromEntries(entries.map(([name, bytes]) => [name, base64(bytes)])),
    data: base64(data ?? new Uint8Array()),
  };
}

async function ask(path: string, body: unknown, headers: Record<string, string> = AUTHORISED) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-namespace': 'default', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : text,
  };
}

test('payloads are decoded in their order, and those in clear come back as they are', async () => {
  const clear = toJson(defaultPayloadConverter.toPayload('in clear'));
  const { status, body, headers } = await ask('/decode', {
    payloads: [await encrypted(), clear, {}],
  });
  expect(status).toBe(200);
  const [first, second, third] = body.payloads;
  expect(JSON.parse(Buffer.from(first.data, 'base64').toString())).toEqual({ prompt: PROMPT });
  expect(Buffer.from(first.metadata.encoding, 'base64').toString()).toBe('json/plain');
  expect(second).toEqual(clear);
  expect(third).toEqual({ metadata: {}, data: '' });
  expect(headers.get('cache-control')).toBe('no-store');
});

test('a payload of an unknown key is an error with a code, and not a value', async () => {
  const payloads = [await encrypted(newKey('k9'))];
  const detail = expect.stringContaining('"k9"');
  expectProblem(await ask('/decode', { payloads }), 503, 'PAYLOAD_UNREADABLE', {
    ...{ keyId: 'k9', detail },
  });
});

test.each([
  ['no credentials', {}],
  ['another secret', { authorization: `Bearer ${SECRET}x` }],
  ['an empty secret', { authorization: 'Bearer ' }],
  ['another scheme', { authorization: `Basic ${SECRET}` }],
  ['a session that it made up', { cookie: `holdfast-codec=${Date.now() + 1e6}.AAAA` }],
  ['a session without a time', { cookie: 'holdfast-codec=NaN.AAAA' }],
])('nothing is decoded with %s', async (_, headers) => {
  const answer = await ask('/decode', { payloads: [await encrypted()] }, headers as never);
  expectProblem(answer, 401, 'UNAUTHENTICATED');
});

test.each([
  ['no payloads', {}],
  ['text', 'x'],
  ['data that is no base64', { payloads: [{ data: '<>' }] }],
  ['metadata that is no base64', { payloads: [{ metadata: { encoding: 'json/plain' } }] }],
])('%s in a body is refused', async (_, body) => {
  expectProblem(await ask('/decode', body), 400, 'INVALID_ARGUMENT');
});

async function logIn(secret: string) {
  return fetch(`${url}/login`, { method: 'POST', body: new URLSearchParams({ secret }) });
}

test('an operator logs in on a page, and the session reads payloads until it is ended', async () => {
  const page = await fetch(`${url}/login`);
  expect(await page.text()).toContain('<form method="post" action="/login">');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const loggedIn = await logIn(SECRET);
  expect(loggedIn.status).toBe(200);
  const cookie = loggedIn.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/HttpOnly/i);
  expect(cookie).toMatch(/SameSite=Strict/i);
  expect(cookie).not.toContain(SECRET);
  const session = cookie.split(';')[0] ?? '';
  const answer = await ask('/decode', { payloads: [await encrypted()] }, { cookie: session });
  expect(answer.status).toBe(200);
  const ended = await fetch(`${url}/logout`, { method: 'POST', redirect: 'manual' });
  expect(ended.headers.get('set-cookie')).toMatch(/^holdfast-codec=;/);
});

test('a session that is over, or whose end was moved, reads nothing', async () => {
  const cookie = (await logIn(SECRET)).headers.get('set-cookie') ?? '';
  const [, until = '', signature = ''] = /holdfast-codec=(\d+)\.([^;]+)/.exec(cookie) ?? [];
  const later = `holdfast-codec=${Number(until) + 1}.${signature}`;
  const answer = await ask('/decode', { payloads: [] }, { cookie: later });
  expectProblem(answer, 401, 'UNAUTHENTICATED');
});

test('a wrong secret begins no session, and the page says so', async () => {
  const answer = await logIn('wrong');
  expect(answer.status).toBe(401);
  expect(answer.headers.get('set-cookie')).toBeNull();
  expect(await answer.text()).toContain('That is not the secret.');
});

test('a browser may send the cookie from Temporal’s UI, and from no other page', async () => {
  const preflight = (origin: string) =>
    fetch(`${url}/decode`, {
      method: 'OPTIONS',
      headers: {
        ...{ origin, 'access-control-request-method': 'POST' },
        'access-control-request-headers': 'content-type,x-namespace,authorization',
      },
    });
  const allowed = await preflight(UI);
  expect(allowed.headers.get('access-control-allow-origin')).toBe(UI);
  expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
  const refused = await preflight('https://evil.example');
  expect(refused.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
  const origin = 'https://evil.example';
  const answer = await ask('/decode', { payloads: [] }, { ...AUTHORISED, origin });
  expectProblem(answer, 403, 'CROSS_SITE_REQUEST');
});

test('nothing is encoded, and other paths have a code', async () => {
  expectProblem(await ask('/encode', { payloads: [] }), 404, 'NOT_FOUND');
});

test('the log has no payload, no secret and no session', () => {
  const lines = log.join('');
  expect(lines).toContain('"route":"/decode"');
  for (const text of [SECRET, 'castle', KEY.key, 'holdfast-codec=']) {
    expect(lines).not.toContain(text);
  }
});
