import { uniqueId } from '../../workflows/harness';
import { bareToken, expectProblem, openWeb, serve, tokenOf, type Web } from '../harness';
import { logIn, visit } from '../page/visitor';

let web: Web;
beforeAll(async () => {
  web = await openWeb();
});
afterAll(() => web.close());

const LIMITS = {
  accountRequestsPerMinute: 3,
  serviceRequestsPerMinute: 5,
  addressRequestsPerMinute: 4,
  refusedLoginsPerMinute: 2,
};

/** A server without any requests yet, behind a proxy that tells the visitor's address. */
let served: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => {
  served = await serve(web.stack, { limits: LIMITS, trustedProxies: ['127.0.0.1'] });
});
afterEach(() => served.app.close());

const from = (address: string) => ({ 'x-forwarded-for': address });
const anonymous = async (address?: string) =>
  (
    await served.ask('acme', 'GET', '/balance', {
      token: 'a.b.c',
      headers: address === undefined ? {} : from(address),
    })
  ).status;
const expired = (account: string) => tokenOf(account, { exp: 1_000_000_000 });

async function useUp(ask: () => Promise<number>): Promise<number> {
  for (let asked = 0; asked < 20; asked += 1) if ((await ask()) === 429) return asked;
  return Infinity;
}

test('requests are counted by account over all of its tokens, and one too many hears when to ask again', async () => {
  const [account, other] = [uniqueId('acme'), uniqueId('other')];
  for (let index = 0; index < 3; index++) {
    const token = await tokenOf(account, { jti: String(index) });
    expect((await served.ask(account, 'GET', '/balance', { token })).status).toBe(200);
  }
  const token = await tokenOf(account, { jti: 'x' });
  const refused = await served.ask(account, 'GET', '/balance', { token });
  expectProblem(refused, 429, 'RATE_LIMITED', {
    retryable: true,
    retryAfterSeconds: expect.any(Number),
  });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await served.ask(other, 'GET', '/balance')).status).toBe(200);
});

test('a service has its own count over all accounts, also if it has an account’s name', async () => {
  const name = uniqueId('acme');
  const token = await bareToken(name, { holdfast_service: true, scope: 'balance:read' });
  const ask = async () => (await served.ask(uniqueId('of'), 'GET', '/balance', { token })).status;
  expect(await useUp(ask)).toBe(5);
  expect((await served.ask(name, 'GET', '/balance')).status).toBe(200);
});

test('one token uses up its own count, and leaves the rest to the others of its account', async () => {
  const limits = { ...LIMITS, accountRequestsPerMinute: 4, tokenRequestsPerMinute: 2 };
  const strict = await serve(web.stack, { limits });
  const account = uniqueId('acme');
  const [one, other] = [await tokenOf(account, { jti: '1' }), await tokenOf(account, { jti: '2' })];
  const ask = async (token: string, path: string) =>
    (await strict.ask(account, 'GET', path, { token })).status;
  const paths = ['/balance', '/nothing', '/balance', '/nothing', '/balance'];
  const answers = [];
  for (const path of paths) answers.push(await ask(one, path));
  expect(answers).toEqual([200, 404, 429, 429, 429]);
  expect([await ask(other, '/balance'), await ask(other, '/balance')]).toEqual([200, 200]);
  await strict.app.close();
});

test('requests without a valid token are counted by address, also at unknown paths, and affect none with one', async () => {
  const answers = [];
  for (const path of ['/balance', '/nothing', '/balance', '/nothing', '/balance', '/nothing'])
    answers.push((await served.ask('acme', 'GET', path, { token: 'a.b.c' })).status);
  expect(answers).toEqual([401, 404, 401, 404, 429, 429]);
  expect((await served.ask(uniqueId('acme'), 'GET', '/balance')).status).toBe(200);
  expect((await fetch(`${served.url}/health/live`)).status).toBe(200);
});

test.each([
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:3::1'],
  ['2001:DB8:1:2::1', '2001:0db8:0001:0002::2', '2001:db8:2:2::1'],
  ['203.0.113.7', '::ffff:203.0.113.7', '203.0.113.8'],
  ['::ffff:203.0.113.7', '::ffff:cb00:7107', '::ffff:203.0.113.9'],
])('%s and %s are one address, and %s is another', async (one, same, other) => {
  expect(await useUp(() => anonymous(one))).toBe(4);
  expect(await anonymous(same)).toBe(429);
  expect(await anonymous(other)).toBe(401);
});

test.each(['unknown', '', '_hidden', '"[2001:db8::1]:80"', '::1%eth0', 'x'.repeat(5_000)])(
  'an address that a proxy writes as %j is answered like any other',
  async (address) => {
    expect(await anonymous(address)).toBe(401);
  },
);

describe('behind a proxy that isn’t trusted, so that all visitors have one address,', () => {
  beforeEach(async () => {
    expect(await useUp(() => anonymous())).toBe(4);
  });

  test('a login succeeds, and counts as a request of its account', async () => {
    const account = uniqueId('acme');
    for (let each = 0; each < 3; each += 1)
      expect((await logIn(served.url, { token: await tokenOf(account) })).status).toBe(204);
    const fourth = await logIn(served.url, { token: await tokenOf(account) });
    expectProblem(fourth, 429, 'RATE_LIMITED');
    expect(fourth.headers.get('set-cookie')).toBeNull();
    expect((await served.ask(account, 'GET', '/balance')).status).toBe(429);
    const other = await logIn(served.url, { token: await tokenOf(uniqueId('acme')) });
    expect(other.status).toBe(204);
  });

  test('refused logins have a count of their own, and keep no owner from logging in', async () => {
    const bad = [{ token: 'a.b.c' }, 'no JSON', {}, { token: await expired('acme') }];
    const answers = [];
    for (const body of bad) answers.push((await logIn(served.url, body)).status);
    expect(answers).toEqual([401, 400, 429, 429]);
    const good = await logIn(served.url, { token: await tokenOf(uniqueId('acme')) });
    expect(good.status).toBe(204);
  });

  test('an owner with an expired token is told so, and each owner is counted alone', async () => {
    const [account, other] = [uniqueId('acme'), uniqueId('other')];
    const ask = async (owner: string) =>
      (await served.ask('me', 'GET', '/balance', { token: await expired(owner) })).status;
    expect(await ask(account)).toBe(401);
    expect(await useUp(() => ask(account))).toBe(3);
    expect(await ask(other)).toBe(401);
    expect((await served.ask(account, 'GET', '/balance')).status).toBe(200);
  });

  test('a forged token of an owner uses up nothing of the owner’s', async () => {
    const account = uniqueId('acme');
    const forged = (await expired(account)).replace(/[^.]+$/, 'c2ln');
    const ask = async () => (await served.ask('me', 'GET', '/balance', { token: forged })).status;
    expect(await ask()).toBe(429);
    expect((await served.ask(account, 'GET', '/balance')).status).toBe(200);
    const late = await served.ask('me', 'GET', '/balance', { token: await expired(account) });
    expectProblem(late, 401, 'UNAUTHENTICATED', { expired: true });
  });

  test('pages for visitors without a session are served to all', async () => {
    for (let each = 0; each < 8; each += 1) {
      expect((await visit(served.url)).status).toBe(401);
      expect((await visit(served.url, await expired('acme'))).status).toBe(401);
      expect((await fetch(`${served.url}/credits/login`)).status).toBe(200);
    }
  });
});
