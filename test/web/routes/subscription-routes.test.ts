import { uniqueId } from '../../workflows/harness';
import { expectProblem, openWeb, serviceToken, tokenOf, type Web } from '../harness';

let web: Web;
let token: string;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.startWorker();
  token = await serviceToken('subscriptions:write', 'balance:read');
});
afterAll(() => web.close());

const ask = (account: string, method: string, path: string, key?: string, body?: object) =>
  web.ask(account, method, path, { token, key, body });

const subscribe = (account: string, paymentReference = 'inv-1', planId = 'lite-monthly') =>
  ask(account, 'POST', '/subscriptions', 'sub-1', { planId, paymentReference });

const pay = (account: string, reference: string, body: object = {}) =>
  ask(account, 'POST', '/subscriptions/sub-1/renewals', reference, body);

const availableOf = async (account: string) => (await web.stack.ledger.balance(account)).available;

test('a subscription lives its whole life over HTTP', async () => {
  const account = uniqueId('acme');
  const begun = await subscribe(account);
  expect(begun).toMatchObject({
    status: 201,
    body: {
      replayed: false,
      granted: [{ cycle: 1, planId: 'lite-monthly' }],
      subscription: { subscriptionId: 'sub-1', status: 'active', paidAhead: 0 },
    },
  });
  expect((await pay(account, 'inv/2')).body).toMatchObject({
    ...{ newTerm: false, replayed: false, subscription: { paidAhead: 1 } },
  });
  const upgrade = { planId: 'professional-monthly', paymentReference: 'inv-up' };
  const changed = await ask(account, 'PUT', '/subscriptions/sub-1/plan', 'change-1', upgrade);
  expect(changed.body).toMatchObject({ effect: 'upgrade', paymentUsed: true });
  const cancelled = await ask(account, 'PUT', '/subscriptions/sub-1/cancellation', 'cancel-1');
  expect(cancelled.body).toMatchObject({ subscription: { cancelAtPeriodEnd: true } });
  const resumed = await ask(account, 'DELETE', '/subscriptions/sub-1/cancellation', 'resume-1');
  expect(resumed.body).toMatchObject({ subscription: { cancelAtPeriodEnd: false } });
  const ended = await ask(account, 'POST', '/subscriptions/sub-1/end', 'end-1');
  expect(ended.body).toMatchObject({ subscription: { status: 'closed', closedWhy: 'ended-now' } });
  expect(ended.body.expired).toBeGreaterThan(0);
  const read = await ask(account, 'GET', '/subscriptions/sub-1');
  expect(read.body).toMatchObject({ subscription: { closedWhy: 'ended-now' } });
});

test('what was done before is answered as it was, and done once', async () => {
  const account = uniqueId('acme');
  const first = await subscribe(account);
  const again = await subscribe(account);
  expect(again.body).toEqual({ ...first.body, replayed: true });
  expect((await pay(account, 'inv-2')).body.replayed).toBe(false);
  expect((await pay(account, 'inv-2')).body.replayed).toBe(true);
  expect(await availableOf(account)).toBe(150);
  expectProblem(await subscribe(account, 'inv-3'), 422, 'IDEMPOTENCY_CONFLICT');
});

test('a first payment that is told as a renewal as well is no error, and pays once', async () => {
  const account = uniqueId('acme');
  await subscribe(account);
  expect(await pay(account, 'inv-1', { paidAt: '2026-01-31T09:30:00Z' })).toMatchObject({
    status: 200,
    body: { replayed: true, granted: [], newTerm: false, subscription: { paidAhead: 0 } },
  });
  const upgrade = { planId: 'professional-monthly', paymentReference: 'inv-up' };
  await ask(account, 'PUT', '/subscriptions/sub-1/plan', 'change-1', upgrade);
  expect((await pay(account, 'inv-up')).body).toMatchObject({
    ...{
      replayed: true,
      granted: [],
      subscription: { paidAhead: 0, planId: 'professional-monthly' },
    },
  });
});

test('a payment of another subscription is a conflict', async () => {
  const account = uniqueId('acme');
  await subscribe(account);
  await ask(account, 'POST', '/subscriptions/sub-1/end', 'end-1');
  const body = { planId: 'lite-monthly', paymentReference: 'inv-2' };
  await ask(account, 'POST', '/subscriptions', 'sub-2', body);
  const other = await ask(account, 'POST', '/subscriptions/sub-2/renewals', 'inv-1', {});
  expectProblem(other, 422, 'IDEMPOTENCY_CONFLICT');
});

test('a payment that comes before its subscription begins it, in any order and any number', async () => {
  const account = uniqueId('acme');
  expectProblem(await pay(account, 'inv-1'), 404, 'SUBSCRIPTION_NOT_FOUND');
  const begins = { planId: 'lite-monthly' };
  const told = await Promise.all(
    ['inv-2', 'inv-1', 'inv-2', 'inv-1'].map((reference) => pay(account, reference, { begins })),
  );
  expect(told.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const { body } = await ask(account, 'GET', '/subscriptions/sub-1');
  expect(body.subscription).toMatchObject({ paidCycle: 2, paidAhead: 1, status: 'active' });
  expect(await availableOf(account)).toBe(150);
});

test('payments that were made before anything was told are all used, however often they are told', async () => {
  const account = uniqueId('acme');
  const paid = (number: number) =>
    pay(account, `inv-${number}`, {
      ...{ paidAt: `2026-0${number}-01T00:00:00Z`, begins: { planId: 'lite-monthly' } },
    });
  for (const number of [2, 1, 3, 1, 2, 3]) expect((await paid(number)).status).toBe(200);
  const { body } = await ask(account, 'GET', '/subscriptions/sub-1');
  expect(body.subscription).toMatchObject({ paidCycle: 3, paidAhead: 2 });
  const other = await pay(account, 'inv-1', { paidAt: '2026-01-02T00:00:00Z' });
  expect(other.status).toBe(422);
});

test('a payment’s beginning is checked, and no member of it is overlooked', async () => {
  const account = uniqueId('acme');
  for (const begins of [{}, { planId: 'lite-monthly', paymentReference: 'x' }, 'lite-monthly'])
    expect((await pay(account, 'inv-1', { begins })).status).toBe(400);
  expectProblem(await pay(account, 'inv-1', { begins: { planId: 'none' } }), 400, 'UNKNOWN_PLAN');
  expectProblem(await pay(account, 'a b', {}), 400, 'INVALID_PAYMENT_REFERENCE');
  expect(await availableOf(account)).toBe(0);
});

test('no account’s token may say what was paid, whatever scopes it names', async () => {
  const account = uniqueId('acme');
  const own = await tokenOf(account, { account_scope: 'subscriptions:write balance:read' });
  const body = { planId: 'lite-monthly', paymentReference: 'inv-1' };
  const said = await web.ask(account, 'POST', '/subscriptions', { token: own, key: 'sub-1', body });
  expectProblem(said, 403, 'FORBIDDEN', { claim: 'holdfast_service' });
  expect(await availableOf(account)).toBe(0);
  const read = await web.ask('me', 'GET', '/subscriptions/sub-1', { token: own });
  expect(read.body).toEqual({ subscription: null });
});
