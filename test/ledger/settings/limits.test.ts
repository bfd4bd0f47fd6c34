import {
  atOnce,
  DAY_MS,
  granted,
  later,
  newId,
  refusal,
  START,
  TestLedger,
} from '../ledger-support';

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open(20);
});
beforeEach(() => books.setClock(START));
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

async function limited(limits: object, credits = 1_000): Promise<string> {
  const account = newId();
  await books.grantPromotion(account, credits);
  await granted(books.ledger.settings.setLimits({ accountId: account, key: 'k', ...limits }));
  return account;
}

test('an account has no limits until they are set, and a limit that is left out stays', async () => {
  const account = newId();
  const nothing = {
    accountId: account,
    limits: { dailyCreditsMax: null, generationCreditsMax: null, concurrentGenerationsMax: null },
  };
  expect(await books.ledger.accountSettings(account)).toEqual({
    ...nothing,
    lowBalance: [],
    topUp: null,
    stops: [],
  });
  const { settings } = books.ledger;
  await granted(
    settings.setLimits({
      accountId: account,
      key: 'a',
      dailyCreditsMax: 100,
      generationCreditsMax: 40,
    }),
  );
  expect(
    await granted(
      settings.setLimits({
        accountId: account,
        key: 'b',
        dailyCreditsMax: null,
        concurrentGenerationsMax: 3,
      }),
    ),
  ).toMatchObject({
    limits: { dailyCreditsMax: null, generationCreditsMax: 40, concurrentGenerationsMax: 3 },
  });
});

test('a late repetition of an earlier setting changes nothing, and another one under its key is refused', async () => {
  const account = newId();
  const { settings } = books.ledger;
  await granted(settings.setLimits({ accountId: account, key: 'a', dailyCreditsMax: 100 }));
  await granted(settings.setLimits({ accountId: account, key: 'b', dailyCreditsMax: 7 }));
  expect(
    await settings.setLimits({ accountId: account, key: 'a', dailyCreditsMax: 100 }),
  ).toMatchObject({
    replayed: true,
  });
  expect(await books.ledger.accountSettings(account)).toMatchObject({
    limits: { dailyCreditsMax: 7 },
  });
  expect(
    await refusal(settings.setLimits({ accountId: account, key: 'a', dailyCreditsMax: 8 })),
  ).toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
  });
});

test('a conflict of keys shows an earlier setting without the names of operators, in results of earlier versions too', async () => {
  const account = newId();
  const { settings } = books.ledger;
  const stop = { accountId: account, kind: null, reason: 'a chargeback', by: 'Ada' };
  await granted(settings.stop(stop));
  await granted(settings.stop({ ...stop, kind: 'ai-avatar' }));
  const first = { accountId: account, key: 'a', dailyCreditsMax: 100 };
  // The result is stored with the names: the operator's own commands print them.
  expect((await granted(settings.setLimits(first))).stops).toMatchObject([stop, { by: 'Ada' }]);
  const { by: _, ...shown } = stop;
  const { details } = await refusal(settings.setLimits({ ...first, dailyCreditsMax: 8 }));
  expect(details).toMatchObject({ key: 'a', earlier: { stops: [shown, { kind: 'ai-avatar' }] } });
  expect(JSON.stringify(details)).not.toContain('Ada');
});

test('a generation that costs more than the limit for one is refused, whether it would wait or not', async () => {
  const account = await limited({ generationCreditsMax: 40 });
  await granted(books.reserve(account, 'r', 40));
  const refused = {
    code: 'GENERATION_LIMIT_EXCEEDED',
    details: { required: 41, generationCreditsMax: 40 },
  };
  expect(await refusal(books.reserve(account, 'dear', 41))).toEqual(refused);
  await expect(books.park(account, 'dear', 41)).rejects.toMatchObject(refused);
});

test('a day’s credits are those of generations begun on it, less those that came back, and the next day begins anew', async () => {
  const account = await limited({ dailyCreditsMax: 100 });
  await books.setClock('2030-01-01T23:00:00.000Z');
  await granted(books.reserve(account, 'a', 60));
  await granted(books.reserve(account, 'b', 40));
  expect(await refusal(books.reserve(account, 'c', 1))).toEqual({
    code: 'DAILY_LIMIT_REACHED',
    details: { required: 1, used: 100, dailyCreditsMax: 100, resetsAt: '2030-01-02T00:00:00.000Z' },
  });
  await granted(books.ledger.commit(account, 'a', 45, 'file:///o'));
  await granted(books.reserve(account, 'c', 15));
  await books.setClock('2030-01-02T00:00:00.000Z');
  // Credits of a generation begun yesterday that come back today belong to neither day.
  await granted(books.ledger.release(account, 'b', 'failed'));
  await granted(books.reserve(account, 'd', 100));
  expect(await refusal(books.reserve(account, 'e', 1))).toMatchObject({ details: { used: 100 } });
});

