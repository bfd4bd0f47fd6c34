import {
  ACCOUNT_SCOPES,
  ALL_SCOPES,
  includes,
  PAGE_SCOPES,
  SCOPES,
  type Scope,
  SERVICE_SCOPES,
} from '../../../contract/scopes';
import { uniqueId } from '../../workflows/harness';
import {
  type Answer,
  bareToken,
  expectProblem,
  openWeb,
  SECRET,
  serviceToken,
  tokenOf,
  type Web,
} from '../harness';

interface Operation {
  method: string;
  path: string;
  scope: Scope;
  body?: object;
}

let web: Web;
let owner: string;
/** Those about an account. */
let operations: Operation[];
let routes: string[];
beforeAll(async () => {
  web = await openWeb();
  await web.stack.startWorker();
  owner = uniqueId('acme');
  await web.stack.fund(owner, 100);
  await web.stack.client.generations.start({
    accountId: owner,
    requestId: 'secret-1',
    kind: 'text-to-image',
  });
  await web.stack.client.generations.result(owner, 'secret-1');
  const all = await operationsOfDocument();
  routes = all.map(({ method, path }) => `${method} ${path}`);
  operations = all.filter(({ path }) => path.startsWith('/v1/accounts/'));
  expect(all.filter(({ scope }) => !Object.hasOwn(SCOPES, scope))).toEqual([]);
});
afterAll(() => web.close());

/** Every route of the published document, with ids that exist and the body of its own example. */
async function operationsOfDocument(): Promise<Operation[]> {
  const { paths } = (await (await fetch(`${web.url}/openapi.json`)).json()) as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { security }]) => security !== undefined)
      .map(([method, { security = [], requestBody }]) => ({
        method: method.toUpperCase(),
        path: path
          .replace(/\{(requestId|purchaseId|subscriptionId|orderId)\}/, 'secret-1')
          .replace('{noticeId}', '1')
          .replace('{source}/{eventId}', 'stripe/evt-1'),
        scope: security.flatMap(({ service = [] }) => service)[0] as Scope,
        body: requestBody?.content['application/json'].example,
      })),
  );
}

interface Document {
  paths: Record<
    string,
    Record<
      string,
      {
        security?: { service?: string[] }[];
        requestBody?: { content: { 'application/json': { example: object } } };
      }
    >
  >;
}

async function askAll(
  account: string,
  token: string,
  asked = operations,
): Promise<[Operation, Answer][]> {
  const answers: [Operation, Answer][] = [];
  for (const operation of asked) {
    const { method, path, body } = operation;
    const query = path.endsWith('/quotes') ? '?kind=text-to-image' : '';
    const rest = path.replace('/v1/accounts/{accountId}', '') + query;
    const key = uniqueId('reach');
    answers.push([operation, await web.ask(account, method, rest, { token, key, body })]);
  }
  return answers;
}

const books = async () => ({
  ...{
    history: await web.stack.ledger.history(owner),
    settings: await web.stack.ledger.accountSettings(owner),
  },
});

