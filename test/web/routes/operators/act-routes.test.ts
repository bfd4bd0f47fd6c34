import { uniqueId } from '../../../workflows/harness';
import {
  type Answer,
  expectProblem,
  openWeb,
  serviceToken,
  tokenOf,
  type Web,
} from '../../harness';

let web: Web;
let account: string;
beforeAll(async () => {
  web = await openWeb();
  account = uniqueId('acme');
  await web.stack.fund(account, 10);
  const stop = { accountId: account, kind: null, reason: 'Ticket 4711', by: 'sam' };
  await web.stack.ledger.settings.stop(stop);
});
afterAll(() => web.close());

async function acts(token: string, query = ''): Promise<Answer> {
  const response = await fetch(`${web.url}/v1/acts${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

test('a service with the scope reads what operators have done, in pages', async () => {
  const token = await serviceToken('acts:read');
  const first = await acts(token, `?accountId=${account}&limit=1`);
  expect(first).toMatchObject({
    status: 200,
    body: {
      acts: [
        {
          ...{ what: 'stop', accountId: account, detail: { kind: null }, entry: null },
          ...{ reason: 'Ticket 4711', by: 'sam', login: expect.any(String) },
        },
      ],
      next: expect.any(Number),
    },
  });
  const { body } = await acts(token, `?accountId=${account}&before=${first.body.next}`);
  expect(body).toMatchObject({ acts: [{ what: 'grant', entry: 1 }], next: null });
  const all = await acts(token);
  expect(all.body.acts).toContainEqual(expect.objectContaining({ what: 'migrate' }));
});

test('a service without the scope is refused', async () => {
  expectProblem(await acts(await serviceToken('balance:read')), 403, 'FORBIDDEN', {
    scope: 'acts:read',
  });
});

test.each([
  ['with every scope', {}],
  ['that names the scope', { account_scope: 'acts:read' }],
  ['whose login writes it', { account_scope: undefined, scope: 'acts:read' }],
])('an account’s token %s is refused, for its own account too', async (_, claims) => {
  const token = await tokenOf(account, claims);
  for (const query of ['', `?accountId=${account}`]) {
    expectProblem(await acts(token, query), 403, 'FORBIDDEN', { claim: 'holdfast_service' });
  }
});

test('no token, and a query that makes no sense, are refused', async () => {
  expectProblem(await acts('a.b.c'), 401, 'UNAUTHENTICATED');
  const token = await serviceToken('acts:read');
  expectProblem(await acts(token, '?accountId=-'), 400, 'INVALID_ACCOUNT_ID');
  expectProblem(await acts(token, '?limit=0'), 400, 'INVALID_ARGUMENT');
});
