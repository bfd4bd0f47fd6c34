import { uniqueId } from '../../workflows/harness';
import {
  AUDIENCE,
  expectProblem,
  ISSUER,
  openWeb,
  SECRET,
  serve,
  serviceToken,
  tokenOf,
  type Web,
} from '../harness';
import { logIn, visit } from './visitor';

let web: Web;
beforeAll(async () => {
  web = await openWeb();
});
afterAll(() => web.close());

const now = () => Math.floor(Date.now() / 1000);
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a good token becomes a cookie that no script and no other site can use, and that ends with the token', async () => {
  const exp = now() + 300;
  const token = await tokenOf(uniqueId('acme'), { exp });
  const { status, headers } = await logIn(web.url, { token });
  expect(status).toBe(204);
  // The clocks of two machines may differ by five seconds.
  const end = new Date((exp + 5) * 1000).toUTCString();
  expect(headers.get('set-cookie')).toBe(
    `holdfast-session=${token}; Path=/credits; Expires=${end}; HttpOnly; SameSite=Strict`,
  );
  expect(headers.get('cache-control')).toBe('no-store');
  expect((await visit(web.url, token)).status).toBe(200);
});

test('the cookie goes over TLS alone behind a proxy that speaks TLS', async () => {
  const served = await serve(web.stack, { trustedProxies: ['127.0.0.1'] });
  try {
    const secure = async (headers: Record<string, string>) =>
      /; Secure/.test(
        (await logIn(served.url, { token: await tokenOf('acme') }, headers)).headers.get(
          'set-cookie',
        ) ?? '',
      );
    expect(await secure({ 'x-forwarded-proto': 'https' })).toBe(true);
    expect(await secure({})).toBe(false);
  } finally {
    await served.app.close();
  }
});

test.each<[string, () => string | Promise<string>, number, string]>([
  ['expired', () => tokenOf('acme', { exp: now() - 60 }), 401, 'UNAUTHENTICATED'],
  ['for another audience', () => tokenOf('acme', { aud: 'elsewhere' }), 401, 'UNAUTHENTICATED'],
  [
    'from another issuer',
    () => tokenOf('acme', { iss: 'https://evil.example' }),
    401,
    'UNAUTHENTICATED',
  ],
  [
    'unsigned',
    () =>
      `${encoded({ alg: 'none' })}.${encoded({ iss: ISSUER, aud: AUDIENCE, sub: 'acme', exp: now() + 300 })}.`,
    401,
    'UNAUTHENTICATED',
  ],
  ['a service’s', () => serviceToken('balance:read'), 403, 'FORBIDDEN'],
  [
    'too narrow for the page',
    () => tokenOf('acme', { account_scope: 'balance:read' }),
    403,
    'FORBIDDEN',
  ],
  ['garbage in a JWT’s shape', () => 'a.b.c', 401, 'UNAUTHENTICATED'],
  ['garbage', () => 'Bearer x', 400, 'INVALID_ARGUMENT'],
  ['two headers in one', () => 'a.b.c\r\nset-cookie: x=y', 400, 'INVALID_ARGUMENT'],
  [
    'too long for a cookie',
    () => tokenOf('acme', { jti: 'x'.repeat(3_000) }),
    400,
    'INVALID_ARGUMENT',
  ],
])('a token that is %s begins no session', async (_, tokenFor, status, code) => {
  const answer = await logIn(web.url, { token: await tokenFor() });
  expectProblem(answer, status, code);
  expect(answer.headers.get('set-cookie')).toBeNull();
});

