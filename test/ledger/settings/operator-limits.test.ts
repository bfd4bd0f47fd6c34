import type { OperatorLimitsRequest } from '../../../contract/operator-limits';
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

const WORD = { reason: 'Ticket 4711', by: 'sam' };

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open(20);
});
beforeEach(() => books.setClock(START));
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

async function funded(credits = 1_000): Promise<string> {
  const account = newId();
  await books.grantPromotion(account, credits);
  return account;
}

const set = (accountId: string | null, limits: OperatorLimitsRequest['limits']) =>
  granted(books.ledger.settings.setOperatorLimits({ accountId, limits, ...WORD }));

const setOwn = (accountId: string, limits: object) =>
  granted(books.ledger.settings.setLimits({ accountId, key: newId('key'), ...limits }));

test.each([
  [{ generationCreditsMax: 5 }, 'GENERATION_LIMIT_EXCEEDED', { required: 6 }],
  [{ dailyCreditsMax: 5 }, 'DAILY_LIMIT_REACHED', { used: 0 }],
  [{ concurrentGenerationsMax: 0 }, 'CONCURRENCY_LIMIT_REACHED', { running: 0 }],
])(
  'an operator’s limit %j holds, and the owner’s setting never lifts it',
  async (limits, code, figures) => {
    const account = await funded();
    await set(account, limits);
    const [name] = Object.keys(limits) as [string];
    for (const own of [null, 100]) {
      await setOwn(account, { [name]: own });
      expect(await refusal(books.reserve(account, newId('r'), 6))).toEqual({
        code,
        details: expect.objectContaining({ ...figures, ...limits, setBy: 'operator' }),
      });
    }
  },
);

test('the tighter of the owner’s and the operator’s limit counts, and a refusal says whose it is', async () => {
  const account = await funded();
  await set(account, { generationCreditsMax: 40 });
  await setOwn(account, { generationCreditsMax: 5 });
  const { details } = await refusal(books.reserve(account, 'r', 6));
  expect(details).toEqual({ required: 6, generationCreditsMax: 5 });
  await setOwn(account, { generationCreditsMax: null });
  await granted(books.reserve(account, 'r', 40));
  expect(await refusal(books.reserve(account, 'dear', 41))).toMatchObject({
    details: { generationCreditsMax: 40, setBy: 'operator' },
  });
});

test('limits of all accounts hold for those without limits of their own, unknown accounts included', async () => {
  const [account, own] = [await funded(), await funded()];
  await set(own, { generationCreditsMax: 100 });
  await set(null, { generationCreditsMax: 5 });
  for (const other of [account, newId()]) {
    expect(await refusal(books.reserve(other, 'r', 6))).toMatchObject({
      code: 'GENERATION_LIMIT_EXCEEDED',
    });
  }
  await granted(books.reserve(own, 'r', 6));
  await set(own, null);
  expect(await refusal(books.reserve(own, 'more', 6))).toMatchObject({
    code: 'GENERATION_LIMIT_EXCEEDED',
  });
  await set(null, null);
  await granted(books.reserve(own, 'more', 6));
});

test.each([
  [{ dailyCreditsMax: 0 }, 'DAILY_LIMIT_REACHED', { used: 0 }],
  [{ concurrentGenerationsMax: 0 }, 'CONCURRENCY_LIMIT_REACHED', { running: 0 }],
])(
  'the limit %j of all accounts refuses an account that is not there yet',
  async (limits, code, figures) => {
    await set(null, limits);
    const refused = await refusal(books.reserve(newId('new'), newId('r'), 1));
    await set(null, null);
    expect(refused).toEqual({
      code,
      details: expect.objectContaining({ ...figures, ...limits, setBy: 'operator' }),
    });
  },
);

test('no more generations run at once than an operator allows, however many come', async () => {
  const account = await funded();
  await set(account, { concurrentGenerationsMax: 3 });
  const asked = await atOnce(20, (index) => books.reserve(account, `r${index}`, 2));
  expect(asked.filter(({ ok }) => ok)).toHaveLength(3);
});

test('a limit that is left out stays, null removes it, and each change keeps its reason and name', async () => {
  const account = newId();
  expect(await set(account, { dailyCreditsMax: 100, topUpsPerDayMax: 1 })).toEqual({
    accountId: account,
    limits: { dailyCreditsMax: 100, topUpsPerDayMax: 1 },
    ...WORD,
    since: START,
  });
  await set(account, { dailyCreditsMax: null, declinesMax: 30 });
  const { settings } = books.ledger;
  expect(await settings.operatorLimits(account)).toMatchObject({
    limits: { topUpsPerDayMax: 1, declinesMax: 30 },
  });
  expect(await set(account, null)).toBeNull();
  expect(await settings.operatorLimits(account)).toBeNull();
  const { rows } = await books.owner.query(
    'SELECT what, holdfast.act_reason(a) AS reason, by_name AS by, detail FROM holdfast.operator_acts AS a WHERE account_id = $1 ORDER BY act_id',
    [account],
  );
  expect(rows).toEqual([
    { what: 'limits', ...WORD, detail: { dailyCreditsMax: 100, topUpsPerDayMax: 1 } },
    { what: 'limits', ...WORD, detail: { topUpsPerDayMax: 1, declinesMax: 30 } },
    { what: 'limits', ...WORD, detail: {} },
  ]);
});

test('the same limits set again keep their beginning, and are no act', async () => {
  const account = newId();
  const first = await set(account, { dailyCreditsMax: 100 });
  await books.advanceClock(DAY_MS);
  expect(await set(account, { dailyCreditsMax: 100 })).toEqual(first);
  expect(await set(account, {})).toEqual(first);
  const { rows } = await books.owner.query(
    'SELECT FROM holdfast.operator_acts WHERE account_id = $1',
    [account],
  );
  expect(rows).toHaveLength(1);
  expect(await set(account, { dailyCreditsMax: 101 })).toMatchObject({
    since: later(START, DAY_MS),
  });
});

test('an owner sees that a limit is an operator’s, without the operator’s reason and name', async () => {
  const account = newId();
  await set(account, { dailyCreditsMax: 100, topUpMonthlyCapCents: 5_000 });
  const { limits } = await books.ledger.accountSettings(account);
  expect(limits).toEqual({
    dailyCreditsMax: null,
    generationCreditsMax: null,
    concurrentGenerationsMax: null,
    operator: { dailyCreditsMax: 100, topUpMonthlyCapCents: 5_000 },
  });
  expect((await books.ledger.accountSettings(newId())).limits).not.toHaveProperty('operator');
});

test('a request that an operator’s limit holds up is woken when it is raised', async () => {
  const account = newId();
  await books.grantPromotion(account, 1);
  await books.park(account, 'parked', 30);
  await set(account, { dailyCreditsMax: 10 });
  await books.grantPromotion(account, 30);
  expect(books.woken(account)).toEqual([]);
  await set(account, { dailyCreditsMax: 30 });
  expect(books.woken(account)).toEqual(['parked']);
});

test('what operators have done is append-only', async () => {
  await set(newId(), { dailyCreditsMax: 1 });
  for (const statement of [
    'UPDATE holdfast.operator_acts SET reason = reason',
    'DELETE FROM holdfast.operator_acts',
  ]) {
    await expect(books.owner.query(statement)).rejects.toThrow('operator_acts is append-only');
  }
});
