import {
  DAY_MS,
  granted,
  later,
  newId,
  promotion,
  refusal,
  START,
  TestLedger,
} from '../ledger-support';

const MOST = Number.MAX_SAFE_INTEGER;
let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
});
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

test('an account holds 9007199254740991 credits without losing one', async () => {
  const account = newId();
  expect(await books.grantPromotion(account, MOST)).toMatchObject({ credits: MOST });
  const record = await granted(books.reserve(account, 'r', MOST));
  expect(record).toMatchObject({ reserved: MOST, allocations: [{ credits: MOST }] });
  await granted(books.ledger.commit(account, 'r', MOST - 1, 'file:///o'));
  expect(await books.ledger.balance(account)).toMatchObject({
    available: 1,
    spent: MOST - 1,
    granted: MOST,
    grants: [{ credits: MOST, remaining: 1 }],
  });
  const [, , commit] = await books.entries(account);
  expect(commit).toMatchObject({ availableDelta: 1, reservedDelta: -MOST, availableAfter: 1 });
});

test('many grants add up to the limit exactly', async () => {
  const account = newId();
  await books.grantPromotion(account, MOST - 3);
  await books.grantPromotion(account, 2);
  await books.grantPromotion(account, 1);
  expect(await books.ledger.balance(account)).toMatchObject({ available: MOST, granted: MOST });
});

test('one credit above what an account can ever have been granted is refused', async () => {
  const account = newId();
  await books.grantPromotion(account, MOST - 5);
  await granted(
    books.ledger.deduct(account, 'k', { credits: MOST - 5, reason: 'test', by: 'ops' }),
  );
  expect(await refusal(books.ledger.grant(account, 'k', promotion(6)))).toEqual({
    code: 'BALANCE_LIMIT_EXCEEDED',
    details: { granted: MOST - 5 },
  });
  expect(await books.entryTypes(account)).toEqual(['grant', 'deduct']);
  expect(await granted(books.ledger.grant(account, 'k', promotion(5)))).toMatchObject({
    credits: 5,
  });
});

test.each([
  [MOST + 1, 'BALANCE_LIMIT_EXCEEDED'],
  [-1, 'LEDGER_RULE_BROKEN'],
  [0, 'LEDGER_RULE_BROKEN'],
  [1.5, 'VALUE_NOT_STORABLE'],
])('a grant of %s credits changes nothing: %s', async (credits, code) => {
  const account = newId();
  const settled = await books.ledger.grant(account, 'k', promotion(credits)).then(
    (outcome) => (outcome.ok ? 'granted' : outcome.refusal.code),
    (error) => error.code,
  );
  expect(settled).toBe(code);
  expect(await books.ledger.balance(account)).toMatchObject({ available: 0, granted: 0 });
});

test.each([-1, 0, 0.5, Number.NaN])(
  'a reserve, deduction or commit of %s credits never adds any',
  async (credits) => {
    const account = newId();
    await books.grantPromotion(account, 10);
    await granted(books.reserve(account, 'open', 5));
    await books.reserve(account, 'r', credits).catch(() => undefined);
    await books.ledger
      .deduct(account, 'k', { credits, reason: 'test', by: 'ops' })
      .catch(() => undefined);
    if (credits !== 0)
      await books.ledger.commit(account, 'open', credits, 'file:///o').catch(() => undefined);
    expect(await books.ledger.balance(account)).toMatchObject({
      available: 5,
      reserved: 5,
      granted: 10,
    });
    expect(await books.entryTypes(account)).toEqual(['grant', 'reserve']);
  },
);

test('a grant leaves room for the cycles that are paid, also ahead', async () => {
  const account = newId();
  const { subscriptions } = books.ledger;
  const body = { planId: 'lite-monthly', paymentReference: 'one' };
  await granted(subscriptions.subscribe(account, 's', body));
  await granted(subscriptions.renew(account, 's', 'two'));
  expect(await refusal(books.ledger.grant(account, 'k', promotion(MOST - 299)))).toEqual({
    code: 'BALANCE_LIMIT_EXCEEDED',
    details: { granted: 150 },
  });
  await books.grantPromotion(account, MOST - 300);
  await books.setClock(later(START, 31 * DAY_MS));
  const { granted: cycles } = await granted(subscriptions.grantCycles(account, 's'));
  expect(cycles).toMatchObject([{ cycle: 2, credits: 150 }]);
});
