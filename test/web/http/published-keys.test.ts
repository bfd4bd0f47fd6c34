import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, type KeyLike, SignJWT } from 'jose';
import { AUDIENCE, expectProblem, ISSUER, openWeb, serve, tokenOf, type Web } from '../harness';

interface KeyPair {
  publicKey: KeyLike;
  privateKey: KeyLike;
}

let web: Web;
let issuer: Server;
let keys: { rsa: KeyPair; ec: KeyPair; unpublished: KeyPair };
/** What the issuer answers at present, and how often it was asked. */
let published: JWK[];
let answer: 'keys' | 'failure' | 'nothing' | 'half' | 'text' = 'keys';
let asked = 0;
/** Time that has passed in a test, for what is kept for a time; else its clock stands still. */
let passedMs = 0;

beforeAll(async () => {
  web = await openWeb();
  const [rsa, ec, unpublished] = await Promise.all(
    ['RS256', 'ES256', 'RS256'].map((alg) => generateKeyPair(alg)),
  );
  keys = { rsa, ec, unpublished } as typeof keys;
  issuer = createServer((_request, response) => {
    asked += 1;
    if (answer === 'nothing') return;
    if (answer === 'half') return void response.writeHead(200).write('{"keys":');
    response.writeHead(answer === 'failure' ? 500 : 200);
    response.end(answer === 'text' ? 'no keys' : JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
});
beforeEach(async () => {
  answer = 'keys';
  asked = 0;
  passedMs = 0;
  published = [await jwk(keys.rsa, 'k0'), await jwk(keys.ec, 'k1')];
  const beganMs = Date.now();
  jest.spyOn(Date, 'now').mockImplementation(() => beganMs + passedMs);
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  issuer.closeAllConnections();
  await new Promise((resolve) => issuer.close(resolve));
  await web.close();
});

const jwk = async ({ publicKey }: KeyPair, kid?: string): Promise<JWK> => ({
  ...(await exportJWK(publicKey)),
  kid,
});

const now = () => Math.floor(Date.now() / 1000);

function sign(alg: string, kid: string | undefined, { privateKey }: KeyPair): Promise<string> {
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'acme', iat: now(), exp: now() + 300 };
  return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(privateKey);
}

/** A server that has fetched no key yet; `ask` sends it a token. */
async function withServer(
  use: (ask: (token: string) => ReturnType<Web['ask']>) => Promise<void>,
): Promise<void> {
  const jwksUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`;
  const served = await serve(web.stack, { auth: { issuer: ISSUER, audience: AUDIENCE, jwksUrl } });
  try {
    await use((token) => served.ask('me', 'GET', '/balance', { token }));
  } finally {
    await served.app.close();
  }
}

test('tokens signed with either kind of published key are taken', () =>
  withServer(async (ask) => {
    for (const token of [await sign('RS256', 'k0', keys.rsa), await sign('ES256', 'k1', keys.ec)])
      expect((await ask(token)).status).toBe(200);
  }));

test('a token of a key that isn’t published is refused, under its own name or another’s', () =>
  withServer(async (ask) => {
    for (const kid of ['k0', 'k9']) {
      const refused = await ask(await sign('RS256', kid, keys.unpublished));
      expectProblem(refused, 401, 'UNAUTHENTICATED', { check: 'signature' });
    }
  }));

test('a token signed with the public key as its secret is refused', () =>
  withServer(async (ask) => {
    const publicKey = new TextEncoder().encode(await exportSPKI(keys.rsa.publicKey));
    for (const kid of ['k0', undefined]) {
      const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'acme', exp: now() + 300 };
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid })
        .sign(publicKey);
      expectProblem(await ask(token), 401, 'UNAUTHENTICATED');
    }
    expectProblem(await ask(await tokenOf('acme')), 401, 'UNAUTHENTICATED');
  }));

test('a token without a key id is tried with every key that could have signed it', () =>
  withServer(async (ask) => {
    published = [await jwk(keys.unpublished), await jwk(keys.rsa), await jwk(keys.ec)];
    expect((await ask(await sign('RS256', undefined, keys.rsa))).status).toBe(200);
    expect((await ask(await sign('RS256', undefined, keys.unpublished))).status).toBe(200);
    const { privateKey } = await generateKeyPair('RS256');
    const forged = await sign('RS256', undefined, { ...keys.rsa, privateKey });
    expectProblem(await ask(forged), 401, 'UNAUTHENTICATED', { check: 'signature' });
  }));

test('keys of one name are all tried, and the claims of a token are checked with any of them', () =>
  withServer(async (ask) => {
    published = [await jwk(keys.unpublished, 'k0'), await jwk(keys.rsa, 'k0')];
    expect((await ask(await sign('RS256', 'k0', keys.rsa))).status).toBe(200);
    const token = new SignJWT({ iss: ISSUER, aud: 'elsewhere', sub: 'acme', exp: now() + 300 });
    const signed = await token
      .setProtectedHeader({ alg: 'RS256', kid: 'k0' })
      .sign(keys.rsa.privateKey);
    expectProblem(await ask(signed), 401, 'UNAUTHENTICATED', { check: 'aud' });
  }));

test('while the keys have never been fetched, any token is answered with KEYS_UNAVAILABLE', () =>
  withServer(async (ask) => {
    answer = 'failure';
    const refused = await ask(await sign('RS256', 'k0', keys.rsa));
    expectProblem(refused, 503, 'KEYS_UNAVAILABLE', { retryable: true });
    expect(refused.body.detail).not.toMatch(/127\.0\.0\.1/);
  }));

const MINUTE = 60_000;

test.each(['failure', 'text'] as const)(
  'the keys that were known go on being used for a day while the issuer answers with %s',
  (fault) =>
    withServer(async (ask) => {
      expect((await ask(await sign('RS256', 'k0', keys.rsa))).status).toBe(200);
      answer = fault;
      for (const minutes of [11, 60, 23 * 60]) {
        passedMs = minutes * MINUTE;
        expect((await ask(await sign('RS256', 'k0', keys.rsa))).status).toBe(200);
        const unknown = await ask(await sign('RS256', 'k9', keys.unpublished));
        expectProblem(unknown, 503, 'KEYS_UNAVAILABLE');
      }
      passedMs = 25 * 60 * MINUTE;
      expectProblem(await ask(await sign('RS256', 'k0', keys.rsa)), 503, 'KEYS_UNAVAILABLE');
      answer = 'keys';
      passedMs += MINUTE;
      expect((await ask(await sign('RS256', 'k0', keys.rsa))).status).toBe(200);
    }),
);

test.each(['nothing', 'half'] as const)(
  'an issuer that answers %s holds up one request, and is asked again later',
  (fault) =>
    withServer(async (ask) => {
      expect((await ask(await sign('RS256', 'k0', keys.rsa))).status).toBe(200);
      answer = fault;
      passedMs = 11 * MINUTE;
      for (let each = 0; each < 10; each += 1)
        expect((await ask(await sign('RS256', 'k0', keys.rsa))).status).toBe(200);
      expect(asked).toBe(2);
      answer = 'keys';
      published = [await jwk(keys.ec, 'k1')];
      passedMs = 12 * MINUTE;
      expect((await ask(await sign('ES256', 'k1', keys.ec))).status).toBe(200);
      expectProblem(await ask(await sign('RS256', 'k0', keys.rsa)), 401, 'UNAUTHENTICATED');
    }),
);

test('a key that the issuer has removed is refused as soon as the keys are fetched again', () =>
  withServer(async (ask) => {
    expect((await ask(await sign('RS256', 'k0', keys.rsa))).status).toBe(200);
    published = [await jwk(keys.ec, 'k1')];
    passedMs = 11 * MINUTE;
    expectProblem(await ask(await sign('RS256', 'k0', keys.rsa)), 401, 'UNAUTHENTICATED');
    answer = 'failure';
    passedMs = 22 * MINUTE;
    expect((await ask(await sign('ES256', 'k1', keys.ec))).status).toBe(200);
    // It stood in no set that was fetched last.
    expectProblem(await ask(await sign('RS256', 'k0', keys.rsa)), 503, 'KEYS_UNAVAILABLE');
  }));

test('a key that is published while the process runs is found', () =>
  withServer(async (ask) => {
    expect((await ask(await sign('RS256', 'k0', keys.rsa))).status).toBe(200);
    published.push(await jwk(keys.unpublished, 'k2'));
    passedMs = MINUTE;
    expect((await ask(await sign('RS256', 'k2', keys.unpublished))).status).toBe(200);
  }));

test.each(['keys', 'failure'] as const)(
  'a storm of tokens with made-up keys asks an issuer that answers %s no more than twice a minute',
  (state) =>
    withServer(async (ask) => {
      expect((await ask(await sign('RS256', 'k0', keys.rsa))).status).toBe(200);
      answer = state;
      const storm = () =>
        Promise.all(
          Array.from({ length: 20 }, async (_, index) =>
            ask(await sign('RS256', `made-up-${index}-${passedMs}`, keys.unpublished)),
          ),
        );
      asked = 0;
      for (passedMs = 31_000; passedMs < 31_000 + MINUTE; passedMs += 10_000) {
        await storm();
        expect((await ask(await sign('RS256', 'k0', keys.rsa))).status).toBe(200);
      }
      expect(asked).toBeGreaterThan(0);
      expect(asked).toBeLessThanOrEqual(2);
    }),
);
