import type { JWTPayload } from 'jose';
import { ACCOUNT_SCOPES } from '../../../contract/scopes';
import { uniqueId } from '../../workflows/harness';
import { AUDIENCE, bareToken, expectProblem, ISSUER, openWeb, SECRET, type Web } from '../harness';

const auth = {
  ...{ issuer: ISSUER, audience: AUDIENCE, secret: SECRET },
  earlierTokens: 'warn' as const,
};

let web: Web;
let other: string;
beforeAll(async () => {
  web = await openWeb({ auth });
  other = uniqueId('other');
  await web.stack.fund(other, 7);
});
afterAll(() => web.close());

const warnings = () => web.log.map((line) => JSON.parse(line)).filter(({ level }) => level === 40);
const warningsOf = (name: string) => warnings().filter(({ principal }) => principal?.name === name);

const WRITES = ACCOUNT_SCOPES.filter((scope) => !scope.endsWith(':read'));

test('the log says at the start that the earlier rules hold', () => {
  expect(warnings()[0]?.msg).toMatch(/rules of 0\.1\.0/);
});

test.each<[string, JWTPayload, string[]]>([
  ['a scope is a service’s', { scope: 'balance:read' }, ['holdfast_service']],
  [
    'a scope and a claim that is no boolean is a service’s',
    { scope: 'balance:read', holdfast_service: 'true' },
    ['holdfast_service'],
  ],
  [
    'a scope for settings is a service’s that may set the top-up',
    { scope: 'balance:read settings:write' },
    ['holdfast_service', 'top-up:write'],
  ],
])('a token with %s, and its subject is warned of once', async (_, claims, missing) => {
  const studio = uniqueId('studio');
  for (const jti of ['a', 'b']) {
    const token = await bareToken(studio, { ...claims, jti }, { kid: 'k1' });
    expect((await web.ask(other, 'GET', '/balance', { token })).status).toBe(200);
  }
  expect(warningsOf(studio)).toEqual([
    expect.objectContaining({ principal: { kind: 'service', name: studio }, kid: 'k1', missing }),
  ]);
});

test.each<[string, JWTPayload, string[]]>([
  ['no scope', {}, WRITES],
  [
    'scp, which did not count,',
    { scp: ['generations:write'] },
    ['balance:read', 'purchases:write', 'settings:write', 'top-up:write'],
  ],
  ['settings:write', { account_scope: 'settings:write' }, ['top-up:write']],
  ['a type that will be refused', { account_scope: 'top-up:write' }, ['typ']],
])(
  'an account’s token with %s may do what it could, and its subject is warned of',
  async (name, claims, missing) => {
    const account = uniqueId('acme');
    const typ = name.startsWith('a type') ? 'id+jwt' : 'JWT';
    const token = await bareToken(account, claims, { typ });
    const answer = await web.ask('me', 'PUT', '/settings/top-up', { token, key: 'a', body: {} });
    expectProblem(answer, 400, 'INVALID_ARGUMENT');
    const [warning] = warningsOf(account);
    expect(warning?.missing).toEqual(expect.arrayContaining(missing));
  },
);

test.each<[string, JWTPayload, string]>([
  ['says that it is a service’s', { holdfast_service: true, scope: 'balance:read' }, 'other'],
  ['names what it does', { account_scope: 'balance:read' }, 'me'],
])('a token that %s is judged alike by both, and nothing is logged', async (_, claims, path) => {
  const name = uniqueId('ready');
  const token = await bareToken(name, claims);
  const asked = path === 'other' ? other : path;
  expect((await web.ask(asked, 'GET', '/balance', { token })).status).toBe(200);
  expect(warningsOf(name)).toEqual([]);
});

test('a token of a service by its claim is never an account’s with every scope', async () => {
  const token = await bareToken('studio', { holdfast_service: true, scp: ['balance:read'] });
  expect((await web.ask(other, 'GET', '/balance', { token })).status).toBe(200);
  expectProblem(await web.ask('me', 'GET', '/settings', { token }), 403, 'FORBIDDEN');
});

test('of a service whose name is no account’s the log names the claim, and the type of its token', async () => {
  const studio = `${uniqueId('studio')} (EU) / 7`;
  const token = await bareToken(studio, { scope: 'balance:read' }, { typ: 'access' });
  expect((await web.ask(other, 'GET', '/balance', { token })).status).toBe(200);
  expect(warningsOf(studio)).toMatchObject([{ missing: ['holdfast_service', 'typ'] }]);
});

test('what was refused by 0.1.0 is still refused', async () => {
  for (const claims of [{ exp: 1 }, { aud: 'elsewhere' }, { scope: ['balance:read'] }]) {
    const token = await bareToken('acme', claims);
    expectProblem(await web.ask('me', 'GET', '/balance', { token }), 401, 'UNAUTHENTICATED');
  }
});

test('a scope that 0.1.0 did not have makes no service', async () => {
  const token = await bareToken(uniqueId('mallory'), { scope: 'acts:read balance:read' });
  const response = await fetch(`${web.url}/v1/acts`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(403);
});