test.each<[string, unknown, Record<string, string>, number, string]>([
  ['no JSON', '{"token', {}, 400, 'MALFORMED_REQUEST'],
  ['no token', {}, {}, 400, 'INVALID_ARGUMENT'],
  ['more than a token', { token: 'a.b.c', next: '/' }, {}, 400, 'INVALID_ARGUMENT'],
  [
    'a form',
    'token=a.b.c',
    { 'content-type': 'application/x-www-form-urlencoded' },
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  [
    'plain text',
    '{"token":"a.b.c"}',
    { 'content-type': 'text/plain' },
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
])('a body with %s begins no session', async (_, body, headers, status, code) => {
  const answer = await logIn(web.url, body, headers);
  expectProblem(answer, status, code);
  expect(answer.headers.get('set-cookie')).toBeNull();
});

test.each<[string, Record<string, string>]>([
  ['another site', { 'sec-fetch-site': 'cross-site' }],
  ['a sister of this site', { 'sec-fetch-site': 'same-site' }],
  ['another site, to this one’s name', { 'sec-fetch-site': 'cross-site', origin: 'self' }],
])('a page of %s begins no session', async (_, { origin, ...headers }) => {
  const token = await tokenOf('acme');
  const answer = await logIn(
    web.url,
    { token },
    { ...headers, ...(origin !== undefined && { origin: web.url }) },
  );
  expectProblem(answer, 403, 'CROSS_SITE_REQUEST');
  expect(answer.headers.get('set-cookie')).toBeNull();
});

test('a browser that tells only the origin is judged by it', async () => {
  const asked = async (origin: string) => {
    const response = await fetch(`${web.url}/credits/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ token: await tokenOf('acme') }),
    });
    return response.status;
  };
  expect(await asked(web.url)).toBe(204);
  for (const origin of ['https://evil.example', 'null', web.url.replace(/\d+$/, '1')])
    expect(await asked(origin)).toBe(403);
});

const LIVE = { holder: uniqueId('holder'), link: uniqueId('link') };
const cookieOf = async (account: string, claims = {}) => ({
  cookie: `holdfast-session=${await tokenOf(account, claims)}`,
});

test('a login for another account doesn’t replace a session that lives, unless the visitor says so', async () => {
  const { holder, link } = LIVE;
  const headers = await cookieOf(holder);
  const token = await tokenOf(link);
  for (const body of [{ token }, { token, replaces: link }, { token, replaces: 'another' }]) {
    const asked = await logIn(web.url, body, headers);
    expectProblem(asked, 409, 'SESSION_EXISTS', { accountId: link, loggedInAs: holder });
    expect(asked.headers.get('set-cookie')).toBeNull();
  }
  const agreed = await logIn(web.url, { token, replaces: holder }, headers);
  expect(agreed.status).toBe(204);
  expect(agreed.headers.get('set-cookie')).toContain(token);
});

test.each<[string, () => Promise<Record<string, string>>]>([
  ['of the same account', () => cookieOf(LIVE.link)],
  ['that has expired', () => cookieOf(LIVE.holder, { exp: now() - 60 })],
  ['that no key has signed', async () => ({ cookie: 'holdfast-session=a.b.c' })],
  ['of a service', async () => ({ cookie: `holdfast-session=${await serviceToken('x')}` })],
  ['that is empty', async () => ({ cookie: 'holdfast-session=' })],
])('a session %s is replaced without a question', async (_, cookie) => {
  const token = await tokenOf(LIVE.link);
  expect((await logIn(web.url, { token }, await cookie())).status).toBe(204);
});

test.each<[string, unknown]>([
  ['a number', 7],
  ['no account’s id', '../x'],
])('%s as the account to leave begins no session', async (_, replaces) => {
  const answer = await logIn(web.url, { token: await tokenOf('acme'), replaces });
  expect(answer.status).toBe(400);
  expect(answer.headers.get('set-cookie')).toBeNull();
});

const logOut = async (headers: Record<string, string>) =>
  fetch(`${web.url}/credits/logout`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });

test('logging out removes the cookie and leads back to the page', async () => {
  const answer = await logOut({ 'sec-fetch-site': 'same-origin', ...(await cookieOf('acme')) });
  expect({ status: answer.status, location: answer.headers.get('location') }).toEqual({
    status: 303,
    location: '/credits',
  });
  expect(answer.headers.get('set-cookie')).toBe(
    'holdfast-session=; Path=/credits; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Strict',
  );
});

test('an expired session can be logged out of', async () => {
  const cookie = await cookieOf('acme', { exp: now() - 60 });
  const answer = await logOut({ 'sec-fetch-site': 'same-origin', ...cookie });
  expect(answer.headers.get('set-cookie')).toContain('holdfast-session=;');
});

test.each(['cross-site', 'same-site', 'none'])(
  'a page of a site that is %s ends no session',
  async (site) => {
    const answer = await logOut({ 'sec-fetch-site': site, ...(await cookieOf('acme')) });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('set-cookie')).toBeNull();
  },
);

test('a browser that names no site logs out with its cookie alone', async () => {
  expect((await logOut({ origin: 'null' })).headers.get('set-cookie')).toBeNull();
  const answer = await logOut({ origin: 'null', ...(await cookieOf('acme')) });
  expect(answer.headers.get('set-cookie')).toContain('holdfast-session=;');
});

test('only a page of this server is given the token of its session', async () => {
  const cookie = await cookieOf('acme');
  const read = (headers: Record<string, string>) =>
    fetch(`${web.url}/credits/token`, { headers: { ...cookie, ...headers } });
  const own = await read({ 'sec-fetch-site': 'same-origin' });
  expect(own.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(own.headers.get('cache-control')).toBe('no-store');
  expect(`holdfast-session=${await own.text()}`).toBe(cookie.cookie);
  for (const site of ['cross-site', 'same-site', 'none'])
    expect((await read({ 'sec-fetch-site': site })).status).toBe(403);
  expect((await read({ origin: 'https://evil.example' })).status).toBe(403);
  expect((await read({ cookie: 'holdfast-session=a.b.c' })).status).toBe(401);
  const header = { cookie: '', authorization: `Bearer ${await tokenOf('acme')}` };
  expect((await read(header)).status).toBe(401);
});

test('a session can’t be read or asked for by other methods', async () => {
  const answer = await fetch(`${web.url}/credits/session`);
  expect({ status: answer.status, allow: answer.headers.get('allow') }).toEqual({
    status: 405,
    allow: 'POST',
  });
});

test('neither token nor cookie is logged, whether accepted or refused', async () => {
  const good = await tokenOf(uniqueId('acme'));
  const bad = await tokenOf(uniqueId('acme'), { exp: now() - 60 });
  for (const token of [good, bad]) {
    await logIn(web.url, { token });
    await visit(web.url, token);
    await visit(web.url, `${token}x`);
  }
  const log = web.log.join('');
  expect(log).toContain('/credits/session');
  for (const part of [...good.split('.'), ...bad.split('.'), SECRET])
    expect(log).not.toContain(part);
});
