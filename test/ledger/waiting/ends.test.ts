import { builtInCatalog } from '../../../catalog/catalog';
import { applyCatalog } from '../../../ledger/apply-catalog';
import {
  DAY_MS,
  granted,
  HOLD_MS,
  later,
  newId,
  refusal,
  START,
  TestLedger,
} from '../ledger-support';
import { funded } from './waiting-support';

let books: TestLedger;
beforeEach(async () => {
  books = await TestLedger.open();
});
afterEach(async () => {
  await books.expectBalanced();
  await books.close();
});

async function twoWait(): Promise<string> {
  const account = newId();
  await books.grantPromotion(account, 10);
  await books.park(account, 'head', 40);
  await books.park(account, 'next', 10);
  return account;
}

// A request that is ended from outside is woken as well: its workflow may still run.
test.each([
  ['cancelled', ['next']],
  ['orphaned', ['head', 'next']],
])('a first waiting request that is given up as %s lets the next one go', async (reason, told) => {
  const account = await twoWait();
  expect(await granted(books.ledger.release(account, 'head', reason))).toMatchObject({
    status: 'released',
    reason,
    reserved: 0,
    wait: { place: null, required: 40 },
  });
  expect(books.woken(account)).toEqual(told);
  expect(await granted(books.resume(account, 'head', 40))).toMatchObject({
    status: 'released',
    reason,
  });
  expect(await granted(books.resume(account, 'next', 10))).toMatchObject({ status: 'open' });
  expect(await books.entryTypes(account)).toEqual(['grant', 'reserve']);
});

test('the ledger’s clock judges the deadline, and the next request goes', async () => {
  const account = await twoWait();
  await books.setClock(later(START, DAY_MS - 1));
  expect(await granted(books.resume(account, 'head', 40))).toMatchObject({ status: 'waiting' });
  await books.setClock(later(START, DAY_MS));
  expect(await granted(books.resume(account, 'head', 40))).toMatchObject({
    status: 'released',
    reason: 'WAIT_TIMED_OUT',
  });
  expect(books.woken(account)).toEqual(['next']);
});

test('credits that come at the deadline come too late', async () => {
  const account = await funded(books, 0);
  await books.park(account, 'r', 8, { until: later(START, 1_000) });
  await books.setClock(later(START, 1_000));
  await books.grantPromotion(account, 8);
  expect(books.woken(account)).toEqual(['r']);
  expect(await granted(books.resume(account, 'r', 8))).toMatchObject({ reason: 'WAIT_TIMED_OUT' });
  expect(await books.ledger.balance(account)).toMatchObject({ available: 8, reserved: 0 });
});

test('a price that has risen since ends the waiting request with both figures, and lets the next one go', async () => {
  const account = await twoWait();
  await dearerFrom(later(START, 60_000));
  await books.setClock(later(START, 60_000));
  expect(await refusal(books.resume(account, 'head', 40))).toEqual({
    code: 'STALE_CATALOG',
    details: { quoted: 1, effective: 2 },
  });
  expect(await granted(books.resume(account, 'head', 41, '2'))).toMatchObject({
    status: 'released',
    reason: 'PRICE_CHANGED',
    wait: { required: 41, admitted: 40 },
  });
  expect(books.woken(account)).toEqual(['next']);
});

test('a price that has fallen counts: the waiting request needs less, and so do those behind it', async () => {
  const account = await twoWait();
  await dearerFrom(later(START, 60_000));
  await books.setClock(later(START, 60_000));
  // Nothing has been granted: only the next look at the account finds that the catalog has changed.
  await books.ledger.outbox.attend(account);
  expect(books.woken(account)).toEqual(['head']);
  expect(await granted(books.resume(account, 'head', 12, '2'))).toMatchObject({
    status: 'waiting',
    wait: { required: 12 },
  });
  expect(await books.ledger.waitingQueue(account)).toMatchObject({ waitedFor: 22 });
  await books.grantPromotion(account, 2);
  expect(await granted(books.resume(account, 'head', 12, '2'))).toMatchObject({
    status: 'open',
    reserved: 12,
  });
});

test('reconciliation looks at waiting requests as at reservations', async () => {
  const account = await twoWait();
  const dueBy = later(START, HOLD_MS);
  const due = async () =>
    (await books.ledger.holds.due(dueBy, null, 10)).map(({ requestId }) => requestId);
  expect(await due()).toEqual(['head', 'next']);
  await books.setClock(dueBy);
  await books.ledger.holds.extend(account, 'head', HOLD_MS);
  expect(await due()).toEqual(['next']);
  expect(await books.ledger.holds.noteMissing(account, 'next', 'pass-1')).toBe(1);
  expect(await books.ledger.holds.noteMissing(account, 'next', 'pass-2')).toBe(2);
});

test('a ticket outlives a lapse, and is served by the next subscription', async () => {
  const account = newId();
  await granted(
    books.ledger.subscriptions.subscribe(account, 's', {
      planId: 'lite-monthly',
      paymentReference: 'p',
    }),
  );
  await books.park(account, 'r', 160, { timeout: 'P60D' });
  await books.setClock(later(START, 45 * DAY_MS));
  await granted(books.ledger.subscriptions.expireTerm(account, 's', 1));
  expect(await granted(books.resume(account, 'r', 160))).toMatchObject({ status: 'waiting' });
  await granted(
    books.ledger.subscriptions.subscribe(account, 't', {
      planId: 'advanced-monthly',
      paymentReference: 'q',
    }),
  );
  expect(books.woken(account)).toEqual(['r']);
  expect(await granted(books.resume(account, 'r', 160))).toMatchObject({ status: 'open' });
});

async function dearerFrom(effectiveFrom: string): Promise<void> {
  const [current] = builtInCatalog();
  if (!current) throw new Error('There is no built-in catalog.');
  await applyCatalog(books.urls.ownerUrl, [{ ...current, version: 2, effectiveFrom }]);
}
