import { createHmac } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { uniqueId } from '../../workflows/harness';
import {
  AUDIENCE,
  bareToken,
  expectProblem,
  ISSUER,
  openWeb,
  SECRET,
  serviceToken,
  tokenOf,
  unsignedToken,
  type Web,
} from '../harness';
import { logIn, visit } from '../page/visitor';

const now = () => Math.floor(Date.now() / 1000);
const encoded = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const CLAIMS = () => ({ iss: ISSUER, aud: AUDIENCE, sub: 'acme', iat: now(), exp: now() + 300 });

let web: Web;
beforeAll(async () => {
  web = await openWeb();
});
afterAll(() => web.close());

async function balanceWith(headers: Record<string, string>, url = web.url) {
  const response = await fetch(`${url}/v1/accounts/me/balance`, { headers });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as { detail: string },
  };
}

const bearer = (token: string, url?: string) =>
  balanceWith({ authorization: `Bearer ${token}` }, url);

test('an account’s own token reaches its account, as me and by its id', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 7);
  for (const path of ['me', account]) {
    const { status, body } = await web.ask(path, 'GET', '/balance', {
      token: await tokenOf(account),
    });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { accountId: account, available: 7 },
    });
  }
});

test('an account may be called by a mail address with a plus sign, in a token and in a path', async () => {
  const account = `${uniqueId('ada')}+credits@example.com`;
  const [own, service] = [await tokenOf(account), await serviceToken('balance:read')];
  const asked: [string, string][] = [
    ['me', own],
    [account, own],
    [account, service],
    [encodeURIComponent(account), service],
  ];
  for (const [path, token] of asked) {
    const { status, body } = await web.ask(path, 'GET', '/balance', { token });
    expect({ status, body }).toMatchObject({ status: 200, body: { accountId: account } });
  }
});

test.each([
  ['no header', {}],
  ['an empty header', { authorization: '' }],
  ['another scheme', { authorization: 'Basic YWNtZTp4' }],
  ['no token after the scheme', { authorization: 'Bearer ' }],
  ['no JWT', { authorization: 'Bearer abc' }],
  ['garbage in a JWT’s shape', { authorization: 'Bearer a.b.c' }],
  ['a token in a cookie', { cookie: 'token=a.b.c' }],
])('a request with %s is unauthenticated', async (_, headers) => {
  const answer = await balanceWith(headers);
  expectProblem(answer, 401, 'UNAUTHENTICATED');
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
});

test('a token in the URL is ignored', async () => {
  const token = await tokenOf('acme');
  for (const query of [`?access_token=${token}`, `?token=${token}`]) {
    expect((await fetch(`${web.url}/v1/accounts/me/events${query}`)).status).toBe(401);
  }
});

const OTHER_SECRET = new TextEncoder().encode('another secret of more than thirty-two bytes');
const signed = (claims: JWTPayload) => bareToken('acme', claims);

test.each<[string, () => string | Promise<string>]>([
  ['unsigned', () => `${encoded({ alg: 'none' })}.${encoded(CLAIMS())}.`],
  [
    'unsigned, spelt otherwise',
    () => `${encoded({ alg: 'nOnE', typ: 'JWT' })}.${encoded(CLAIMS())}.`,
  ],
  ['with its signature cut off', async () => (await signed({})).replace(/[^.]+$/, '')],
  [
    'with other claims under the same signature',
    async () => {
      const [head, , signature] = (await signed({})).split('.');
      return `${head}.${encoded({ ...CLAIMS(), sub: 'other' })}.${signature}`;
    },
  ],
  [
    'signed with another key',
    () => unsignedToken('acme').setProtectedHeader({ alg: 'HS256' }).sign(OTHER_SECRET),
  ],
  [
    'signed with another algorithm',
    () => unsignedToken('acme').setProtectedHeader({ alg: 'HS384' }).sign(OTHER_SECRET),
  ],
  ['expired', () => signed({ exp: now() - 60 })],
  ['without an end', () => signed({ exp: undefined })],
  ['not valid yet', () => signed({ nbf: now() + 60 })],
  ['for another audience', () => signed({ aud: 'elsewhere' })],
  ['without an audience', () => signed({ aud: undefined })],
  ['from another issuer', () => signed({ iss: 'https://evil.example' })],
  ['without a subject', () => signed({ sub: undefined })],
  ['of an account that no account can be', () => signed({ sub: '../other' })],
  ['with a scope that is no text', () => signed({ scope: ['balance:read'] })],
  ['with an account_scope that is no text', () => signed({ account_scope: ['balance:read'] })],
])('a token %s is unauthenticated', async (_, make) => {
  expectProblem(await bearer(await make()), 401, 'UNAUTHENTICATED');
});

/** Signed as it stands, which a library would put right. */
function signedAsIs(claims: string): string {
  const said = `${encoded({ alg: 'HS256' })}.${encoded(claims)}`;
  return `${said}.${createHmac('sha256', SECRET).update(said).digest('base64url')}`;
}

const endingAt = (exp: string) =>
  signedAsIs(JSON.stringify({ ...CLAIMS(), exp: 'EXP' }).replace('"EXP"', exp));

test.each([
  ...[
    '9e15',
    '1e300',
    '1e999',
    '9007199254740992',
    '8640000000000',
    '253402300800',
    '-1',
    '-1e999',
    '0',
    '0.5',
  ],
  ...['"9999999999"', '""', 'null', 'true', '[9999999999]', '{}'],
])('a token that ends at %s is unauthenticated, wherever it is shown', async (exp) => {
  const token = endingAt(exp);
  expectProblem(await bearer(token), 401, 'UNAUTHENTICATED');
  expectProblem(await web.ask('me', 'GET', '/events', { token }), 401, 'UNAUTHENTICATED');
  const session = await logIn(web.url, { token });
  expectProblem(session, 401, 'UNAUTHENTICATED');
  expect(session.headers.get('set-cookie')).toBeNull();
  expect((await visit(web.url, token)).status).toBe(401);
});

test.each(['253402300000', `${now() + 300}.75`, '1e11'])(
  'a token that ends at %s is good until then',
  async (exp) => {
    const token = endingAt(exp);
    expect((await bearer(token)).status).toBe(200);
    const { status, headers } = await logIn(web.url, { token });
    expect(status).toBe(204);
    expect(headers.get('set-cookie')).toMatch(/; Expires=\w{3}, \d\d \w{3} \d{4} /);
  },
);

test('a clock that is a few seconds behind does no harm', async () => {
  expect((await bearer(await signed({ nbf: now() + 2, exp: now() + 300 }))).status).toBe(200);
});

test('an expired token is refused as expired, so that a page can get another', async () => {
  expectProblem(await bearer(await signed({ exp: now() - 60 })), 401, 'UNAUTHENTICATED', {
    expired: true,
  });
});