test('the document has every route of the API, each with a scope', () => {
  expect(routes.sort()).toEqual(
    [
      'DELETE /v1/accounts/{accountId}/generations/secret-1',
      'GET /v1/accounts/{accountId}/balance',
      'GET /v1/accounts/{accountId}/events',
      'GET /v1/accounts/{accountId}/generations',
      'GET /v1/accounts/{accountId}/generations/secret-1',
      'GET /v1/accounts/{accountId}/history',
      'GET /v1/accounts/{accountId}/history.csv',
      'GET /v1/accounts/{accountId}/notices',
      'GET /v1/accounts/{accountId}/packs',
      'GET /v1/accounts/{accountId}/prices',
      'GET /v1/accounts/{accountId}/purchases/secret-1',
      'GET /v1/accounts/{accountId}/quotes',
      'GET /v1/accounts/{accountId}/refund-orders/secret-1',
      'GET /v1/accounts/{accountId}/settings',
      'GET /v1/accounts/{accountId}/subscription',
      'GET /v1/accounts/{accountId}/subscriptions/secret-1',
      'GET /v1/accounts/{accountId}/usage',
      'GET /v1/accounts/{accountId}/waiting',
      'GET /v1/acts',
      'GET /v1/catalog',
      'GET /v1/accounts/{accountId}/operator-limits',
      'GET /v1/operator-limits',
      'GET /v1/reports/{month}',
      'GET /v1/reports/{month}/burn-rates',
      'GET /v1/stuck',
      'GET /v1/billing-events',
      'GET /v1/billing-events/stripe/evt-1',
      'POST /v1/billing-events',
      'POST /v1/billing-events/stripe/evt-1/close',
      'POST /v1/billing-events/stripe/evt-1/retry',
      'POST /v1/accounts/{accountId}/declines/forget',
      'POST /v1/accounts/{accountId}/deductions',
      'POST /v1/accounts/{accountId}/erase',
      'POST /v1/accounts/{accountId}/generations/secret-1/release',
      'POST /v1/accounts/{accountId}/notices/1/dismiss',
      'POST /v1/accounts/{accountId}/purchases/secret-1/close',
      'POST /v1/accounts/{accountId}/purchases/secret-1/disputes',
      'POST /v1/accounts/{accountId}/purchases/secret-1/refunds',
      'POST /v1/accounts/{accountId}/refund-orders/secret-1/close',
      'POST /v1/accounts/{accountId}/subscriptions/secret-1/end-by-hand',
      'PUT /v1/accounts/{accountId}/operator-limits',
      'PUT /v1/operator-limits',
      'DELETE /v1/accounts/{accountId}/purchases/secret-1',
      'DELETE /v1/accounts/{accountId}/subscriptions/secret-1/cancellation',
      'POST /v1/accounts/{accountId}/grants',
      'POST /v1/accounts/{accountId}/purchases/secret-1/refund-orders',
      'POST /v1/accounts/{accountId}/purchases/secret-1/payment-updates',
      'POST /v1/accounts/{accountId}/subscriptions',
      'POST /v1/accounts/{accountId}/subscriptions/secret-1/end',
      'POST /v1/accounts/{accountId}/subscriptions/secret-1/renewals',
      'POST /v1/reconciliations',
      'POST /v1/stops',
      'POST /v1/stops/end',
      'PUT /v1/accounts/{accountId}/subscriptions/secret-1/cancellation',
      'PUT /v1/accounts/{accountId}/subscriptions/secret-1/plan',
      'POST /v1/accounts/{accountId}/generations',
      'POST /v1/accounts/{accountId}/purchases',
      'PUT /v1/accounts/{accountId}/settings/limits',
      'PUT /v1/accounts/{accountId}/settings/low-balance',
      'PUT /v1/accounts/{accountId}/settings/top-up',
    ].sort(),
  );
});

test('no route answers about another account, or changes anything of it', async () => {
  const before = await books();
  const other = uniqueId('other');
  for (const [{ method, path }, answer] of await askAll(owner, await tokenOf(other))) {
    expect({ method, path, status: answer.status }).toEqual({ method, path, status: 403 });
    expectProblem(answer, 403, 'FORBIDDEN');
    expect(JSON.stringify(answer.body)).not.toContain(owner);
  }
  expect(await books()).toEqual(before);
});

test('the answer about an account that doesn’t exist is the same', async () => {
  const token = await tokenOf(uniqueId('other'));
  const said = async (account: string) =>
    (await askAll(account, token)).map(([, { status, body }]) => ({
      ...body,
      status,
      instance: '',
    }));
  expect(await said(uniqueId('nobody'))).toEqual(await said(owner));
});

test('no route answers without a token', async () => {
  for (const [, answer] of await askAll(owner, 'a.b.c'))
    expectProblem(answer, 401, 'UNAUTHENTICATED');
});

test('a service token reaches any account as far as its scopes go, and no further', async () => {
  for (const scope of Object.keys(SCOPES) as Scope[]) {
    const others = (Object.keys(SCOPES) as Scope[]).filter(
      (name) => !includes(new Set([name]), scope),
    );
    const token = await serviceToken(...others, 'unknown:scope');
    for (const operation of operations.filter((one) => one.scope === scope)) {
      const rest = operation.path.replace('/v1/accounts/{accountId}', '');
      expectProblem(
        await web.ask(owner, operation.method, rest, { token, key: 'k', body: operation.body }),
        403,
        'FORBIDDEN',
        {
          scope,
        },
      );
    }
  }
  const { status, body } = await web.ask(owner, 'GET', '/balance', {
    token: await serviceToken('balance:read'),
  });
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { accountId: owner, available: 98 },
  });
});

test('what is a service’s to do, an account’s token never does, whatever scopes it names', async () => {
  const ofServices = operations.filter(({ scope }) => SERVICE_SCOPES.includes(scope));
  expect(ofServices.length).toBeGreaterThan(6);
  const before = await books();
  for (const claims of [{}, { account_scope: undefined, scope: ALL_SCOPES.join(' ') }]) {
    const token = await tokenOf(owner, claims);
    for (const [, answer] of await askAll(owner, token, ofServices))
      expectProblem(answer, 403, 'FORBIDDEN', { claim: 'holdfast_service' });
  }
  expect(await books()).toEqual(before);
});

