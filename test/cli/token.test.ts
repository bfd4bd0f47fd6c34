import pino from 'pino';
import { SERVICE_SCOPES } from '../../contract/scopes';
import { createAuthenticator } from '../../web/http/authentication';
import { errorOf, holdfast, holdfastJson } from './command-line';

const SECRET = 'a secret of more than thirty-two bytes';
const ENVIRONMENT = { HOLDFAST_JWT_SECRET: SECRET, HOLDFAST_JWT_ISSUER: 'https://login.example' };

const principalOf = (token: string) =>
  createAuthenticator(
    {
      ...{ issuer: 'https://login.example', audience: 'holdfast', secret: SECRET },
      ...{ clockToleranceSeconds: 0 },
    },
    pino({ enabled: false }),
  )(`Bearer ${token}`);

async function printed(...words: string[]) {
  const { code, stdout, stderr } = await holdfast(ENVIRONMENT, 'token', ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  return principalOf(stdout.trim());
}

test('an account’s token is taken by the web process, and only reads without a scope', async () => {
  const principal = await printed('acme');
  expect(principal).toMatchObject({ kind: 'account', name: 'acme', scopeClaim: null });
  expect(principal.scopes.has('balance:read')).toBe(true);
  expect(principal.scopes.has('generations:write')).toBe(false);
  const writes = await printed('acme', '--scope', 'generations:write', '--scope', 'balance:read');
  expect([...writes.scopes]).toEqual(['generations:write', 'balance:read']);
});

test('a service’s token may do what its scopes say', async () => {
  const principal = await printed('--service', 'ops', '--scope', 'all');
  expect(principal).toMatchObject({ kind: 'service', name: 'ops' });
  for (const scope of SERVICE_SCOPES) expect(principal.scopes.has(scope)).toBe(true);
});

test('it counts as long as it was asked for, and JSON tells what it is', async () => {
  const before = Date.now();
  const words = ['token', 'acme', '--scope', 'balance:read', '--minutes', '5'];
  const { code, json } = await holdfastJson(ENVIRONMENT, ...words);
  const { token, ...rest } = json as { token: string; expiresAt: string };
  expect({ code, ...rest }).toEqual({
    ...{ code: 0, kind: 'account', subject: 'acme', scopes: ['balance:read'] },
    expiresAt: expect.any(String),
  });
  const { expiresAtMs } = await principalOf(token);
  expect(Math.abs(expiresAtMs - before - 300_000)).toBeLessThan(60_000);
});

test.each([
  [[], 'Name an account, or a --service.'],
  [['acme', '--service', 'ops'], 'Name an account, or a --service.'],
  [['--service', ''], 'Name an account, or a --service.'],
  [['--service', 'ops'], 'without scopes may do nothing'],
  [['acme', '--scope', 'grants:write'], 'in a service’s token alone'],
  [['acme', '--scope', 'sudo'], 'There is no scope \\"sudo\\"; there are prices:read'],
  [['acme', '--minutes', '0'], '--minutes'],
  [['acme', '--minutes', '1441'], '--minutes'],
])('%j is refused', async (words, why) => {
  const { code, stdout } = await holdfast(ENVIRONMENT, 'token', ...words, '--json');
  expect(code).toBe(2);
  expect(stdout).toContain('"code":"INVALID_ARGUMENT"');
  expect(stdout).toContain(why);
});

test('another command leaves the secret and its file alone', async () => {
  const others = { HOLDFAST_JWT_SECRET_FILE: '/nowhere', HOLDFAST_JWT_ISSUER: 'x' };
  expect((await holdfast(others, 'quote', 'ai-avatar', '--seconds', '3')).code).toBe(0);
  expect((await holdfast(others, 'token', 'acme')).code).toBe(2);
});

test('without a secret it says what to set, and no answer has the secret', async () => {
  const without: Record<string, string>[] = [{}, { HOLDFAST_JWT_SECRET: SECRET }];
  for (const environment of without) {
    const { code, stdout, stderr } = await holdfast(environment, 'token', 'acme');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('set HOLDFAST_JWT_SECRET and HOLDFAST_JWT_ISSUER');
    expect(stderr).not.toContain(SECRET);
  }
  const short = { ...ENVIRONMENT, HOLDFAST_JWT_SECRET: 'too-short-for-it' };
  expect(await holdfastJson(short, 'token', 'acme')).toEqual({
    code: 2,
    json: errorOf('INVALID_ARGUMENT'),
  });
  expect(JSON.stringify(await holdfast(short, 'token', 'acme'))).not.toContain('too-short-for-it');
});
