import { atOnce, DAY_MS, granted, later, refusal, START, TestLedger } from '../ledger-support';
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

test('a request that finds too few credits takes a place in the queue and holds nothing', async () => {
  const account = await funded(books, 31);
  expect(await books.park(account, 'r', 40)).toMatchObject({
    status: 'waiting',
    reserved: 0,
    allocations: [],
    reservedAt: null,
    resolvedAt: null,
    wait: { place: 1, required: 40, admitted: 40, since: START, until: later(START, DAY_MS) },
  });
  expect(await books.ledger.balance(account)).toMatchObject({ available: 31, reserved: 0 });
  expect(await books.entryTypes(account)).toEqual(['grant']);
});

test('an account that has had a subscription and no credits can wait as well', async () => {
  const account = await funded(books, 0);
  expect(await books.park(account, 'r', 2)).toMatchObject({
    status: 'waiting',
    wait: { place: 1 },
  });
  await books.grantPromotion(account, 2);
  expect(books.woken(account)).toEqual(['r']);
  expect(await granted(books.resume(account, 'r', 2))).toMatchObject({
    status: 'open',
    reserved: 2,
  });
});

test('a request that finds enough credits does not wait, and a refusal without waiting leaves nothing behind', async () => {
  const account = await funded(books, 40);
  expect(await books.park(account, 'r', 40)).toMatchObject({
    status: 'open',
    reserved: 40,
    wait: null,
  });
  expect(await refusal(books.reserve(account, 'other', 1))).toMatchObject({
    code: 'INSUFFICIENT_CREDITS',
  });
  expect(await books.ledger.request(account, 'other')).toBeNull();
});

test('the queue shows each waiting request in order, with what it needs and what those ahead need', async () => {
  const account = await funded(books, 5);
  for (const [id, credits] of [
    ['a', 40],
    ['b', 6],
    ['c', 10],
  ] as const)
    await books.park(account, id, credits);
  expect(await books.ledger.waitingQueue(account)).toMatchObject({
    accountId: account,
    at: START,
    available: 5,
    waitedFor: 56,
    ticketCount: 3,
    next: null,
    tickets: [
      { requestId: 'a', kind: 'text-to-image', place: 1, required: 40, requiredAhead: 0 },
      { requestId: 'b', place: 2, required: 6, requiredAhead: 40 },
      {
        requestId: 'c',
        place: 3,
        required: 10,
        requiredAhead: 46,
        since: START,
        until: later(START, DAY_MS),
      },
    ],
  });
  // One ticket's line says the same, however long the queue is.
  const { tickets, next: _, ...all } = await books.ledger.waitingQueue(account);
  for (const ticket of tickets) {
    expect(await books.ledger.waitingPlace(account, ticket.requestId)).toEqual({ ...all, ticket });
  }
  expect(await books.ledger.waitingPlace(account, null)).toEqual({ ...all, ticket: null });
  expect(await books.ledger.waitingPlace('nobody', 'r')).toEqual({
    ...{ accountId: 'nobody', at: null, available: 0, waitedFor: 0, ticketCount: 0 },
    ticket: null,
  });
  expect(await books.ledger.waitingQueue('nobody')).toEqual({
    accountId: 'nobody',
    at: null,
    available: 0,
    waitedFor: 0,
    ticketCount: 0,
    tickets: [],
    next: null,
  });
});

test('the queue names the stop or limit that holds up its first request, however many credits there are', async () => {
  const account = await funded(books, 5);
  await books.park(account, 'head', 40);
  await books.park(account, 'next', 6);
  expect(await books.ledger.waitingQueue(account)).not.toHaveProperty('heldUp');
  const { settings } = books.ledger;
  await granted(settings.setLimits({ accountId: account, key: 'k', dailyCreditsMax: 39 }));
  await books.grantPromotion(account, 41);
  expect(books.woken(account)).toEqual([]);
  const limited = {
    code: 'DAILY_LIMIT_REACHED',
    message: expect.stringContaining('0 of the account'),
    details: { required: 40, used: 0, dailyCreditsMax: 39, resetsAt: later(START, DAY_MS) },
  };
  expect((await books.ledger.waitingQueue(account)).heldUp).toEqual(limited);
  await settings.stop({ accountId: account, kind: null, reason: 'dispute', by: 'sam' });
  expect(await books.ledger.waitingPlace(account, 'next')).toMatchObject({
    available: 46,
    ticket: { place: 2 },
    heldUp: {
      ...{
        code: 'ADMISSION_STOPPED',
        message: `Admissions for account ${account} are stopped: dispute.`,
      },
      details: { accountId: account, kind: null, reason: 'dispute', by: 'sam', since: START },
    },
  });
});