test('a service token has no account of its own, and a broken id is refused', async () => {
  const token = await serviceToken('balance:read');
  expectProblem(await web.ask('me', 'GET', '/balance', { token }), 403, 'FORBIDDEN');
  expectProblem(await web.ask('-', 'GET', '/balance', { token }), 400, 'INVALID_ACCOUNT_ID');
  expectProblem(await web.ask('a%2Fb', 'GET', '/balance', { token }), 400, 'INVALID_ACCOUNT_ID');
  expectProblem(await web.ask('a%00', 'GET', '/balance', { token }), 400, 'INVALID_ACCOUNT_ID');
});

test('a scope of a user’s login, such as openid, makes no token more than it is', async () => {
  const token = await bareToken(owner, { scope: 'openid profile' });
  expectProblem(await web.ask(owner, 'GET', '/balance', { token }), 403, 'FORBIDDEN');
});

test('a caller without access is refused before the body is read', async () => {
  const token = await tokenOf(uniqueId('other'));
  const body = 'x'.repeat(1_000);
  expectProblem(
    await web.ask(owner, 'POST', '/generations', { token, key: 'a', body }),
    403,
    'FORBIDDEN',
  );
  expect(web.log.join('')).not.toContain(SECRET);
});

test('an account’s token may be narrowed, and then reaches no more of that account than it says', async () => {
  const narrowed = await tokenOf(owner, { account_scope: PAGE_SCOPES.join(' ') });
  const beyond = operations.filter(
    ({ scope }) => ACCOUNT_SCOPES.includes(scope) && !includes(new Set(PAGE_SCOPES), scope),
  );
  expect(beyond.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /v1/accounts/{accountId}/generations',
  ]);
  const before = await books();
  for (const [{ scope }, answer] of await askAll(owner, narrowed, beyond)) {
    expectProblem(answer, 403, 'FORBIDDEN', { scope });
  }
  for (const [, answer] of await askAll(owner, await tokenOf(owner, { account_scope: '' }))) {
    expectProblem(answer, 403, 'FORBIDDEN');
  }
  for (const [, answer] of await askAll(uniqueId('other'), narrowed))
    expectProblem(answer, 403, 'FORBIDDEN');
  expect(await books()).toEqual(before);
  const { status, body } = await web.ask(owner, 'GET', '/balance', { token: narrowed });
  expect({ status, body }).toMatchObject({ status: 200, body: { accountId: owner } });
});

test('the scope for starting generations includes cancelling them, and not the other way round', async () => {
  const ask = async (method: string, path: string, ...scopes: Scope[]) =>
    (
      await web.ask(owner, method, path, {
        token: await serviceToken(...scopes),
        key: 'k',
        body: {},
      })
    ).status;
  expect(await ask('DELETE', '/generations/none', 'generations:write')).toBe(404);
  expect(await ask('DELETE', '/generations/none', 'generations:cancel')).toBe(404);
  expect(await ask('POST', '/generations', 'generations:cancel')).toBe(403);
});

test('HEAD answers with each GET’s status and headers, and no body', async () => {
  const token = await tokenOf(owner);
  const gets = operations.filter(({ method }) => method === 'GET').map(({ path }) => path);
  const asked = gets.map((path) => path.replace('{accountId}', owner));
  asked.push('/health/live', '/health/ready', '/openapi.json', '/credits/login', '/nothing');
  for (const path of asked) {
    const url = `${web.url}${path}${path.endsWith('/quotes') ? '?kind=text-to-image' : ''}`;
    const [head, get] = (await Promise.all(
      ['HEAD', 'GET'].map((method) =>
        fetch(url, { method, headers: { authorization: `Bearer ${token}` } }),
      ),
    )) as [Response, Response];
    const type = get.headers.get('content-type');
    expect([path, head.status, head.headers.get('content-type')]).toEqual([path, get.status, type]);
    expect(await head.text()).toBe('');
    await get.body?.cancel();
  }
});

test('HEAD of the event stream takes none of its places', async () => {
  const token = await tokenOf(owner);
  const headers = { authorization: `Bearer ${token}` };
  const url = `${web.url}/v1/accounts/me/events`;
  for (let asked = 0; asked < 12; asked += 1)
    expect((await fetch(url, { method: 'HEAD', headers })).status).toBe(200);
  const stream = await fetch(url, { headers });
  expect(stream.status).toBe(200);
  await stream.body?.cancel();
});