test('an account never has more generations at the same time than its limit, however many come at once, and each end makes room for one', async () => {
  const account = await limited({ concurrentGenerationsMax: 3 });
  const asked = await atOnce(32, (index) => books.reserve(account, `r${index}`, 2));
  const open = asked.flatMap((outcome) => (outcome.ok ? [outcome.value.requestId] : []));
  expect(open).toHaveLength(3);
  const refused = asked.flatMap((outcome) => (outcome.ok ? [] : [outcome.refusal]));
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['CONCURRENCY_LIMIT_REACHED']));
  expect(refused[0]?.details).toEqual({ running: 3, concurrentGenerationsMax: 3 });
  await granted(books.ledger.commit(account, String(open[0]), 2, 'file:///o'));
  await granted(books.reserve(account, 'later', 2));
  expect(await refusal(books.reserve(account, 'more', 2))).toMatchObject({
    code: 'CONCURRENCY_LIMIT_REACHED',
  });
});

test('a limit of nothing stops everything', async () => {
  const account = await limited({ dailyCreditsMax: 0 });
  expect(await refusal(books.reserve(account, 'r', 1))).toMatchObject({
    code: 'DAILY_LIMIT_REACHED',
  });
});

test('a known request keeps its answer, also under stricter limits', async () => {
  const account = await limited({});
  await granted(books.reserve(account, 'r', 40));
  await granted(
    books.ledger.settings.setLimits({ accountId: account, key: 'l', concurrentGenerationsMax: 0 }),
  );
  expect(await books.reserve(account, 'r', 40)).toMatchObject({ ok: true, replayed: true });
});

describe('a request that a limit holds up', () => {
  test.each([
    ['a raised limit', { dailyCreditsMax: 50 }, { dailyCreditsMax: 80 }],
    [
      'a limit that is taken away',
      { concurrentGenerationsMax: 0 },
      { concurrentGenerationsMax: null },
    ],
  ])('is woken by %s', async (_, before, after) => {
    const account = await limited({}, 50);
    await granted(books.reserve(account, 'first', 50));
    await books.park(account, 'parked', 30);
    await granted(
      books.ledger.settings.setLimits({ accountId: account, key: 'before', ...before }),
    );
    await books.grantPromotion(account, 30);
    expect(books.woken(account)).toEqual([]);
    expect(await granted(books.resume(account, 'parked', 30))).toMatchObject({ status: 'waiting' });
    await granted(books.ledger.settings.setLimits({ accountId: account, key: 'after', ...after }));
    expect(books.woken(account)).toEqual(['parked']);
    expect(await granted(books.resume(account, 'parked', 30))).toMatchObject({ status: 'open' });
  });

  test('is woken when another generation ends, though that one gives nothing back', async () => {
    const account = await limited({ concurrentGenerationsMax: 1 }, 50);
    await granted(books.reserve(account, 'running', 50));
    await granted(
      books.ledger.settings.setLimits({
        accountId: account,
        key: 'two',
        concurrentGenerationsMax: 2,
      }),
    );
    await books.park(account, 'parked', 30);
    await granted(
      books.ledger.settings.setLimits({
        accountId: account,
        key: 'one',
        concurrentGenerationsMax: 1,
      }),
    );
    await books.grantPromotion(account, 30);
    expect(books.woken(account)).toEqual([]);
    await granted(books.ledger.commit(account, 'running', 50, 'file:///o'));
    expect(books.woken(account)).toEqual(['parked']);
  });

  test('is woken on the next day, once its account is looked at', async () => {
    const account = await limited({ dailyCreditsMax: 50 }, 50);
    await granted(books.reserve(account, 'first', 50));
    await granted(
      books.ledger.settings.setLimits({ accountId: account, key: 'off', dailyCreditsMax: null }),
    );
    await books.park(account, 'parked', 30, { timeout: 'P7D' });
    await granted(
      books.ledger.settings.setLimits({ accountId: account, key: 'on', dailyCreditsMax: 50 }),
    );
    await books.grantPromotion(account, 30);
    await books.setClock(later(START, DAY_MS));
    expect(books.woken(account)).toEqual([]);
    await books.ledger.outbox.attend(account);
    expect(books.woken(account)).toEqual(['parked']);
  });

  test('ends where the limit for one generation falls below its price: it could never go, and holds up the others', async () => {
    const account = await limited({});
    await granted(books.reserve(account, 'running', 1_000));
    await books.park(account, 'dear', 40);
    await books.park(account, 'cheap', 2);
    await granted(
      books.ledger.settings.setLimits({ accountId: account, key: 'l', generationCreditsMax: 39 }),
    );
    expect(books.woken(account)).toEqual(['dear']);
    expect(await granted(books.resume(account, 'dear', 40))).toMatchObject({
      status: 'released',
      reason: 'GENERATION_LIMIT_EXCEEDED',
    });
    await books.grantPromotion(account, 2);
    expect(books.woken(account)).toEqual(['cheap']);
  });
});
