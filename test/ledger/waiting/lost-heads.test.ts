import { granted, later, START, TestLedger } from '../ledger-support';
import { funded } from './waiting-support';

const SECOND_MS = 1_000;

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
beforeEach(async () => {
  books.ended.clear();
  await books.setClock(START);
});
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

/** An account with 15 credits whose first request waits for 24, and others for a credit each. */
async function queued(others = 2): Promise<string> {
  const account = await funded(books, 15);
  await books.park(account, `${account}-first`, 24);
  for (let n = 1; n <= others; n += 1) await books.park(account, `${account}-${n}`, 1);
  books.messageKinds(account);
  return account;
}

const statusOf = async (account: string, name: string) => {
  const record = await books.ledger.request(account, `${account}-${name}`);
  return record?.reason ?? record?.status;
};

test('an operation looks for the workflow of the queue’s first request, every ten seconds at most', async () => {
  const account = await queued();
  const operate = async (ms: number) => {
    await books.setClock(later(START, ms));
    await books.reserve(account, `refused-${ms}`, 2);
    return books.checked(account);
  };
  const first = `${account}-first`;
  expect(await operate(9 * SECOND_MS)).toEqual([]);
  expect(await operate(11 * SECOND_MS)).toEqual([first]);
  expect(await operate(12 * SECOND_MS)).toEqual([]);
  expect(await operate(22 * SECOND_MS)).toEqual([first]);
});

test('a first request whose workflow has ended leaves the queue with the next operation, and the next one is woken', async () => {
  const account = await queued();
  books.ended.add(`${account}-first`);
  await books.setClock(later(START, 11 * SECOND_MS));
  await books.reserve(account, 'refused', 2);
  expect(books.woken(account)).toEqual([`${account}-1`]);
  expect(await statusOf(account, 'first')).toBe('orphaned');
  expect(await granted(books.resume(account, `${account}-1`, 1))).toMatchObject({ status: 'open' });
  await granted(books.reserve(account, 'admitted', 2));
});

test('one that was woken and ended before it asked is looked for as well', async () => {
  const account = await queued();
  await books.grantPromotion(account, 10);
  expect(books.woken(account)).toEqual([`${account}-first`]);
  books.ended.add(`${account}-first`);
  await books.setClock(later(START, 11 * SECOND_MS));
  await books.grantPromotion(account, 1);
  expect(await statusOf(account, 'first')).toBe('orphaned');
});

test('of many that have ended, an operation takes ten out of the queue, and the next one goes on', async () => {
  const account = await queued(20);
  for (const name of ['first', ...Array.from({ length: 20 }, (_, n) => `${n + 1}`)])
    books.ended.add(`${account}-${name}`);
  await books.setClock(later(START, 11 * SECOND_MS));
  await books.reserve(account, 'refused', 2);
  expect((await books.ledger.waitingQueue(account)).tickets).toHaveLength(11);
  await books.setClock(later(START, 80 * SECOND_MS));
  await books.reserve(account, 'next', 2);
  await books.setClock(later(START, 91 * SECOND_MS));
  await books.reserve(account, 'last', 2);
  expect((await books.ledger.waitingQueue(account)).tickets).toEqual([]);
});

test('a request that is served is not taken out of anything', async () => {
  const account = await queued(0);
  await books.grantPromotion(account, 10);
  await granted(books.resume(account, `${account}-first`, 24));
  const { rows } = await books.owner.query(
    `SELECT holdfast.drop_ended_ticket($1, $2)->'result'->>'status' AS status`,
    [account, `${account}-first`],
  );
  expect(rows).toEqual([{ status: 'open' }]);
});
