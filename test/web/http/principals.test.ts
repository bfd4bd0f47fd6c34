import type { JWTPayload } from 'jose';
import {
  ACCOUNT_SCOPES,
  ALL_SCOPES,
  PAGE_SCOPES,
  READ_SCOPES,
  type Scope,
} from '../../../contract/scopes';
import { uniqueId } from '../../workflows/harness';
import { AUDIENCE, bareToken, expectProblem, openWeb, type Web } from '../harness';

let web: Web;
let other: string;
beforeAll(async () => {
  // Without places for streams, asking for one ends at once.
  web = await openWeb({ limits: { streamsMax: 0 } });
  other = uniqueId('other');
  await web.stack.fund(other, 7);
});
afterAll(() => web.close());

const READS = { scope: 'balance:read' };

describe('a token reaches another account', () => {
  const balanceOfOther = async (claims: JWTPayload) =>
    web.ask(other, 'GET', '/balance', { token: await bareToken('mallory', claims) });

  test.each<[string, JWTPayload]>([
    ['text', READS],
    ['scp as text', { scp: 'balance:read' }],
    ['scp as a list', { scp: ['balance:read'] }],
  ])('with the claim of a service and its scopes as %s', async (_, claims) => {
    const { status, body } = await balanceOfOther({ holdfast_service: true, ...claims });
    expect({ status, body }).toMatchObject({ status: 200, body: { available: 7 } });
  });

  test.each<[string, JWTPayload]>([
    ['a scope', READS],
    ['every scope', { scope: ALL_SCOPES.join(' '), scp: [...ALL_SCOPES] }],
    ['scp as text', { scp: 'balance:read' }],
    ['scp as a list', { scp: ['balance:read'] }],
    ['an account_scope', { account_scope: 'balance:read' }],
    ['the marks of a client’s own login', { ...READS, gty: 'client-credentials', azp: 'mallory' }],
    ['another audience beside ours', { ...READS, aud: [AUDIENCE, 'service'] }],
    ['the claim of a service that is false', { ...READS, holdfast_service: false }],
    ['the claim spelt otherwise', { ...READS, Holdfast_Service: true, 'holdfast-service': true }],
    ['the claim within another', { ...READS, ext: { holdfast_service: true } }],
    ['the claim named as a scope', { scope: 'balance:read holdfast_service' }],
  ])('not by %s', async (_, claims) => {
    const answer = await balanceOfOther(claims);
    expectProblem(answer, 403, 'FORBIDDEN', { claim: 'holdfast_service' });
    expect(answer.body.detail).toContain('holdfast_service: true');
  });

  test.each(['true', 'false', 1, 0, null, '', [true], {}])(
    'not where the claim of a service is %j, which is refused',
    async (claim) => {
      const answer = await balanceOfOther({ ...READS, holdfast_service: claim });
      expectProblem(answer, 401, 'UNAUTHENTICATED', { check: 'holdfast_service' });
    },
  );

  test.each<[string, JWTPayload]>([
    ['no scope', {}],
    ['the scopes of an account', { account_scope: 'balance:read' }],
    ['the scope in capitals', { scope: 'BALANCE:READ' }],
    ['the scope’s beginning', { scope: 'balance' }],
    ['two scopes in one of a list', { scp: ['balance:read settings:read'] }],
    ['a scope that is empty, beside an scp', { scope: '', scp: 'balance:read' }],
  ])('not as a service with %s', async (_, claims) => {
    const answer = await balanceOfOther({ holdfast_service: true, ...claims });
    const claim = 'scp' in claims && !('scope' in claims) ? 'scp' : 'scope';
    expectProblem(answer, 403, 'FORBIDDEN', { scope: 'balance:read', claim });
  });
});

/** One request for each scope. An answer other than FORBIDDEN says that the token has it. */
const PROBES: Partial<Record<Scope, [method: string, path: string]>> = {
  'prices:read': ['GET', '/packs'],
  'balance:read': ['GET', '/balance'],
  'generations:read': ['GET', '/waiting'],
  'generations:write': ['POST', '/generations'],
  'generations:cancel': ['DELETE', '/generations/none'],
  'purchases:read': ['GET', '/purchases/none'],
  'purchases:write': ['POST', '/purchases'],
  'settings:read': ['GET', '/settings'],
  'settings:write': ['PUT', '/settings/limits'],
  'top-up:write': ['PUT', '/settings/top-up'],
  'events:read': ['GET', '/events'],
};

