import { createLedger, type Ledger } from '../../../../ledger/ledger';
import { uniqueId } from '../../../workflows/harness';
import { expectProblem, openWeb, serve, serviceToken, tokenOf, type Web } from '../../harness';

let web: Web;
let operators: Ledger;
/** A web process of the same installation without an operator's login. */
let plain: Awaited<ReturnType<typeof serve>>;
let token: string;
beforeAll(async () => {
  const opened = await openWeb();
  operators = createLedger({ databaseUrl: opened.stack.database.operatorUrl });
  const operator = { ledger: operators, stuckIntervalMs: 60_000 };
  web = { ...opened, ...(await serve(opened.stack, { operator })) };
  plain = opened;
  token = await serviceToken(
    ...['deductions:write', 'refunds:write', 'operator-limits:read', 'operator-limits:write'],
    ...['interventions:write', 'erasures:write', 'stuck:read'],
  );
});
afterAll(async () => {
  await web.app.close();
  await operators.close();
  await web.close();
});

const ask = (account: string, method: string, path: string, body?: object, key?: string) =>
  web.ask(account, method, path, { token, key, body });

const lastAct = async (accountId: string) =>
  (await web.stack.ledger.acts.read({ accountId, limit: 1 })).acts[0];

const REASON = { reason: 'Ticket 4711' };
const ACT = { ...REASON, by: 'studio' };

test('a deduction is made once, by the token’s subject', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 10);
  const deduct = (credits: number) =>
    ask(account, 'POST', '/deductions', { ...REASON, credits }, 'ticket-1');
  const first = await deduct(4);
  expect(first).toMatchObject({ status: 201, body: { credits: 4, version: 2 } });
  expect((await deduct(4)).body).toEqual(first.body);
  expectProblem(await deduct(5), 422, 'IDEMPOTENCY_CONFLICT');
  const tooMany = await ask(account, 'POST', '/deductions', { ...REASON, credits: 7 }, 'ticket-2');
  expectProblem(tooMany, 402, 'INSUFFICIENT_CREDITS', { required: 7, available: 6 });
  expect(await lastAct(account)).toMatchObject({ what: 'deduct', ...ACT });
});

/** An account that has bought a pack as `order`. */
async function buyer(): Promise<string> {
  const account = uniqueId('acme');
  const { subscriptions, purchases } = web.stack.ledger;
  const paid = { planId: 'lite-monthly', paymentReference: 'p1' };
  await subscriptions.subscribe(account, 's', paid);
  await purchases.open(account, 'order', { packId: 'pack-125', shownPriceCents: 4900 });
  await purchases.settle(account, 'order', 'pay-1');
  return account;
}

test('a refund is booked once, by the token’s subject, as an act', async () => {
  const account = await buyer();
  const refund = (amountCents: number) =>
    ask(account, 'POST', '/purchases/order/refunds', { ...REASON, refundId: 're_1', amountCents });
  const first = await refund(1_000);
  expect(first).toMatchObject({ status: 200, body: { credits: 26, takenCredits: 26 } });
  expect((await refund(1_000)).body).toEqual(first.body);
  expectProblem(await refund(1_001), 422, 'IDEMPOTENCY_CONFLICT');
  expect(await lastAct(account)).toMatchObject({ what: 'refund', ...ACT });
});

test('a dispute is opened and closed by the token’s subject, as acts', async () => {
  const account = await buyer();
  const told = (state: string, more: object = {}) =>
    ask(account, 'POST', '/purchases/order/disputes', {
      ...{ ...REASON, disputeId: 'dp_1', state, ...more },
    });
  const open = { state: 'open', amountCents: 4900, frozenCredits: 125 };
  expect(await told('open')).toMatchObject({ status: 200, body: open });
  expect(await lastAct(account)).toMatchObject({ what: 'dispute', ...ACT });
  expect(await told('won')).toMatchObject({
    status: 200,
    body: { state: 'won', frozenCredits: 0 },
  });
  expectProblem(await told('lost'), 409, 'DISPUTE_CLOSED');
  expectProblem(await told('asked', { disputeId: 'dp_2' }), 400, 'INVALID_DISPUTE');
});

test('an operator’s limits are set, read and removed, of an account and of all', async () => {
  const account = uniqueId('acme');
  const body = { ...REASON, limits: { dailyCreditsMax: 500 } };
  const set = await ask(account, 'PUT', '/operator-limits', body);
  expect(set.body.operatorLimits).toMatchObject({ accountId: account, ...body, by: 'studio' });
  expect((await ask(account, 'GET', '/operator-limits')).body).toEqual(set.body);
  const all = await web.askAsService('PUT', '/operator-limits', { token, body });
  expect(all.body.operatorLimits).toMatchObject({ accountId: null, ...body });
  expect((await web.askAsService('GET', '/operator-limits', { token })).body).toEqual(all.body);
  const removed = { ...REASON, limits: null };
  await web.askAsService('PUT', '/operator-limits', { token, body: removed });
  const none = await ask(account, 'PUT', '/operator-limits', removed);
  expect(none.body).toEqual({ operatorLimits: null });
  expectProblem(
    await ask(account, 'PUT', '/operator-limits', { ...REASON, limits: { dailyCreditsMax: -1 } }),
    400,
    'INVALID_LIMIT',
  );
});

