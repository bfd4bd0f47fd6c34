import { type Holdfast, openHoldfast, uniqueId } from '../workflows/harness';
import { booksOf, errorOf, holdfast, holdfastJson, start, variablesOf } from './command-line';

const ACME = uniqueId('acme');

let stack: Holdfast;
let variables: Record<string, string>;
beforeAll(async () => {
  stack = await openHoldfast();
  variables = variablesOf(stack);
  await stack.startWorker();
  await subscribe(ACME);
});
afterAll(() => stack.closeSettled());

async function subscribe(accountId: string, planId = 'lite-monthly'): Promise<void> {
  const request = { accountId, subscriptionId: 's', planId, paymentReference: 'pay-1' };
  await stack.client.subscriptions.subscribe(request);
}

const AT_49 = ['--shown-price-cents', '4900'];
const buy = (...words: string[]) => holdfastJson(variables, 'buy', ...words);
const paymentOf = (account: string, purchase: string) => `purchase/${account}/${purchase}`;

test('packs lists what is on sale, with the price per credit', async () => {
  const [asJson, inWords, builtIn] = await Promise.all([
    holdfastJson(variables, 'packs'),
    holdfast(variables, 'packs'),
    holdfast({}, 'packs', '--json'),
  ]);
  const pack = (credits: number, priceCents: number) => {
    return { packId: `pack-${credits}`, credits, priceCents, currency: 'USD' };
  };
  const packs = [pack(125, 4900), pack(300, 9900), pack(450, 14900)];
  expect(asJson).toEqual({ code: 0, json: { catalogVersion: '1', validUntil: null, packs } });
  expect(inWords.stdout).toMatch(
    /^pack +credits +price +per credit\npack-125 +125 +49 USD +0\.392 USD\npack-300 +300 +99 USD +0\.33 USD\n/,
  );
  expect(JSON.parse(builtIn.stdout)).toEqual({
    catalogVersion: 'built-in',
    validUntil: null,
    packs,
  });
  expect(builtIn.stderr).toMatch(/built-in catalog/);
});

test('a pack is bought, and the same purchase id is charged once', async () => {
  const first = await buy(ACME, 'pack-125', ...AT_49, '--purchase-id', 'p1');
  const { validUntil } = await stack.ledger.balance(ACME);
  const bought = { packId: 'pack-125', credits: 125, priceCents: 4900, currency: 'USD' };
  expect(first).toEqual({
    code: 0,
    json: {
      ...{ purchaseId: 'p1', status: 'granted', ...bought },
      ...{ grantId: expect.any(String), paymentId: expect.stringMatching(/^pay_/), validUntil },
    },
  });
  const [again, inWords, other] = await Promise.all([
    buy(ACME, 'pack-125', ...AT_49, '--purchase-id', 'p1'),
    holdfast(variables, 'buy', ACME, 'pack-125', ...AT_49, '--purchase-id', 'p1'),
    buy(ACME, 'pack-300', '--shown-price-cents', '9900', '--purchase-id', 'p1'),
  ]);
  expect(again).toEqual(first);
  expect(inWords).toMatchObject({ code: 0, stderr: '' });
  expect(inWords.stdout).toMatch(
    /^Bought: 125 credits \(pack-125\) for 49 USD, valid until [\d-]+ [\d:]+Z\.\nPurchase: p1\n$/,
  );
  expect(other).toEqual({ code: 3, json: errorOf('IDEMPOTENCY_CONFLICT', { purchaseId: 'p1' }) });
  const payments = await stack.payments.book();
  expect(
    payments.filter(({ idempotencyKey }) => idempotencyKey === paymentOf(ACME, 'p1')),
  ).toHaveLength(1);
  const history = await holdfast(variables, 'history', ACME);
  expect(history.stdout).toMatch(
    / \+125 .* grant 2, pack-125, purchase p1\n.* \+150 .* grant 1, lite-monthly, cycle 1\n$/,
  );
});

