import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTPayload,
  type KeyLike,
  SignJWT,
} from 'jose';
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
const signed = (claims: JWTPayload) => tokenOf('acme', claims);

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

describe('a server with published keys', () => {
  let issuer: Server;
  let keys: { rsa: KeyPair; ec: KeyPair; unpublished: KeyPair };
  let served: Awaited<ReturnType<typeof serve>>;
  let isDown = false;
  beforeAll(async () => {
    const [rsa, ec, unpublished] = await Promise.all(
      ['RS256', 'ES256', 'RS256'].map((alg) => generateKeyPair(alg)),
    );
    keys = { rsa, ec, unpublished } as typeof keys;
    const published = await Promise.all(
      [rsa, ec].map(async (pair, index) => ({
        ...(await exportJWK((pair as KeyPair).publicKey)),
        kid: `k${index}`,
      })),
    );
    issuer = createServer((_request, response) => {
      response.writeHead(isDown ? 500 : 200).end(JSON.stringify({ keys: published }));
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    served = await serve(web.stack, { auth: publishedAuth() });
  });
  afterAll(async () => {
    await served.app.close();
    await new Promise((resolve) => issuer.close(resolve));
  });

  const publishedAuth = () => {
    const jwksUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`;
    return { issuer: ISSUER, audience: AUDIENCE, jwksUrl };
  };
  const sign = (alg: string, kid: string, { privateKey }: KeyPair) =>
    new SignJWT(CLAIMS()).setProtectedHeader({ alg, kid }).sign(privateKey);

  test('takes tokens signed with either kind of key', async () => {
    for (const token of [await sign('RS256', 'k0', keys.rsa), await sign('ES256', 'k1', keys.ec)]) {
      expect((await bearer(token, served.url)).status).toBe(200);
    }
  });

  test('refuses tokens of a key that isn’t published, under its own name or another’s', async () => {
    for (const kid of ['k0', 'k9']) {
      expectProblem(
        await bearer(await sign('RS256', kid, keys.unpublished), served.url),
        401,
        'UNAUTHENTICATED',
      );
    }
  });

  test('refuses a token signed with the public key as its secret', async () => {
    const publicKey = new TextEncoder().encode(await exportSPKI(keys.rsa.publicKey));
    for (const kid of ['k0', undefined]) {
      const token = await new SignJWT(CLAIMS())
        .setProtectedHeader({ alg: 'HS256', kid })
        .sign(publicKey);
      expectProblem(await bearer(token, served.url), 401, 'UNAUTHENTICATED');
    }
    expectProblem(await bearer(await tokenOf('acme'), served.url), 401, 'UNAUTHENTICATED');
  });

  test('answers any token with KEYS_UNAVAILABLE while the keys can’t be fetched', async () => {
    isDown = true;
    const other = await serve(web.stack, { auth: publishedAuth() });
    try {
      const answer = await bearer(await sign('RS256', 'k0', keys.rsa), other.url);
      expectProblem(answer, 503, 'KEYS_UNAVAILABLE', { retryable: true });
      expect(answer.body.detail).not.toMatch(/127\.0\.0\.1/);
    } finally {
      isDown = false;
      await other.app.close();
    }
  });
});

interface KeyPair {
  publicKey: KeyLike;
  privateKey: KeyLike;
}
