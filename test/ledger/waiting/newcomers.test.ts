import { atOnce, BODY, granted, refusal, START, TestLedger } from '../ledger-support';
import { funded } from './waiting-support';

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
beforeEach(() => books.setClock(START));
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

test('a newcomer does not overtake waiting requests: what they need is not available to it', async () => {
  const account = await funded(books, 31);
  await books.park(account, 'big', 40);
  // 31 are there, and 40 are waited for.
  expect(await refusal(books.reserve(account, 'small', 2))).toEqual({
    code: 'INSUFFICIENT_CREDITS',
    details: { required: 2, available: 31, waitedFor: 40, shortfall: 11 },
  });
  expect(await books.park(account, 'patient', 2)).toMatchObject({
    status: 'waiting',
    wait: { place: 2 },
  });
});

test('a queue that needs more than any account can have is told as that, to all who ask', async () => {
  const most = Number.MAX_SAFE_INTEGER;
  const account = await funded(books, 31);
  await books.park(account, 'first', most);
  await books.park(account, 'second', most - 1);
  expect(await books.park(account, 'third', 1)).toMatchObject({ wait: { place: 3 } });
  expect(await books.ledger.waitingPlace(account, 'third')).toMatchObject({
    ...{ waitedFor: most, ticket: { requiredAhead: most } },
  });
  expect(await refusal(books.reserve(account, 'small', 2))).toEqual({
    code: 'INSUFFICIENT_CREDITS',
    details: { required: 2, available: 31, waitedFor: most, shortfall: most - 29 },
  });
  expect(await refusal(books.reserve(account, 'large', 50))).toMatchObject({
    details: { shortfall: most },
  });
  expect(await books.ledger.waitingQueue(account)).toMatchObject({
    waitedFor: most,
    tickets: [{ requiredAhead: 0 }, { requiredAhead: most }, { requiredAhead: most }],
  });
  await granted(books.ledger.release(account, 'first', 'cancelled'));
  expect(await books.ledger.waitingQueue(account)).toMatchObject({ waitedFor: most });
});

test('a newcomer is admitted where enough is left over for the waiting requests', async () => {
  const account = await funded(books, 31);
  await books.park(account, 'big', 40);
  await books.grantPromotion(account, 20);
  // 51 are there: 40 for the waiting request, and 11 for others.
  expect(await refusal(books.reserve(account, 'twelve', 12))).toMatchObject({
    details: { shortfall: 1 },
  });
  expect(await granted(books.reserve(account, 'eleven', 11))).toMatchObject({ status: 'open' });
  expect(await granted(books.resume(account, 'big', 40))).toMatchObject({ status: 'open' });
});

describe.each([
  [
    'room for one generation at a time',
    { concurrentGenerationsMax: 1 },
    { concurrentGenerationsMax: 2 },
  ],
  ['room for the rest of a day', { dailyCreditsMax: 41 }, { dailyCreditsMax: 41 }],
])('a limit’s %s', (_, limits, limitsForTwo) => {
  const code = expect.stringMatching(/^(CONCURRENCY|DAILY)_LIMIT_REACHED$/);

  test('belongs to the first waiting request, however many credits there are beside', async () => {
    const account = await funded(books, 1);
    await books.park(account, 'first', 40);
    await granted(books.ledger.settings.setLimits({ accountId: account, key: 'k', ...limits }));
    await books.grantPromotion(account, 100);
    expect(books.woken(account)).toEqual(['first']);
    expect(await refusal(books.reserve(account, 'newcomer', 2))).toMatchObject({ code });
    expect(await granted(books.resume(account, 'first', 40))).toMatchObject({ status: 'open' });
  });

  test('belongs to the waiting requests behind the first as well', async () => {
    const account = await funded(books, 1);
    await books.park(account, 'first', 38);
    await books.park(account, 'second', 2);
    await granted(
      books.ledger.settings.setLimits({ accountId: account, key: 'k', ...limitsForTwo }),
    );
    await books.grantPromotion(account, 100);
    expect(await refusal(books.reserve(account, 'newcomer', 2))).toMatchObject({ code });
    for (const [id, credits] of [
      ['first', 38],
      ['second', 2],
    ] as const)
      expect(await granted(books.resume(account, id, credits))).toMatchObject({ status: 'open' });
  });

  test('is free for a newcomer while a stop holds up the first waiting request, and another request may wait as well', async () => {
    const account = await funded(books, 1);
    await books.park(account, 'first', 40);
    await granted(books.ledger.settings.setLimits({ accountId: account, key: 'k', ...limits }));
    expect(await books.park(account, 'second', 2)).toMatchObject({ status: 'waiting' });
    await books.ledger.settings.stop({
      accountId: account,
      kind: BODY.kind,
      reason: 'outage',
      by: 'sam',
    });
    await books.grantPromotion(account, 100);
    expect(await granted(books.reserve(account, 'other', 2, { kind: 'ai-avatar' }))).toMatchObject({
      status: 'open',
    });
  });
});

test('requests that come at once for the same credits share them: none is lost and none is given twice', async () => {
  const account = await funded(books, 100);
  const asked = await atOnce(40, (index) =>
    index % 2
      ? books.reserve(account, `r${index}`, 7)
      : books.ledger.reserve(
          account,
          `r${index}`,
          { kind: 'text-to-image' },
          { credits: 7, catalogVersion: '1' },
          60_000,
          { timeout: 'PT1H' },
        ),
  );
  const served = asked.filter((outcome) => outcome.ok && outcome.value.status === 'open');
  expect(served).toHaveLength(14);
  expect(await books.ledger.balance(account)).toMatchObject({ available: 2, reserved: 98 });
  const { waitedFor, tickets } = await books.ledger.waitingQueue(account);
  expect(waitedFor).toBe(7 * tickets.length);
});