test('waiting requests are served strictly in order: one that resumes before its turn waits on', async () => {
  const account = await funded(books, 0);
  for (const id of ['first', 'second', 'third']) await books.park(account, id, 10);
  await books.grantPromotion(account, 30);
  expect(books.woken(account)).toEqual(['first']);
  expect(await granted(books.resume(account, 'second', 10))).toMatchObject({
    status: 'waiting',
    wait: { place: 2 },
  });
  expect(await granted(books.resume(account, 'first', 10))).toMatchObject({
    status: 'open',
    wait: { place: null },
  });
  expect(books.woken(account)).toEqual(['second']);
  expect(await granted(books.resume(account, 'second', 10))).toMatchObject({ status: 'open' });
  expect(books.woken(account)).toEqual(['third']);
});

test('twenty requests at once get twenty places, and credits for seven serve the first seven', async () => {
  const account = await funded(books, 0);
  await atOnce(20, (index) => books.park(account, `r${index}`, 18));
  const { tickets } = await books.ledger.waitingQueue(account);
  expect(tickets.map(({ place }) => place)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  await books.grantPromotion(account, 130);
  const served: string[] = [];
  for (let [id] = books.woken(account); id !== undefined; [id] = books.woken(account)) {
    expect(await granted(books.resume(account, id, 18))).toMatchObject({ status: 'open' });
    served.push(id);
  }
  expect(served).toEqual(tickets.slice(0, 7).map(({ requestId }) => requestId));
  expect(await books.ledger.balance(account)).toMatchObject({ available: 4, reserved: 126 });
});

test('the reserve’s key answers with the ticket, then with the reservation, also after quote and prices have changed', async () => {
  const account = await funded(books, 0);
  const first = await books.park(account, 'r', 8);
  expect(
    await books.ledger.reserve(
      account,
      'r',
      { kind: 'text-to-image' },
      { credits: 99, catalogVersion: '7' },
      1,
    ),
  ).toEqual({
    ok: true,
    replayed: true,
    value: first,
  });
  expect(await refusal(books.reserve(account, 'r', 8, { kind: 'ai-avatar' }))).toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
  });
  await books.grantPromotion(account, 8);
  const resumed = await books.resume(account, 'r', 8);
  expect(resumed).toMatchObject({ ok: true, replayed: false, value: { status: 'open' } });
  for (const again of [await books.resume(account, 'r', 8), await books.reserve(account, 'r', 8)]) {
    expect(again).toEqual({ ...resumed, replayed: true });
  }
});

test('a request that was never parked can’t be resumed, and one that waits can’t be committed', async () => {
  const account = await funded(books, 1);
  expect(await refusal(books.resume(account, 'unknown', 1))).toMatchObject({
    code: 'RESERVATION_NOT_FOUND',
  });
  await books.park(account, 'r', 8);
  expect(await refusal(books.ledger.commit(account, 'r', 1, 'file:///o'))).toMatchObject({
    code: 'RESERVATION_NOT_FOUND',
  });
});

test.each([
  ['in the past', later(START, -1)],
  ['now', START],
  ['more than a year ahead', later(START, 367 * DAY_MS)],
])('a deadline %s is refused, and nothing waits', async (_, until) => {
  const account = await funded(books, 1);
  const asked = books.ledger.reserve(
    account,
    'r',
    { kind: 'text-to-image' },
    { credits: 8, catalogVersion: '1' },
    1,
    {
      until,
    },
  );
  expect(await refusal(asked)).toEqual({
    code: 'WAIT_DEADLINE_IN_PAST',
    details: { waitUntil: until, now: START },
  });
  expect(await books.ledger.request(account, 'r')).toBeNull();
});
