import type { BoundedWait } from '../../../contract/waiting';
import {
  atOnce,
  BODY,
  granted,
  HOLD_MS,
  later,
  MINUTE_MS,
  newId,
  refusal,
  START,
  TestLedger,
} from '../ledger-support';
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

const WAIT = { timeout: 'P1D' };

/** Asks for 5 credits, and to wait for them. */
const ask = (account: string, requestId: string, bounds: Partial<BoundedWait> = {}) =>
  books.ledger.reserve(account, requestId, BODY, { credits: 5, catalogVersion: '1' }, HOLD_MS, {
    ...WAIT,
    ...bounds,
  });

test('a hundred requests of an account may wait, and the next one is refused and leaves nothing behind', async () => {
  const account = await funded(books, 1);
  await atOnce(100, (index) => granted(ask(account, `r${index}`)));
  expect(await refusal(ask(account, 'one-more'))).toEqual({
    code: 'QUEUE_FULL',
    details: { waiting: 100, waitingMax: 100 },
  });
  expect(await books.ledger.request(account, 'one-more')).toBeNull();
  expect(await books.ledger.waitingPlace(account, null)).toMatchObject({
    ticketCount: 100,
    waitedFor: 500,
  });
  // A repetition has its place, and others have a queue of their own.
  expect(await granted(ask(account, 'r7'))).toMatchObject({ status: 'waiting' });
  expect(await granted(ask(await funded(books, 1), 'r'))).toMatchObject({ status: 'waiting' });
});

test('a worker may allow another number of places, and a place that is left is free again', async () => {
  const account = await funded(books, 1);
  const two = { placesMax: 2 };
  await granted(ask(account, 'a', two));
  await granted(ask(account, 'b', two));
  expect(await refusal(ask(account, 'c', two))).toMatchObject({ code: 'QUEUE_FULL' });
  await granted(books.ledger.release(account, 'a', 'cancelled'));
  expect(await granted(ask(account, 'c', two))).toMatchObject({ wait: { place: 2 } });
  await books.grantPromotion(account, 4);
  await granted(books.resume(account, 'b', 5));
  expect(await granted(ask(account, 'd', two))).toMatchObject({ wait: { place: 2 } });
});

test('requests that come at once never take more places than there are', async () => {
  const account = await funded(books, 1);
  const asked = await atOnce(20, (index) => ask(account, `r${index}`, { placesMax: 7 }));
  expect(asked.filter(({ ok }) => ok)).toHaveLength(7);
});

test('the requests that wait may be so large together, and one that has left makes room', async () => {
  const account = await funded(books, 1);
  const of = (requestBytes: number) => ({ requestBytes, bytesMax: 100 });
  await granted(ask(account, 'a', of(60)));
  await granted(ask(account, 'b', of(40)));
  expect(await refusal(ask(account, 'c', of(1)))).toEqual({
    code: 'QUEUE_BYTES_EXCEEDED',
    details: { requestBytes: 1, waitingBytes: 100, waitingBytesMax: 100 },
  });
  await granted(books.ledger.release(account, 'a', 'cancelled'));
  expect(await refusal(ask(account, 'c', of(61)))).toMatchObject({ code: 'QUEUE_BYTES_EXCEEDED' });
  expect(await granted(ask(account, 'c', of(60)))).toMatchObject({ status: 'waiting' });
});

test('a full queue keeps out no request that finds enough credits beside it', async () => {
  const account = await funded(books, 1);
  const one = { placesMax: 1 };
  await granted(ask(account, 'a', one));
  await books.grantPromotion(account, 9);
  expect(await granted(ask(account, 'b', one))).toMatchObject({ status: 'open' });
});

test('an account whose credits have ended may wait for others', async () => {
  const account = newId();
  await books.grantPromotion(account, 5, { expiresAt: later(START, MINUTE_MS) });
  await books.setClock(later(START, MINUTE_MS));
  expect(await granted(ask(account, 'r'))).toMatchObject({ status: 'waiting' });
});
