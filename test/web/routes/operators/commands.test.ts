import { uniqueId } from '../../../workflows/harness';
import { type AskOptions, expectProblem, openWeb, serviceToken, type Web } from '../../harness';

let web: Web;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.startWorker({ grantLimits: { creditsMax: 100, creditsPerDay: 1_000_000 } });
});
afterAll(() => web.close());

const grant = async (account: string, body: object, options: AskOptions = {}) =>
  web.ask(account, 'POST', '/grants', {
    ...{ token: await serviceToken('grants:write'), key: 'ticket-1', body },
    ...options,
  });

const actsOf = async (accountId: string) =>
  (await web.stack.ledger.acts.read({ accountId, limit: 10 })).acts;

test('a grant is made once, and its act has the token’s subject', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 10);
  const asked = { credits: 20, source: 'promotion', reason: 'Ticket 1' };
  const body = { ...asked, expiresAt: '2099-01-01T00:00:00Z' };
  const made = await grant(account, body);
  expect(made).toMatchObject({ status: 201, body: { accountId: account, credits: 20 } });
  expect((await grant(account, body)).body).toEqual(made.body);
  expectProblem(await grant(account, { ...body, credits: 21 }), 422, 'IDEMPOTENCY_CONFLICT');
  expect((await actsOf(account))[0]).toMatchObject({
    ...{ what: 'grant', by: 'studio', reason: 'Ticket 1' },
  });
  expect((await web.stack.ledger.balance(account)).available).toBe(30);
});

test.each<[string, object, number, string]>([
  ['a name in the body', { by: 'the boss' }, 400, 'INVALID_ARGUMENT'],
  ['no end of a promotion', { expiresAt: undefined }, 400, 'EXPIRY_REQUIRED'],
  ['credits below one', { credits: 0 }, 400, 'INVALID_CREDITS'],
  ['a plan as its source', { source: 'plan' }, 400, 'INVALID_ARGUMENT'],
  ['more than a worker grants', { credits: 101 }, 409, 'GRANT_LIMIT_EXCEEDED'],
])('a grant with %s is refused', async (_, wrong, status, code) => {
  const body = { credits: 20, source: 'promotion', reason: 'x', expiresAt: '2099-01-01T00:00:00Z' };
  expectProblem(await grant(uniqueId('acme'), { ...body, ...wrong }), status, code);
});

test('a stop and its end are acts of the token’s subject, made once each', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 10);
  const body = { accountId: account, kind: null, reason: 'a chargeback' };
  const stopped = await web.askAsService('POST', '/stops', { key: uniqueId('stop'), body });
  expect(stopped).toMatchObject({ status: 200, body: { ...body, by: 'studio' } });
  const generation = { key: 'order-1', body: { kind: 'text-to-image' } };
  expectProblem(
    await web.ask(account, 'POST', '/generations', generation),
    409,
    'ADMISSION_STOPPED',
  );
  const end = { ...body, reason: 'it is settled' };
  const key = uniqueId('admit');
  const ended = await web.askAsService('POST', '/stops/end', { key, body: end });
  expect(ended.body).toEqual({ admitted: true });
  expect((await web.askAsService('POST', '/stops/end', { key, body: end })).status).toBe(200);
  expect((await web.ask(account, 'POST', '/generations', generation)).status).toBe(201);
  expect((await actsOf(account)).slice(0, 2)).toMatchObject([
    { what: 'admit', by: 'studio', reason: 'it is settled' },
    { what: 'stop', by: 'studio', reason: 'a chargeback' },
  ]);
});

test.each([
  ['an account that is forgotten', { kind: null, reason: 'x' }],
  ['a kind that is forgotten', { accountId: null, reason: 'x' }],
  ['no reason', { accountId: null, kind: null }],
  ['a name', { accountId: null, kind: null, reason: 'x', by: 'the boss' }],
])('a stop with %s is refused', async (_, body) => {
  for (const path of ['/stops', '/stops/end']) {
    const { status } = await web.askAsService('POST', path, { key: uniqueId('stop'), body });
    expect(status).toBe(400);
  }
  expect((await web.stack.ledger.accountSettings('anybody')).stops).toEqual([]);
});

test('a pass runs once under its key, and its confirmation is kept with the token’s subject', async () => {
  const key = uniqueId('pass');
  const run = (body: object) => web.askAsService('POST', '/reconciliations', { key, body });
  const [first, again] = await Promise.all([run({}), run({})]);
  expect(first).toMatchObject({ status: 200, body: { status: 'done', orphans: 0 } });
  expect(again?.body).toEqual(first?.body);
  const confirmed = await run({ confirm: true, reason: 'Ticket 4711' });
  expect(confirmed.body).toMatchObject({ status: 'done' });
  const { acts } = await web.stack.ledger.acts.read({ limit: 50 });
  expect(acts.find(({ what }) => what === 'reconcile')).toMatchObject({
    ...{ by: 'studio', reason: 'Ticket 4711' },
  });
  expectProblem(await run({ confirm: true }), 400, 'INVALID_ARGUMENT');
  expectProblem(await run({ reason: 'x' }), 400, 'INVALID_ARGUMENT');
});

test('a service reads the catalog, plans included', async () => {
  const { body } = await web.askAsService('GET', '/catalog');
  expect(body).toEqual(await web.stack.ledger.effectiveCatalog());
  expect(Object.keys(body.catalog.plans)).toContain('lite-monthly');
});