test('a declined or voided purchase ends with exit code 5, and grants nothing', async () => {
  const account = uniqueId('acme');
  await subscribe(account);
  const [declined, refused, inWords] = await Promise.all([
    buy(account, 'pack-125', ...AT_49, '--simulate', 'declined'),
    buy(account, 'pack-125', ...AT_49, '--simulate', 'refused'),
    holdfast(
      variables,
      'buy',
      account,
      'pack-125',
      ...AT_49,
      '--simulate',
      'declined',
      '--purchase-id',
      'p',
    ),
  ]);
  const purchaseId = expect.stringMatching(/^buy-/);
  const ended = {
    purchaseId,
    status: 'declined',
    packId: 'pack-125',
    credits: 125,
    priceCents: 4900,
    currency: 'USD',
  };
  expect(declined).toEqual({ code: 5, json: { ...ended, reason: 'card-declined' } });
  expect(refused).toEqual({ code: 5, json: { ...ended, reason: 'payment-method-invalid' } });
  expect(inWords.code).toBe(5);
  expect(inWords.stdout).toBe(
    'Declined (card-declined): nothing was charged and nothing granted.\nAnother attempt takes a new purchase id.\nPurchase: p\n',
  );
  expect(await stack.ledger.balance(account)).toMatchObject({ granted: 150 });
});

test('a purchase outlasts an outage of the payment provider, and charges once', async () => {
  const account = uniqueId('acme');
  await subscribe(account);
  const bought = await buy(
    account,
    'pack-125',
    ...AT_49,
    '--simulate',
    'lost-answer',
    '--purchase-id',
    'p',
  );
  expect(bought).toMatchObject({ code: 0, json: { status: 'granted' } });
  const payments = await stack.payments.book();
  expect(payments.filter(({ accountId }) => accountId === account)).toHaveLength(1);
});

describe('a pending payment', () => {
  const pending = (purchaseId: string) =>
    start(variables, [
      'buy',
      ACME,
      'pack-300',
      '--shown-price-cents',
      '9900',
      '--simulate',
      'pending',
      '--purchase-id',
      purchaseId,
    ]);

  test('is waited for, and its credits are granted when it is paid', async () => {
    const buying = pending('transfer');
    await buying.says('Purchase transfer: the payment provider has not decided yet …');
    expect(await stack.client.purchases.get(ACME, 'transfer')).toMatchObject({ status: 'open' });
    await stack.payments.settle(paymentOf(ACME, 'transfer'));
    await stack.client.purchases.paymentUpdated(ACME, 'transfer');
    const { code, stdout } = await buying.ended;
    expect(stdout).toMatch(/^Bought: 300 credits \(pack-300\) for 99 USD, /);
    expect(code).toBe(0);
  });

  test('is cancelled by Ctrl-C, and its outcome is printed', async () => {
    const before = await stack.ledger.balance(ACME);
    const buying = pending('regretted');
    await buying.says('has not decided yet');
    buying.interrupt();
    const { code, stdout, stderr } = await buying.ended;
    expect(stderr).toMatch(/\nCancelling …\n$/);
    expect(stdout).toMatch(
      /^Voided \(void-requested\): nothing was charged and nothing granted\.\n/,
    );
    expect(code).toBe(5);
    expect(await stack.payments.state(paymentOf(ACME, 'regretted'))).toMatchObject({
      state: 'voided',
    });
    expect(await stack.ledger.balance(ACME)).toMatchObject({ granted: before.granted });
  });

  test('that was paid before Ctrl-C is granted', async () => {
    const buying = pending('too-late');
    await buying.says('has not decided yet');
    await stack.payments.settle(paymentOf(ACME, 'too-late'));
    buying.interrupt();
    const { code, stdout, stderr } = await buying.ended;
    expect(stderr).toMatch(/\nCancelling …\n$/);
    expect(stdout).toMatch(/^Bought: 300 credits /);
    expect(code).toBe(0);
  });

  test('that is paid after the subscription’s end is given back', async () => {
    const account = uniqueId('acme');
    await subscribe(account);
    const buying = start(variables, [
      'buy',
      account,
      'pack-125',
      ...AT_49,
      '--simulate',
      'pending',
      '--purchase-id',
      'p',
    ]);
    await buying.says('has not decided yet');
    await stack.client.subscriptions.endNow({ accountId: account, subscriptionId: 's', key: 'k' });
    await stack.payments.settle(paymentOf(account, 'p'));
    await stack.client.purchases.paymentUpdated(account, 'p');
    const { code, stdout } = await buying.ended;
    expect(stdout).toBe(
      'Returned (subscription-ended): 49 USD was paid, nothing could be granted for it, and the money has been given back.\nPurchase: p\n',
    );
    expect(code).toBe(5);
    expect(await stack.payments.state(paymentOf(account, 'p'))).toMatchObject({
      state: 'refunded',
    });
  });
});

