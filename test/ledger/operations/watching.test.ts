import { DAY_MS, granted, later, newId, START, TestLedger } from '../ledger-support';

let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
});
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

const stampOf = async (account: string) => (await books.ledger.accountStamps([account]))[account];

test('a stamp changes with every change of the balance or the requests, and stays the same otherwise', async () => {
  const account = newId();
  await books.grantPromotion(account, 100);
  const changes: [string, () => Promise<unknown>][] = [
    ['a grant', () => books.grantPromotion(account, 10)],
    ['a reservation', () => granted(books.reserve(account, 'r1', 40))],
    ['a place in the queue', () => books.park(account, 'w1', 90)],
    ['another one', () => books.park(account, 'w2', 90)],
    ['the end of a wait', () => granted(books.ledger.release(account, 'w1', 'cancelled'))],
    ['the end of the other', () => granted(books.ledger.release(account, 'w2', 'cancelled'))],
    ['a commit', () => granted(books.ledger.commit(account, 'r1', 30, 'file:///out.png'))],
    ['a subscription', () => books.setTerm(account, 1, later(START, DAY_MS))],
    ['a renewal', () => books.setTerm(account, 1, later(START, 2 * DAY_MS))],
    ['its lapse', () => books.setClock(later(START, 3 * DAY_MS))],
  ];
  const seen = new Set([await stampOf(account)]);
  for (const [what, change] of changes) {
    await change();
    const stamp = await stampOf(account);
    expect({ what, isNew: !seen.has(stamp) }).toEqual({ what, isNew: true });
    seen.add(stamp);
    await books.ledger.balance(account);
    expect(await stampOf(account)).toBe(stamp);
  }
  await books.setClock(START);
});

test('one call reads the stamps of many accounts; unknown accounts have none', async () => {
  const [first, second] = [newId(), newId()];
  await books.grantPromotion(first, 1);
  await books.grantPromotion(second, 1);
  const stamps = await books.ledger.accountStamps([first, second, newId(), 'never/an account']);
  expect(Object.keys(stamps).sort()).toEqual([first, second].sort());
  expect(await books.ledger.accountStamps([])).toEqual({});
});

test('open requests are those that hold credits, oldest first, then those that wait, in the queue’s order', async () => {
  const account = newId();
  await books.grantPromotion(account, 100);
  for (const [index, request] of ['r-b', 'r-a', 'done'].entries()) {
    await books.setClock(later(START, index * 1_000));
    await granted(books.reserve(account, request, 30));
  }
  await granted(books.ledger.commit(account, 'done', 30, 'file:///out.png'));
  for (const request of ['w-b', 'w-a', 'w-gone']) await books.park(account, request, 90);
  await granted(books.ledger.release(account, 'w-gone', 'cancelled'));
  await granted(books.reserve(newId(), 'elsewhere', 30)).catch(() => {});
  const open = await books.ledger.openRequests(account);
  expect(open.map(({ requestId, status }) => `${requestId} ${status}`)).toEqual([
    ...['r-b open', 'r-a open', 'w-b waiting', 'w-a waiting'],
  ]);
  for (const record of open)
    expect(record).toEqual(await books.ledger.request(account, record.requestId));
  expect(await books.ledger.openRequests(newId())).toEqual([]);
});
