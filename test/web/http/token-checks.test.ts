import { createHmac } from 'node:crypto';
import type { JWTPayload } from 'jose';
import {
  AUDIENCE,
  bareToken,
  expectProblem,
  ISSUER,
  openWeb,
  SECRET,
  serve,
  type Web,
} from '../harness';

let web: Web;
beforeAll(async () => {
  web = await openWeb();
});
afterAll(() => web.close());

const now = () => Math.floor(Date.now() / 1000);
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const balance = (token: string, at: Pick<Web, 'ask'> = web) =>
  at.ask('me', 'GET', '/balance', { token });

test.each([
  ...['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt'],
  ...[undefined, 'application/jwt'],
])('a token of the type %s is taken', async (typ) => {
  expect((await balance(await bareToken('acme', {}, { typ }))).status).toBe(200);
});

test.each([
  ...[
    'holdfast-command+jwt',
    'logout+jwt',
    'dpop+jwt',
    'secevent+jwt',
    'id+jwt',
    'JOSE',
    '',
    ' ',
    'JWT ',
  ],
  ...['application/', 'application/application/jwt', 'text/jwt', 'jwt,at+jwt'],
  ...[7, null, ['JWT'], { typ: 'JWT' }],
])('a token of the type %j is refused by that name', async (typ) => {
  const answer = await balance(await bareToken('acme', {}, { typ: typ as string }));
  expectProblem(answer, 401, 'UNAUTHENTICATED', { check: 'typ' });
});

test.each([
  { crit: ['exp'], exp: 1 },
  { crit: ['b64'], b64: false },
  { crit: [] },
  { crit: 'exp' },
])('a signed token with the critical extensions %j is refused', async (header) => {
  const [, claims] = (await bareToken('acme')).split('.');
  const said = `${encoded({ alg: 'HS256', ...header })}.${claims}`;
  const signature = createHmac('sha256', SECRET).update(said).digest('base64url');
  expectProblem(await balance(`${said}.${signature}`), 401, 'UNAUTHENTICATED');
});

test.each<[string, JWTPayload]>([
  ['exp', { exp: undefined }],
  ['exp', { exp: now() - 60 }],
  ['exp', { exp: 9e15 }],
  ['nbf', { nbf: now() + 60 }],
  ['iss', { iss: 'https://evil.example' }],
  ['iss', { iss: undefined }],
  ['aud', { aud: 'elsewhere' }],
  ['aud', { aud: undefined }],
  ['sub', { sub: '' }],
  ['sub', { sub: undefined }],
  ['sub', { sub: 'no/account' }],
])('the caller and the log are told that %s has failed: %j', async (check, claims) => {
  const before = web.log.length;
  const answer = await balance(await bareToken('acme', claims, { kid: 'key-1' }));
  expectProblem(answer, 401, 'UNAUTHENTICATED', { check });
  const claimed = { sub: 'acme', iss: ISSUER, ...claims };
  const [refusal, ...more] = refusalsSince(before);
  expect(more).toEqual([]);
  expect(refusal).toMatchObject({
    check,
    reqId: answer.body.instance.replace('urn:uuid:', ''),
  });
  const { sub, iss } = claimed;
  expect(refusal.claimed).toEqual({ sub, iss, kid: 'key-1' });
});

/** The lines about refused tokens, one for each. */
function refusalsSince(line: number) {
  return web.log
    .slice(line)
    .map((text) => JSON.parse(text))
    .filter(({ msg }) => msg === 'token refused');
}

test.each<[string, () => Promise<string>, string]>([
  [
    'another signature',
    async () => (await bareToken('acme')).replace(/[^.]+$/, encoded({})),
    'signature',
  ],
  [
    'another algorithm',
    async () => `${encoded({ alg: 'RS256' })}.${encoded({ sub: 'acme' })}.c2ln`,
    'alg',
  ],
  ['no JSON in it', async () => 'a.b.c', 'format'],
])('of a token with %s the log tells more than the caller hears', async (_, token, check) => {
  const before = web.log.length;
  const answer = await balance(await token());
  const told = check === 'format' ? 'format' : 'signature';
  expectProblem(answer, 401, 'UNAUTHENTICATED', { check: told });
  expect(refusalsSince(before)).toEqual([expect.objectContaining({ check })]);
});

test('what a forged token claims is cut and stays on one line of the log, and the token is in none', async () => {
  const sub = `\n{"level":60}\u001b[2J\u202e\u0085${'x'.repeat(500)}`;
  const claims = { sub, iss: ['a'], aud: AUDIENCE, exp: now() + 300, hidden: 'Xq7Marker' };
  const token = `${encoded({ alg: 'HS256', kid: sub })}.${encoded(claims)}.c2ln`;
  const before = web.log.length;
  await balance(token);
  const [line = ''] = web.log.slice(before).filter((text) => text.includes('token refused'));
  const { claimed } = JSON.parse(line);
  expect(claimed.sub).toMatch(/^\\u000a\{"level":60\}\\u001b\[2J\\u202e\\u0085x+$/);
  expect(claimed.sub.length).toBeLessThan(200);
  expect(claimed.kid).toBe(claimed.sub);
  expect(claimed).not.toHaveProperty('iss');
  const log = web.log.slice(before).join('');
  for (const part of [...token.split('.'), 'Xq7Marker', SECRET]) expect(log).not.toContain(part);
});

test('the log names the caller of each request, and nothing where there is no token', async () => {
  const before = web.log.length;
  await balance(await bareToken('acme'));
  const token = await bareToken('studio', { holdfast_service: true, scope: 'balance:read' });
  await web.ask('acme', 'GET', '/balance', { token });
  await fetch(`${web.url}/v1/accounts/me/balance`);
  const lines = web.log.slice(before).map((line) => JSON.parse(line));
  expect(lines.map(({ msg, principal, reqId }) => ({ msg, principal, id: typeof reqId }))).toEqual([
    { msg: 'answered', principal: { kind: 'account', name: 'acme' }, id: 'string' },
    { msg: 'answered', principal: { kind: 'service', name: 'studio' }, id: 'string' },
    { msg: 'answered', principal: undefined, id: 'string' },
  ]);
});

test('the tolerance for another clock is a setting, which counts on both ends', async () => {
  const auth = { issuer: ISSUER, audience: AUDIENCE, secret: SECRET, clockToleranceSeconds: 60 };
  const served = await serve(web.stack, { auth });
  try {
    for (const claims of [{ exp: now() - 30 }, { nbf: now() + 30 }]) {
      const token = await bareToken('acme', claims);
      expect((await balance(token, served)).status).toBe(200);
      expect((await balance(token)).status).toBe(401);
    }
    expect((await balance(await bareToken('acme', { exp: now() - 90 }), served)).status).toBe(401);
  } finally {
    await served.app.close();
  }
});
