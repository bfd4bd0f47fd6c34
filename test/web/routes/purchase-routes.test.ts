import { uniqueId } from '../../workflows/harness';
import { expectProblem, openWeb, type Web } from '../harness';

const PACK = { packId: 'pack-125', shownPriceCents: 4900, currency: 'USD' };

let web: Web;
beforeAll(async () => {
  web = await openWeb();
  await web.stack.startWorker();
});
afterAll(() => web.close());

async function subscribed(): Promise<string> {
  const accountId = uniqueId('acme');
  const request = {
    accountId,
    subscriptionId: 'main',
    planId: 'lite-monthly',
    paymentReference: 'p1',
  };
  await web.stack.client.subscriptions.subscribe(request);
  return accountId;
}

test('a pack is bought once, however often it is asked for, and its credits are there', async () => {
  const account = await subscribed();
  const answers = await Promise.all(
    [1, 2, 3].map(() => web.ask(account, 'POST', '/purchases', { key: 'buy-1', body: PACK })),
  );
  for (const { status, headers, body } of answers) {
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        purchaseId: 'buy-1',
        status: 'granted',
        credits: 125,
        priceCents: 4900,
        validUntil: expect.any(String),
      },
    });
    expect(headers.get('location')).toBe(`/v1/accounts/${account}/purchases/buy-1`);
  }
  expect(await web.stack.ledger.balance(account)).toMatchObject({ available: 275 });
  const { body } = await web.ask(account, 'GET', '/purchases/buy-1');
  expect(body).toEqual(answers[0]?.body);
  const other = await web.ask(account, 'POST', '/purchases', {
    key: 'buy-1',
    body: { ...PACK, packId: 'pack-300' },
  });
  expectProblem(other, 422, 'IDEMPOTENCY_CONFLICT');
});

test('a changed price is a problem with both prices, and charges nothing', async () => {
  const account = await subscribed();
  const answer = await web.ask(account, 'POST', '/purchases', {
    key: 'buy-1',
    body: { ...PACK, shownPriceCents: 3900 },
  });
  expectProblem(answer, 409, 'PRICE_CHANGED', {
    priceCents: 4900,
    shownPriceCents: 3900,
    packId: 'pack-125',
  });
  expect(await web.stack.ledger.balance(account)).toMatchObject({ available: 150 });
  expectProblem(await web.ask(account, 'GET', '/purchases/buy-1'), 404, 'PURCHASE_NOT_FOUND');
});

test('no pack is sold without a subscription', async () => {
  const account = uniqueId('acme');
  expectProblem(
    await web.ask(account, 'POST', '/purchases', { key: 'buy-1', body: PACK }),
    409,
    'SUBSCRIPTION_REQUIRED',
  );
});

test('a stopped account buys nothing, and the problem doesn’t name the operator', async () => {
  const account = await subscribed();
  const stop = { accountId: account, kind: null, reason: 'a chargeback', by: 'Ada' };
  await web.stack.client.settings.stop(stop);
  const answer = await web.ask(account, 'POST', '/purchases', { key: 'buy-1', body: PACK });
  expectProblem(answer, 409, 'ADMISSION_STOPPED', { reason: 'a chargeback' });
  expect(JSON.stringify(answer.body)).not.toContain('Ada');
});

test('a payment method is charged only if it is the account’s and may be charged at all', async () => {
  const account = await subscribed();
  const pay = (key: string, paymentMethod: string) =>
    web.ask(account, 'POST', '/purchases', { key, body: { ...PACK, paymentMethod } });
  expectProblem(await pay('buy-1', 'someone-elses-card'), 409, 'PAYMENT_METHOD_NOT_OWNED');
  expect((await pay('buy-2', 'simulate-never-again')).body).toMatchObject({ status: 'declined' });
  expectProblem(await pay('buy-3', 'simulate-never-again'), 409, 'PAYMENT_METHOD_REFUSED', {
    reason: 'card-stolen',
  });
  const book = await web.stack.payments.book();
  expect(book.filter(({ accountId }) => accountId === account)).toHaveLength(1);
});

test('an undecided purchase is pending, and a declined one is declined', async () => {
  const account = await subscribed();
  const pay = (key: string, paymentMethod: string) =>
    web.ask(account, 'POST', '/purchases', { key, body: { ...PACK, paymentMethod } });
  const declined = await pay('buy-1', 'simulate-declined');
  expect({ status: declined.status, body: declined.body }).toMatchObject({
    status: 200,
    body: { status: 'declined', reason: 'card-declined' },
  });
  const pending = await pay('buy-2', 'simulate-pending');
  expect({ status: pending.status, body: pending.body }).toMatchObject({
    status: 202,
    body: { status: 'pending' },
  });
  expect((await web.ask(account, 'GET', '/purchases/buy-2')).body).toMatchObject({
    status: 'pending',
  });
  expect(await web.stack.ledger.balance(account)).toMatchObject({ available: 150 });
  await web.stack.client.purchases.cancel(account, 'buy-2');
});

test.each([
  ['a pack that is not sold', { ...PACK, packId: 'pack-1' }, 'UNKNOWN_PACK'],
  ['no pack', { shownPriceCents: 4900 }, 'UNKNOWN_PACK'],
  ['a price in dollars', { ...PACK, shownPriceCents: 49.5 }, 'INVALID_SHOWN_PRICE'],
  ['a price as text', { ...PACK, shownPriceCents: '4900' }, 'INVALID_SHOWN_PRICE'],
  ['no currency of this world', { ...PACK, currency: 'usd' }, 'INVALID_SHOWN_PRICE'],
  [
    'a payment method with a line break',
    { ...PACK, paymentMethod: 'a\nb' },
    'INVALID_PAYMENT_METHOD',
  ],
  ['a field that is not known', { ...PACK, quantity: 2 }, 'INVALID_ARGUMENT'],
])('%s is refused', async (_, body, code) => {
  expectProblem(
    await web.ask(await subscribed(), 'POST', '/purchases', { key: uniqueId('buy'), body }),
    400,
    code,
  );
});

test.each([
  [undefined, 'IDEMPOTENCY_KEY_REQUIRED'],
  ['a b', 'INVALID_PURCHASE_ID'],
])('the Idempotency-Key %j is refused', async (key, code) => {
  expectProblem(await web.ask('acme', 'POST', '/purchases', { key, body: PACK }), 400, code);
});
