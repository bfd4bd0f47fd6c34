import { uniqueId } from '../../workflows/harness';
import { expectProblem, openWeb, serviceToken, type Web } from '../harness';

let web: Web;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.startWorker();
});
afterAll(() => web.close());

const LIMITS = { dailyCreditsMax: 200, generationCreditsMax: null, concurrentGenerationsMax: 3 };
const TOP_UP = { packId: 'pack-125', belowCredits: 20, monthlyCapCents: 20_000 };

const put = (account: string, setting: string, body: unknown, key?: string) =>
  web.ask(account, 'PUT', `/settings/${setting}`, { key: key ?? uniqueId('set'), body });

test('an unknown account has no settings', async () => {
  const account = uniqueId('new');
  expect((await web.ask(account, 'GET', '/settings')).body).toEqual({
    accountId: account,
    limits: { dailyCreditsMax: null, generationCreditsMax: null, concurrentGenerationsMax: null },
    ...{ lowBalance: [], topUp: null, stops: [] },
  });
});

test('limits, thresholds and top-up are set, and taken back', async () => {
  const account = uniqueId('acme');
  expect((await put(account, 'limits', LIMITS)).body).toMatchObject({ limits: LIMITS });
  const lowBalance = [{ credits: 20 }, { percentOfCycle: 10 }];
  expect((await put(account, 'low-balance', { lowBalance })).body).toMatchObject({ lowBalance });
  expect((await put(account, 'top-up', { topUp: TOP_UP })).body).toMatchObject({
    topUp: { ...TOP_UP, spentThisMonthCents: 0, failures: 0, retryAt: null, stoppedWhy: null },
  });
  const { body } = await web.ask(account, 'GET', '/settings');
  expect(body).toMatchObject({ limits: LIMITS, lowBalance, topUp: TOP_UP });
  const none = {
    dailyCreditsMax: null,
    generationCreditsMax: null,
    concurrentGenerationsMax: null,
  };
  expect((await put(account, 'limits', none)).body).toMatchObject({ limits: none });
  expect((await put(account, 'low-balance', { lowBalance: [] })).body).toMatchObject({
    lowBalance: [],
  });
  expect((await put(account, 'top-up', { topUp: null })).body).toMatchObject({ topUp: null });
});

test('what a service sets is an act of the service; what the owner sets is none', async () => {
  const account = uniqueId('acme');
  const token = await serviceToken('settings:write');
  await put(account, 'limits', LIMITS);
  const asked = { token, key: uniqueId('set'), body: { lowBalance: [{ credits: 20 }] } };
  for (const _ of [1, 2]) {
    expect((await web.ask(account, 'PUT', '/settings/low-balance', asked)).status).toBe(200);
  }
  const { acts } = await web.stack.ledger.acts.read({ accountId: account, limit: 10 });
  const claimedIdentity = web.stack.temporal.client.options.identity;
  expect(acts).toMatchObject([{ what: 'low-balance', service: 'studio', claimedIdentity }]);
});

test('a change is made once under its key', async () => {
  const account = uniqueId('acme');
  await put(account, 'limits', LIMITS, 'set-1');
  await put(account, 'limits', { ...LIMITS, dailyCreditsMax: 5 }, 'set-2');
  expect((await put(account, 'limits', LIMITS, 'set-1')).status).toBe(200);
  expect((await web.ask(account, 'GET', '/settings')).body).toMatchObject({
    limits: { dailyCreditsMax: 5 },
  });
  expectProblem(
    await put(account, 'limits', { ...LIMITS, dailyCreditsMax: 6 }, 'set-1'),
    422,
    'IDEMPOTENCY_CONFLICT',
  );
});