describe('a purchase charges and grants nothing', () => {
  const UNKNOWN = uniqueId('nobody');
  const refused = {
    purchaseId: expect.stringMatching(/^buy-/),
    status: 'refused',
    message: expect.any(String),
  };
  const price = { packId: 'pack-125', priceCents: 4900, currency: 'USD' };

  test.each<[string, number, object, string[]]>([
    [
      'at a price that is no longer current',
      3,
      { ...refused, reason: 'PRICE_CHANGED', ...price, shownPriceCents: 4800 },
      [ACME, 'pack-125', '--shown-price-cents', '4800'],
    ],
    [
      'without a subscription',
      3,
      { ...refused, reason: 'SUBSCRIPTION_REQUIRED', packId: 'pack-125' },
      [UNKNOWN, 'pack-125', ...AT_49],
    ],
    [
      'for an unknown pack',
      2,
      errorOf('UNKNOWN_PACK', { packId: 'gold' }),
      [ACME, 'gold', ...AT_49],
    ],
    [
      'for an unknown pack without a price',
      2,
      errorOf('UNKNOWN_PACK', { packId: 'gold' }),
      [ACME, 'gold'],
    ],
    [
      'without a price and without a terminal',
      2,
      errorOf('INVALID_ARGUMENT', { ...price, credits: 125, validUntil: expect.any(String) }),
      [ACME, 'pack-125'],
    ],
    [
      'without a price and without a subscription',
      2,
      errorOf('INVALID_ARGUMENT', { ...price, credits: 125, validUntil: null }),
      [UNKNOWN, 'pack-125'],
    ],
  ])('%s', async (_what, code, document, words) => {
    const books = async () => [await booksOf(stack, [ACME, UNKNOWN]), await stack.payments.book()];
    const before = await books();
    expect(await buy(...words)).toEqual({ code, json: document });
    expect((await holdfast(variables, 'buy', ...words)).code).toBe(code);
    expect(await books()).toEqual(before);
  });

  test('after a refusal, which is printed in words', async () => {
    const { code, stdout } = await holdfast(
      variables,
      'buy',
      ACME,
      'pack-125',
      '--shown-price-cents',
      '4800',
    );
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /^Refused \(PRICE_CHANGED\): pack-125 costs 49 USD now, not the 48 USD shown\.\nNothing was charged\. .*\nPurchase: buy-\S+\n$/,
    );
  });

  test('with a worker that sells no packs', async () => {
    const taskQueue = `${stack.temporal.taskQueue}-without-payments`;
    const queues = { taskQueue, generationTaskQueue: `${taskQueue}-generation` };
    await stack.startWorker(queues, { paymentProvider: undefined });
    const asked = await holdfastJson(
      { ...variables, HOLDFAST_TASK_QUEUE: taskQueue },
      'buy',
      ACME,
      'pack-125',
      ...AT_49,
    );
    expect(asked).toEqual({ code: 3, json: { ...refused, reason: 'PAYMENTS_NOT_CONFIGURED' } });
  });
});