async function scopesOf(token: string): Promise<Scope[]> {
  const asked = ACCOUNT_SCOPES.map(async (scope) => {
    const [method, path] = PROBES[scope] ?? ['GET', '/unknown'];
    const { status } = await web.ask('me', method, path, { token });
    expect(status).not.toBe(401);
    return status === 403 ? [] : [scope];
  });
  return (await Promise.all(asked)).flat();
}

test.each<[string, JWTPayload, readonly Scope[]]>([
  ['no scope at all reads', {}, READ_SCOPES],
  [
    'the scopes of the page does what the page does',
    { account_scope: PAGE_SCOPES.join(' ') },
    PAGE_SCOPES,
  ],
  ['every scope does everything', { account_scope: ALL_SCOPES.join(' ') }, ACCOUNT_SCOPES],
  ['an empty account_scope does nothing', { account_scope: '' }, []],
  ['the scope of a login does nothing', { scope: 'openid profile' }, []],
  [
    'a scope among those of a login has that one',
    { scope: 'openid generations:write' },
    ['generations:write', 'generations:cancel'],
  ],
  [
    'scp as a list has what it names',
    { scp: ['purchases:write', 'balance:read'] },
    ['balance:read', 'purchases:write'],
  ],
  ['scp as text has what it names', { scp: 'balance:read' }, ['balance:read']],
  ['an empty scp does nothing', { scp: [] }, []],
  [
    'account_scope is judged by it, not by scope and scp',
    { account_scope: 'balance:read', scope: 'purchases:write', scp: ['generations:write'] },
    ['balance:read'],
  ],
  [
    'scope is judged by it, not by scp',
    { scope: 'balance:read', scp: ['purchases:write'] },
    ['balance:read'],
  ],
  [
    'settings:write sets limits, and no top-up',
    { account_scope: 'settings:write' },
    ['settings:write'],
  ],
  ['top-up:write sets the top-up alone', { account_scope: 'top-up:write' }, ['top-up:write']],
  [
    'scopes that are unknown does nothing',
    { account_scope: 'constructor __proto__ *:write generations:* all' },
    [],
  ],
])('an account’s token with %s', async (_, claims, scopes) => {
  const granted = await scopesOf(await bareToken(uniqueId('acme'), claims));
  expect(granted).toEqual(ALL_SCOPES.filter((scope) => scopes.includes(scope)));
});

test.each<[string, JWTPayload, string, RegExp]>([
  ['without any scope', {}, 'account_scope', /only reads.*generations:write.*account_scope/],
  [
    'with an account_scope',
    { account_scope: 'balance:read' },
    'account_scope',
    /account_scope lacks/,
  ],
  ['with a scope', { scope: 'openid' }, 'scope', /scope lacks the scope generations:write/],
  ['with scp', { scp: ['balance:read'] }, 'scp', /scp lacks the scope generations:write/],
])('an account’s token %s is told which claim lacks the scope', async (_, claims, claim, words) => {
  const token = await bareToken(uniqueId('acme'), claims);
  const answer = await web.ask('me', 'POST', '/generations', { token, key: 'a', body: {} });
  expectProblem(answer, 403, 'FORBIDDEN', { scope: 'generations:write', claim });
  expect(answer.body.detail).toMatch(words);
});

test.each<[string, JWTPayload, string]>([
  ['an account_scope that is a list', { account_scope: ['balance:read'] }, 'account_scope'],
  ['a scope that is a list', { scope: ['balance:read'] }, 'scope'],
  ['a scope that is null', { scope: null }, 'scope'],
  ['an scp with a number in it', { scp: ['balance:read', 7] }, 'scp'],
  ['an scp that is an object', { scp: { 0: 'balance:read' } }, 'scp'],
])('%s makes no sense, and is refused by its name', async (_, claims, check) => {
  for (const claimed of [claims, { holdfast_service: true, ...claims }]) {
    if ('holdfast_service' in claimed && check === 'account_scope') continue;
    const token = await bareToken('acme', claimed);
    const answer = await web.ask('acme', 'GET', '/balance', { token });
    expectProblem(answer, 401, 'UNAUTHENTICATED', { check });
  }
});