test('a stop is shown with its reason, but without the operator’s name', async () => {
  const account = uniqueId('acme');
  await web.stack.client.settings.stop({
    accountId: account,
    kind: null,
    reason: 'a chargeback',
    by: 'Ada',
  });
  const { body } = await web.ask(account, 'GET', '/settings');
  expect(body.stops).toEqual([
    { accountId: account, kind: null, reason: 'a chargeback', since: expect.any(String) },
  ]);
  const started = await web.ask(account, 'POST', '/generations', {
    key: 'order-1',
    body: { kind: 'text-to-image' },
  });
  expectProblem(started, 409, 'ADMISSION_STOPPED');
  expect(started.body.detail).toContain('a chargeback');
  expect(started.body).toMatchObject({ kind: null, reason: 'a chargeback' });
  await (
    await web.stack.startBare(`generation/${account}/order-2`, {
      ...{ accountId: account, requestId: 'order-2', kind: 'text-to-image' },
    })
  ).result();
  const asked = await web.ask(account, 'GET', '/generations/order-2');
  expect(asked.body).toMatchObject({ status: 'rejected', refusal: { reason: 'a chargeback' } });
  expect(JSON.stringify([started.body, asked.body])).not.toContain('Ada');
});

test('a conflict of keys doesn’t name the operator either', async () => {
  const account = uniqueId('acme');
  const stop = { accountId: account, kind: null, reason: 'a chargeback', by: 'Ada' };
  await web.stack.client.settings.stop(stop);
  await put(account, 'limits', LIMITS, 'set-1');
  const other = await put(account, 'limits', { ...LIMITS, dailyCreditsMax: 6 }, 'set-1');
  expectProblem(other, 422, 'IDEMPOTENCY_CONFLICT');
  expect(other.body.earlier.stops).toMatchObject([{ reason: 'a chargeback' }]);
  expect(JSON.stringify(other.body)).not.toContain('Ada');
});

test('an owner sees what an operator has set, without reason and name, and can’t lift it', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 100);
  await web.stack.ledger.settings.setOperatorLimits({
    accountId: account,
    limits: { generationCreditsMax: 1 },
    reason: 'fraud',
    by: 'Ada',
  });
  const { body } = await put(account, 'limits', { ...LIMITS, generationCreditsMax: 1_000 });
  expect(body.limits.operator).toEqual({ generationCreditsMax: 1 });
  const started = await web.ask(account, 'POST', '/generations', {
    key: 'order-1',
    body: { kind: 'text-to-image' },
  });
  const figures = { required: 2, generationCreditsMax: 1, setBy: 'operator' };
  expectProblem(started, 409, 'GENERATION_LIMIT_EXCEEDED', figures);
  expect(JSON.stringify([body, started.body])).not.toMatch(/Ada|fraud/);
});

test('a payment method that is someone else’s is not kept for a top-up', async () => {
  const account = uniqueId('acme');
  const topUp = { ...TOP_UP, paymentMethod: 'someone-elses-card' };
  expectProblem(await put(account, 'top-up', { topUp }), 409, 'PAYMENT_METHOD_NOT_OWNED');
  expect((await web.ask(account, 'GET', '/settings')).body).toMatchObject({ topUp: null });
});

test('a waiting queue shows what holds it up, but not the operator’s name', async () => {
  const account = uniqueId('acme');
  await web.stack.openAccount(account);
  const body = { kind: 'text-to-image', onInsufficientCredits: 'wait' };
  await web.ask(account, 'POST', '/generations', { key: 'order-1', body });
  await web.stack.client.settings.stop({
    accountId: account,
    kind: null,
    reason: 'a chargeback',
    by: 'Ada',
  });
  const heldUp = { code: 'ADMISSION_STOPPED', message: expect.stringContaining('a chargeback') };
  expect((await web.ask(account, 'GET', '/waiting')).body).toMatchObject({ waitedFor: 2, heldUp });
  const again = await web.ask(account, 'POST', '/generations', { key: 'order-1', body });
  expect(again.body).toMatchObject({ status: 'waiting', waiting: { place: 1 } });
  expect(again.body.waiting.heldUp).toEqual(heldUp);
  await web.stack.client.generations.cancel(account, 'order-1');
});

