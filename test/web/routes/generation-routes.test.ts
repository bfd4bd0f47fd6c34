import { createHoldfastClient } from '../../../client/client';
import { eventually } from '../../support/eventually';
import { uniqueId } from '../../workflows/harness';
import { grant } from '../books';
import { expectProblem, openWeb, serve, type Web } from '../harness';

const AVATAR = {
  kind: 'ai-avatar',
  seconds: 10,
  input: { script: 'Hello' },
  metadata: { project: 'launch' },
};

/** Of a kind whose cancelled generations are charged: 15 credits, 3 of them for each 2 s. */
const CLIP = { kind: 'text-to-video-bytedance', seconds: 10 };

let web: Web;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.sql(
    'UPDATE holdfast.catalog_versions SET document = jsonb_set(document, $1, $2)',
    [['kinds', CLIP.kind, 'cancelled'], '"used"'],
  );
  await web.stack.startWorker();
});
afterAll(() => web.close());

async function funded(credits: number): Promise<string> {
  const account = uniqueId('acme');
  await web.stack.fund(account, credits);
  return account;
}

const get = async (account: string, requestId: string) =>
  (await web.ask(account, 'GET', `/generations/${requestId}`)).body;

async function end(account: string, requestId: string) {
  await eventually(async () => (await get(account, requestId)).resolvedAt !== null);
  return get(account, requestId);
}

test('a generation is reserved at once, shows what it holds, and is charged once however often it is asked for', async () => {
  const account = await funded(100);
  const answers = await Promise.all(
    [1, 2, 3].map(() => web.ask(account, 'POST', '/generations', { key: 'order-1', body: AVATAR })),
  );
  for (const { status, body, headers } of answers) {
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { requestId: 'order-1', status: 'running', reserved: 4 },
    });
    expect(headers.get('location')).toBe(`/v1/accounts/${account}/generations/order-1`);
  }
  const { body } = await web.ask(account, 'GET', '/generations');
  expect(body.open).toMatchObject([
    { requestId: 'order-1', status: 'running', kind: 'ai-avatar', reserved: 4 },
  ]);
  expect(await end(account, 'order-1')).toMatchObject({
    ...{
      status: 'committed',
      kind: 'ai-avatar',
      seconds: 10,
      charged: 4,
      returned: 0,
      metadata: { project: 'launch' },
    },
    ...{
      outputUrl: expect.stringMatching(/^file:/),
      allocations: [{ source: 'promotion', credits: 4, charged: 4 }],
    },
  });
  expect(web.stack.provider.submitted.filter((key) => key.includes(account))).toHaveLength(1);
  expect((await web.ask(account, 'GET', '/generations')).body.open).toEqual([]);

  const again = await web.ask(account, 'POST', '/generations', { key: 'order-1', body: AVATAR });
  expect({ status: again.status, body: again.body }).toMatchObject({
    status: 200,
    body: { status: 'committed', charged: 4 },
  });
  const other = await web.ask(account, 'POST', '/generations', {
    key: 'order-1',
    body: { ...AVATAR, seconds: 11 },
  });
  expectProblem(other, 422, 'IDEMPOTENCY_CONFLICT');
});

test('a generation that can’t be paid for is a problem with the packs that would help, also when repeated', async () => {
  const account = await funded(3);
  const refused = await web.ask(account, 'POST', '/generations', { key: 'order-1', body: AVATAR });
  const packs = [
    { packId: 'pack-125', credits: 125, priceCents: 4900, currency: 'USD', count: 1 },
    { packId: 'pack-300', count: 1 },
    { packId: 'pack-450', count: 1 },
  ];
  expectProblem(refused, 402, 'INSUFFICIENT_CREDITS', {
    required: 4,
    available: 3,
    shortfall: 1,
    packs,
  });
  expectProblem(
    await web.ask(account, 'POST', '/generations', { key: 'order-1', body: AVATAR }),
    402,
    'INSUFFICIENT_CREDITS',
  );
  expect(await get(account, 'order-1')).toMatchObject({
    ...{
      status: 'rejected',
      reason: 'INSUFFICIENT_CREDITS',
      refusal: { required: 4, available: 3, shortfall: 1 },
    },
  });
  expect(await web.stack.ledger.balance(account)).toMatchObject({ available: 3, reserved: 0 });
  const dearer = { ...AVATAR, maxCredits: 2 };
  expectProblem(
    await web.ask(account, 'POST', '/generations', { key: 'order-2', body: dearer }),
    409,
    'PRICE_CHANGED',
    {
      ...{ quoted: 4, maxCredits: 2, requestEnded: false },
    },
  );
});