test('what a lost workflow holds is listed, and handed back by hand', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 10);
  const { catalogVersion } = await web.stack.ledger.effectiveCatalog();
  const quoted = { credits: 2, catalogVersion };
  await web.stack.ledger.reserve(account, 'order-1', { kind: 'text-to-image' }, quoted, 1);
  await web.stack.sql(
    `UPDATE holdfast.reservations SET expires_at = now() - interval '1 day'
     WHERE account_id = $1`,
    [account],
  );
  const stuck = await web.askAsService('GET', '/stuck', { token });
  expect(stuck.body.stuck).toContainEqual(
    expect.objectContaining({ what: 'reservation', accountId: account, id: 'order-1', credits: 2 }),
  );
  const released = await ask(account, 'POST', '/generations/order-1/release', REASON);
  expect(released).toMatchObject({ status: 200, body: { status: 'released', reserved: 2 } });
  expect(released.headers.get('idempotent-replayed')).toBe('false');
  const again = await ask(account, 'POST', '/generations/order-1/release', REASON);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(await lastAct(account)).toMatchObject({ what: 'release', ...ACT });
  const unknown = await ask(account, 'POST', '/generations/order-2/release', REASON);
  expectProblem(unknown, 404, 'RESERVATION_NOT_FOUND');
});

test('a subscription, a purchase and a notice that are unknown are not ended', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 10);
  const paths: [string, string, object?][] = [
    ['/subscriptions/none/end-by-hand', 'SUBSCRIPTION_NOT_FOUND'],
    ['/purchases/none/close', 'PURCHASE_NOT_FOUND', { status: 'voided' }],
    ['/notices/1/dismiss', 'NOTICE_NOT_FOUND'],
  ];
  for (const [path, code, more] of paths)
    expectProblem(await ask(account, 'POST', path, { ...REASON, ...more }), 404, code);
  expectProblem(await ask(account, 'POST', '/notices/0/dismiss', REASON), 400, 'INVALID_ARGUMENT');
});

test('a subscription is ended by hand, as an act of the token’s subject', async () => {
  const account = uniqueId('acme');
  const worker = await web.stack.startWorker();
  await web.stack.client.subscriptions.subscribe({
    ...{ accountId: account, subscriptionId: 'sub-1' },
    ...{ planId: 'lite-monthly', paymentReference: 'inv-1' },
  });
  await worker.stop();
  const ended = await ask(account, 'POST', '/subscriptions/sub-1/end-by-hand', REASON);
  expect(ended.body).toMatchObject({ expired: 150, subscription: { closedWhy: 'ended-now' } });
  expect(await lastAct(account)).toMatchObject({ what: 'end-now', ...ACT });
});

test('declines are forgotten, and an account is erased', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 10);
  const forgotten = await ask(account, 'POST', '/declines/forget', REASON);
  expect(forgotten.body).toEqual({ accountId: account, paymentMethods: 0 });
  const erased = await ask(account, 'POST', '/erase', REASON);
  expect(erased.body).toMatchObject({ accountId: account, texts: expect.any(Number) });
  expect(await lastAct(account)).toMatchObject({ what: 'erase', ...ACT });
  expectProblem(await ask(uniqueId('new'), 'POST', '/erase', REASON), 404, 'ACCOUNT_NOT_FOUND');
});

test.each([
  ['no reason', {}],
  ['a name', { ...REASON, by: 'the boss' }],
])('by hand with %s nothing is done', async (_, body) => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 10);
  for (const path of ['/erase', '/declines/forget', '/subscriptions/sub-1/end-by-hand'])
    expectProblem(await ask(account, 'POST', path, body), 400, 'INVALID_ARGUMENT');
  expect(await lastAct(account)).toMatchObject({ what: 'grant' });
});

test('a web process without an operator’s login does nothing by hand', async () => {
  const account = uniqueId('acme');
  const asked = await plain.ask(account, 'POST', '/erase', { token, body: REASON });
  expectProblem(asked, 501, 'OPERATORS_NOT_SERVED');
  expectProblem(await plain.askAsService('GET', '/stuck', { token }), 501, 'OPERATORS_NOT_SERVED');
  const own = await tokenOf(account);
  const refused = await plain.ask(account, 'POST', '/erase', { token: own, body: REASON });
  expectProblem(refused, 403, 'FORBIDDEN');
});