test('a limit that is reached is a problem with its figures', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 100);
  await put(account, 'limits', { ...LIMITS, generationCreditsMax: 1 });
  const started = await web.ask(account, 'POST', '/generations', {
    key: 'order-1',
    body: { kind: 'text-to-image' },
  });
  expectProblem(started, 409, 'GENERATION_LIMIT_EXCEEDED', {
    required: 2,
    generationCreditsMax: 1,
  });
});

test.each<[string, string, unknown, string]>([
  ['a limit below zero', 'limits', { ...LIMITS, dailyCreditsMax: -1 }, 'INVALID_LIMIT'],
  ['a limit as text', 'limits', { ...LIMITS, dailyCreditsMax: '5' }, 'INVALID_LIMIT'],
  [
    'limits of which one is left out',
    'limits',
    { dailyCreditsMax: 5, generationCreditsMax: 5 },
    'INVALID_LIMIT',
  ],
  ['a limit that is not known', 'limits', { ...LIMITS, hourlyCreditsMax: 5 }, 'INVALID_ARGUMENT'],
  ['no thresholds', 'low-balance', {}, 'INVALID_THRESHOLD'],
  [
    'a threshold of 101 %',
    'low-balance',
    { lowBalance: [{ percentOfCycle: 101 }] },
    'INVALID_THRESHOLD',
  ],
  [
    'a threshold twice',
    'low-balance',
    { lowBalance: [{ credits: 5 }, { credits: 5 }] },
    'INVALID_THRESHOLD',
  ],
  [
    'eleven thresholds',
    'low-balance',
    { lowBalance: Array.from({ length: 11 }, (_, i) => ({ credits: i + 1 })) },
    'INVALID_THRESHOLD',
  ],
  [
    'a top-up with a pack that is not sold',
    'top-up',
    { topUp: { ...TOP_UP, packId: 'pack-1' } },
    'UNKNOWN_PACK',
  ],
  [
    'a top-up without a cap',
    'top-up',
    { topUp: { packId: 'pack-125', belowCredits: 20 } },
    'INVALID_MONTHLY_CAP',
  ],
  [
    'a cap below the price',
    'top-up',
    { topUp: { ...TOP_UP, monthlyCapCents: 4_899 } },
    'TOP_UP_CAP_TOO_LOW',
  ],
  [
    'a threshold that one pack would not lift the account over',
    'top-up',
    { topUp: { ...TOP_UP, belowCredits: 9_007_199_254_740_991 } },
    'TOP_UP_THRESHOLD_TOO_HIGH',
  ],
  [
    'limits as an operator sets them',
    'limits',
    { ...LIMITS, operator: { dailyCreditsMax: 5 } },
    'INVALID_ARGUMENT',
  ],
  ['nothing at all', 'top-up', {}, 'INVALID_ARGUMENT'],
])('%s is refused', async (_, setting, body, code) => {
  const account = uniqueId('acme');
  expectProblem(await put(account, setting, body), 400, code);
  expect((await web.ask(account, 'GET', '/settings')).body).toMatchObject({
    lowBalance: [],
    topUp: null,
  });
});

test.each([
  [undefined, 'IDEMPOTENCY_KEY_REQUIRED'],
  ['a b', 'INVALID_KEY'],
])('the Idempotency-Key %j is refused', async (key, code) => {
  expectProblem(await web.ask('acme', 'PUT', '/settings/limits', { key, body: LIMITS }), 400, code);
});

test('notices are listed newest first', async () => {
  const account = uniqueId('acme');
  await web.stack.fund(account, 10);
  await put(account, 'low-balance', { lowBalance: [{ credits: 9 }] });
  await web.stack.client.generations.start({
    accountId: account,
    requestId: 'order-1',
    kind: 'text-to-image',
  });
  await web.stack.client.generations.result(account, 'order-1');
  const { body } = await web.ask(account, 'GET', '/notices');
  expect(body.notices).toMatchObject([
    { noticeId: 1, type: 'balance-low', data: { left: 8, threshold: { credits: 9 } } },
  ]);
  expect(body.notices[0]).toEqual({
    ...(await web.stack.ledger.accountNotices(account))[0],
    status: expect.any(String),
    settledAt: body.notices[0].settledAt,
  });
});