test('a refusal that needs no workflow leaves its key free, and is not found afterwards', async () => {
  const account = uniqueId('nobody');
  const post = (body: object) => web.ask(account, 'POST', '/generations', { key: 'order-1', body });
  const refused = await post(AVATAR);
  expectProblem(refused, 402, 'INSUFFICIENT_CREDITS', { required: 4, requestEnded: false });
  expect(refused.body.detail).toContain('the same id may be used again');
  const waiting = { ...AVATAR, onInsufficientCredits: 'wait' };
  expectProblem(await post(waiting), 402, 'INSUFFICIENT_CREDITS', { requestEnded: false });
  const unknown = await post({ ...AVATAR, kind: 'hologram' });
  expectProblem(unknown, 400, 'UNKNOWN_KIND', { requestEnded: false });
  expectProblem(await web.ask(account, 'GET', '/generations/order-1'), 404, 'REQUEST_NOT_FOUND');
  await web.stack.fund(account, 10);
  expect((await post(AVATAR)).status).toBe(201);
  expect(await end(account, 'order-1')).toMatchObject({ status: 'committed', charged: 4 });
});

test('an account that is refused too often for lack of credits is told when to ask again', async () => {
  const account = await funded(3);
  await web.stack.sql(
    `INSERT INTO holdfast.short_refusals (account_id, is_waiter, minute, refusals)
     SELECT $1, false, m, 60 FROM generate_series(0, 0) AS n, date_trunc('minute', clock_timestamp()) AS m`,
    [account],
  );
  const refused = await web.ask(account, 'POST', '/generations', { key: 'order-1', body: AVATAR });
  expectProblem(refused, 429, 'RATE_LIMITED', { required: 4, available: 3, requestEnded: false });
  expect(refused.headers.get('retry-after')).toBe(String(refused.body.retryAfterSeconds));
});

test('a waiting generation has its place, is listed in the queue, and runs once there are credits', async () => {
  const account = await funded(3);
  const body = { ...AVATAR, onInsufficientCredits: 'wait', waitTimeout: 'PT1H' };
  const waiting = await web.ask(account, 'POST', '/generations', { key: 'order-1', body });
  expect({ status: waiting.status, body: waiting.body }).toMatchObject({
    status: 202,
    body: {
      status: 'waiting',
      reserved: 0,
      waiting: { place: 1, required: 4, shortfall: 1 },
      wait: { place: 1 },
    },
  });
  expect((await web.ask(account, 'GET', '/waiting')).body).toMatchObject({
    ...{ available: 3, waitedFor: 4, tickets: [{ requestId: 'order-1', place: 1, required: 4 }] },
  });
  const page = await web.ask(account, 'GET', '/waiting?limit=1&after=1');
  expect(page.body).toMatchObject({ ticketCount: 1, tickets: [], next: null });
  expectProblem(await web.ask(account, 'GET', '/waiting?limit=1001'), 400, 'INVALID_ARGUMENT');
  await grant(web.stack, account, 'more', 10);
  expect(await end(account, 'order-1')).toMatchObject({ status: 'committed', charged: 4 });
});

test('a generation is cancelled, and all its credits come back', async () => {
  const account = await funded(10);
  const body = { ...AVATAR, input: { simulate: 'hang' } };
  await web.ask(account, 'POST', '/generations', { key: 'order-1', body });
  expect((await web.ask(account, 'DELETE', '/generations/order-1')).status).toBe(202);
  expect(await end(account, 'order-1')).toMatchObject({
    status: 'cancelled',
    reserved: 4,
    charged: 0,
    returned: 4,
  });
  const again = await web.ask(account, 'DELETE', '/generations/order-1');
  expect({ status: again.status, body: again.body }).toMatchObject({
    status: 202,
    body: { status: 'cancelled' },
  });
  expect(await web.stack.ledger.balance(account)).toMatchObject({ available: 10 });
});

test('a cancelled generation is charged what it had used, if its quote said so', async () => {
  const account = await funded(20);
  const quote = await web.ask(account, 'GET', `/quotes?kind=${CLIP.kind}&seconds=10`);
  expect(quote.body).toMatchObject({ credits: 15, cancelled: 'used' });
  const body = { ...CLIP, input: { simulate: 'hang' } };
  await web.ask(account, 'POST', '/generations', { key: 'order-1', body });
  await eventually(async () => (await get(account, 'order-1')).progress === 0.3);
  expect((await web.ask(account, 'DELETE', '/generations/order-1')).status).toBe(202);
  expect(await end(account, 'order-1')).toMatchObject({
    ...{ status: 'cancelled', reason: 'cancelled', outputUrl: null },
    ...{ reserved: 15, charged: 6, returned: 9, allocations: [{ credits: 15, charged: 6 }] },
  });
  expect(await web.stack.ledger.balance(account)).toMatchObject({ available: 14, spent: 6 });
});

