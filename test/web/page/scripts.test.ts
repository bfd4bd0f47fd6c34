import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { blocksOf, read } from '../../docs/markdown';
import { uniqueId } from '../../workflows/harness';
import { openWeb, serve, tokenOf, type Web } from '../harness';
import { getOverWire } from './visitor';

/**
 * The limit for everything that a visitor's browser loads; the browser test counts the API's
 * answers as well.
 */
const BUDGET_BYTES = 45_000;

let web: Web;
beforeAll(async () => {
  web = await openWeb();
});
afterAll(() => web.close());

const SCRIPTS = ['/holdfast-credits.js', '/credits/login.js'];

test.each(SCRIPTS)('%s is the same with every compression', async (path) => {
  const plain = await getOverWire(`${web.url}${path}`);
  expect({ status: plain.status, encoding: plain.headers['content-encoding'] }).toEqual({
    status: 200,
  });
  expect(plain.headers['content-type']).toMatch(/^(text|application)\/javascript/);
  expect(plain.body.length).toBeGreaterThan(100);
  for (const [accepted, encoding, unpack] of [
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip, deflate', 'gzip', gunzipSync],
  ] as const) {
    const packed = await getOverWire(`${web.url}${path}`, { 'accept-encoding': accepted });
    expect(packed.headers).toMatchObject({
      ...{
        'content-encoding': encoding,
        vary: 'accept-encoding',
        'cache-control': 'public, max-age=300',
      },
      ...{
        'content-type': plain.headers['content-type'],
        'content-length': String(packed.body.length),
      },
    });
    expect(packed.body.length).toBeLessThan(plain.body.length);
    expect(unpack(packed.body).equals(plain.body)).toBe(true);
  }
});

test('a client that has the script already gets 304', async () => {
  const headers = { 'accept-encoding': 'br' };
  const { headers: first } = await getOverWire(`${web.url}/holdfast-credits.js`, headers);
  const again = { ...headers, 'if-none-match': first.etag ?? 'none' };
  const { status, body } = await getOverWire(`${web.url}/holdfast-credits.js`, again);
  expect({ status, length: body.length }).toEqual({ status: 304, length: 0 });
});

test('HEAD answers the same without a body, and other methods are refused', async () => {
  const { status, headers, body } = await getOverWire(`${web.url}/holdfast-credits.js`, {}, 'HEAD');
  const whole = await getOverWire(`${web.url}/holdfast-credits.js`);
  expect({ status, length: headers['content-length'], body: body.length }).toEqual({
    ...{ status: 200, length: String(whole.body.length), body: 0 },
  });
  const refused = await getOverWire(`${web.url}/holdfast-credits.js`, {}, 'POST');
  expect(refused.headers).toMatchObject({
    allow: 'GET, HEAD',
    'content-type': 'application/problem+json',
  });
  expect(refused.status).toBe(405);
});

test('any page may load the element, and only this server’s pages may load the rest', async () => {
  const served = await serve(web.stack, { corsOrigins: ['https://app.example'] });
  try {
    for (const url of [web.url, served.url]) {
      const { headers } = await getOverWire(`${url}/holdfast-credits.js`, {
        origin: 'https://other.example',
      });
      expect(headers).toMatchObject({
        ...{ 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' },
      });
      const login = await getOverWire(`${url}/credits/login.js`, {
        origin: 'https://other.example',
      });
      expect(login.headers['access-control-allow-origin']).toBeUndefined();
    }
  } finally {
    await served.app.close();
  }
});

test('the element is loaded without being counted', async () => {
  const served = await serve(web.stack, { limits: { addressRequestsPerMinute: 1 } });
  try {
    for (let n = 0; n < 3; n += 1)
      expect((await getOverWire(`${served.url}/holdfast-credits.js`)).status).toBe(200);
  } finally {
    await served.app.close();
  }
});

test('nothing else of the folder is served', async () => {
  for (const path of [
    '/login.js',
    '/holdfast-credits.js.br',
    '/holdfast-credits.js/',
    '/credits/holdfast-credits.js',
  ]) {
    expect((await getOverWire(`${web.url}${path}`)).status).toBe(404);
  }
});

test('the documented command prints the hash by which a page names its script', async () => {
  const [command = ''] = blocksOf(read('docs/how-to/credits-page.md'), 'sh');
  const env = { PATH: process.env.PATH, HOLDFAST_URL: web.url };
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env });
  const { body } = await getOverWire(`${web.url}/holdfast-credits.js?version=0.1.0`);
  expect(stdout).toBe(createHash('sha384').update(body).digest('base64'));
});

test('the element passes on the licences of its parts', async () => {
  const { body } = await getOverWire(`${web.url}/holdfast-credits.js`);
  expect(body.toString()).toContain('lit-html 3.');
  expect(body.toString()).toContain(
    'Redistributions in binary form must reproduce the above copyright',
  );
});

test('the element takes the contract’s types, and no schema with them', async () => {
  const { body } = await getOverWire(`${web.url}/holdfast-credits.js`);
  expect(body.toString()).not.toMatch(/\bzod\b/i);
});

test('script and page together are small', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 150);
  const compressed = { 'accept-encoding': 'br' };
  const cookie = `holdfast-session=${await tokenOf(account)}`;
  const script = await getOverWire(`${web.url}/holdfast-credits.js`, compressed);
  const page = await getOverWire(`${web.url}/credits`, { ...compressed, cookie });
  expect(page.headers).toMatchObject({
    'content-encoding': 'br',
    vary: expect.stringMatching(/accept-encoding/i),
  });
  expect(brotliDecompressSync(page.body).toString()).toContain('<span class="digits">150</span>');
  expect(script.body.length + page.body.length).toBeLessThan(BUDGET_BYTES);
});

test('answers of the API are compressed, and its event stream is sent as it is', async () => {
  const headers = {
    authorization: `Bearer ${await tokenOf('acme')}`,
    'accept-encoding': 'br, gzip',
  };
  const prices = await getOverWire(`${web.url}/v1/accounts/me/prices`, headers);
  expect(prices.headers['content-encoding']).toBe('br');
  expect(JSON.parse(brotliDecompressSync(prices.body).toString()).kinds).toHaveLength(5);
  const life = new AbortController();
  const stream = await fetch(`${web.url}/v1/accounts/me/events`, { headers, signal: life.signal });
  expect(stream.headers.get('content-encoding')).toBeNull();
  expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const first = await stream.body?.getReader().read();
  expect(new TextDecoder().decode(first?.value)).not.toBe('');
  life.abort();
});