test('an account that cancels too often is told when it may again, and its generation runs on', async () => {
  const { client: temporal, taskQueue } = web.stack.temporal;
  const { ledger } = web.stack;
  const client = createHoldfastClient({ temporal, ledger, taskQueue, cancelsPerHourMax: 1 });
  const strict = await serve(web.stack, { client });
  const account = await funded(20);
  const body = { ...AVATAR, input: { simulate: 'hang' } };
  for (const key of ['order-1', 'order-2'])
    await strict.ask(account, 'POST', '/generations', { key, body });
  expect((await strict.ask(account, 'DELETE', '/generations/order-1')).status).toBe(202);
  const refused = await strict.ask(account, 'DELETE', '/generations/order-2');
  expectProblem(refused, 429, 'CANCEL_LIMIT_REACHED', { cancelsPerHourMax: 1, retryable: true });
  expect(Date.parse(refused.body.retryAt)).toBeGreaterThan(Date.now());
  const { retryAfterSeconds } = refused.body;
  expect(retryAfterSeconds).toBeGreaterThan(3_500);
  expect(refused.headers.get('retry-after')).toBe(String(retryAfterSeconds));
  expect(await get(account, 'order-2')).toMatchObject({ status: 'running' });
  await strict.app.close();
  expect((await web.ask(account, 'DELETE', '/generations/order-2')).status).toBe(202);
  await end(account, 'order-2');
});

test('an unknown generation is not found', async () => {
  const account = await funded(10);
  expectProblem(await web.ask(account, 'GET', '/generations/order-9'), 404, 'REQUEST_NOT_FOUND');
  expectProblem(await web.ask(account, 'DELETE', '/generations/order-9'), 404, 'REQUEST_NOT_FOUND');
  expectProblem(await web.ask(account, 'GET', '/generations/-'), 400, 'INVALID_REQUEST_ID');
});

test.each([
  ['a kind that is not sold', { ...AVATAR, kind: 'hologram' }, 'UNKNOWN_KIND'],
  ['no kind', { seconds: 10 }, 'UNKNOWN_KIND'],
  ['a kind in broken Unicode', { ...AVATAR, kind: 'a\ud800' }, 'UNKNOWN_KIND'],
  ['a kind with a NUL', { ...AVATAR, kind: 'a\0' }, 'UNKNOWN_KIND'],
  ['a duration as text', { ...AVATAR, seconds: '10' }, 'INVALID_DURATION'],
  ['no duration', { kind: 'ai-avatar' }, 'DURATION_REQUIRED'],
  ['a duration of nothing', { ...AVATAR, seconds: 0 }, 'DURATION_NOT_POSITIVE'],
  [
    'a duration above the maximum',
    { kind: 'text-to-video-veo3', seconds: 8.001 },
    'DURATION_TOO_LONG',
  ],
  ['audio where there is none', { ...AVATAR, audio: true }, 'AUDIO_NOT_ALLOWED'],
  ['no whole maximum', { ...AVATAR, maxCredits: 1.5 }, 'INVALID_MAX_CREDITS'],
  ['numbers as metadata', { ...AVATAR, metadata: { n: 1 } }, 'INVALID_METADATA'],
  ['a NUL in metadata', { ...AVATAR, metadata: { n: 'a\0b' } }, 'INVALID_METADATA'],
  ['a deadline without waiting', { ...AVATAR, waitTimeout: 'P1D' }, 'INVALID_ON_INSUFFICIENT'],
  [
    'a deadline of no length',
    { ...AVATAR, onInsufficientCredits: 'wait', waitTimeout: 'soon' },
    'INVALID_WAIT_TIMEOUT',
  ],
  ['a field that is not known', { ...AVATAR, secnods: 10 }, 'INVALID_ARGUMENT'],
  ['another account', { ...AVATAR, accountId: 'other' }, 'INVALID_ARGUMENT'],
  ['a list', [AVATAR], 'INVALID_ARGUMENT'],
  ['null', null, 'INVALID_ARGUMENT'],
])('%s is refused before anything happens', async (_, body, code) => {
  const account = await funded(100);
  expectProblem(
    await web.ask(account, 'POST', '/generations', { key: uniqueId('order'), body }),
    400,
    code,
  );
  expect(await web.stack.ledger.balance(account)).toMatchObject({ available: 100, reserved: 0 });
});

test('input that is too large for the ledger is INPUT_TOO_LARGE', async () => {
  const body = { ...AVATAR, input: 'x'.repeat(65_537) };
  expectProblem(
    await web.ask(await funded(9), 'POST', '/generations', { key: 'a', body }),
    413,
    'INPUT_TOO_LARGE',
  );
});

test.each([
  [undefined, 'IDEMPOTENCY_KEY_REQUIRED'],
  ['', 'INVALID_REQUEST_ID'],
  ['a/b', 'INVALID_REQUEST_ID'],
  ['-a', 'INVALID_REQUEST_ID'],
  ['a'.repeat(129), 'INVALID_REQUEST_ID'],
  ['a, b', 'INVALID_REQUEST_ID'],
])('the Idempotency-Key %j is refused', async (key, code) => {
  expectProblem(
    await web.ask(await funded(100), 'POST', '/generations', { key, body: AVATAR }),
    400,
    code,
  );
});
