import type { DueCursor, DueReservation } from '../../../ledger/ledger';
import {
  atOnce,
  granted,
  HOLD_MS,
  later,
  MINUTE_MS,
  newId,
  START,
  TestLedger,
} from '../ledger-support';

const DUE = later(START, HOLD_MS);
let books: TestLedger;

beforeEach(async () => {
  books = await TestLedger.open();
});
afterEach(async () => {
  await books.expectBalanced();
  await books.close();
});

async function openReservations(count: number): Promise<string> {
  const account = newId();
  await books.grantPromotion(account, 100);
  for (let i = 1; i <= count; i += 1) await granted(books.reserve(account, `r${i}`, i));
  return account;
}

async function allPages(dueBy: string, limit: number): Promise<DueReservation[][]> {
  const pages: DueReservation[][] = [];
  let last: DueCursor | null = null;
  for (;;) {
    const page: DueReservation[] = await books.ledger.holds.due(dueBy, last, limit);
    if (page.length === 0) return pages;
    pages.push(page);
    last = page.at(-1) ?? null;
  }
}

test('a pass reads the ledger’s clock and the number of open reservations', async () => {
  const account = await openReservations(3);
  await granted(books.ledger.release(account, 'r2', 'cancelled'));
  expect(await books.ledger.holds.scope()).toEqual({ now: START, open: 2 });
});

test('a reservation is due from its expiry on, and no longer once it has been resolved', async () => {
  const account = await openReservations(2);
  expect(await books.ledger.holds.due(later(DUE, -1), null, 10)).toEqual([]);
  await granted(books.ledger.commit(account, 'r1', 1, 'file:///o'));
  expect(await books.ledger.holds.due(DUE, null, 10)).toEqual([
    { accountId: account, requestId: 'r2', expiresAt: DUE, credits: 2 },
  ]);
});

test('pages hold every due reservation once, soonest first, over accounts with equal times', async () => {
  const accounts = [];
  for (let i = 0; i < 3; i += 1) {
    accounts.push(await openReservations(5));
    await books.advanceClock(i === 0 ? 0 : 1);
  }
  const pages = await allPages(later(DUE, MINUTE_MS), 4);
  expect(pages.map((page) => page.length)).toEqual([4, 4, 4, 3]);
  const seen = pages.flat();
  expect(new Set(seen.map(({ accountId, requestId }) => `${accountId}/${requestId}`)).size).toBe(
    15,
  );
  const times = seen.map(({ expiresAt }) => expiresAt);
  expect(times).toEqual([...times].sort());
});

test('a page goes on after a reservation that has been resolved in between', async () => {
  const account = await openReservations(4);
  const [, second] = await books.ledger.holds.due(DUE, null, 2);
  await granted(books.ledger.release(account, 'r2', 'orphaned'));
  const rest = await books.ledger.holds.due(DUE, second as DueReservation, 2);
  expect(rest.map(({ requestId }) => requestId)).toEqual(['r3', 'r4']);
});

test('an extended hold counts from the ledger’s now, moves no credits, and leaves a resolved reservation alone', async () => {
  const account = await openReservations(2);
  const resolved = await granted(books.ledger.release(account, 'r2', 'cancelled'));
  await books.setClock(later(DUE, MINUTE_MS));
  await books.ledger.holds.extend(account, 'r1', HOLD_MS);
  await books.ledger.holds.extend(account, 'r2', HOLD_MS);
  await books.ledger.holds.extend(account, 'unknown', HOLD_MS);
  expect(await books.ledger.request(account, 'r1')).toMatchObject({
    expiresAt: later(DUE, MINUTE_MS + HOLD_MS),
  });
  expect(await books.ledger.request(account, 'r2')).toEqual(resolved);
  expect(await books.ledger.holds.due(later(DUE, MINUTE_MS), null, 10)).toEqual([]);
  expect(await books.entryTypes(account)).toEqual(['grant', 'reserve', 'reserve', 'release']);
});

test('many holds are extended at once, but for those that are locked or have ended', async () => {
  const account = await openReservations(4);
  await granted(books.ledger.release(account, 'r4', 'cancelled'));
  await books.setClock(later(DUE, MINUTE_MS));
  const keys = ['r1', 'r2', 'r3', 'r4', 'unknown'].map((requestId) => ({
    ...{ accountId: account, requestId },
  }));
  const other = await books.owner.connect();
  const r2 = "SELECT FROM holdfast.reservations WHERE account_id = $1 AND request_id = 'r2'";
  await other.query('BEGIN');
  await other.query(`${r2} FOR UPDATE`, [account]);
  expect(await books.ledger.holds.extendAll(keys, HOLD_MS)).toBe(2);
  await other.query('ROLLBACK');
  other.release();
  const due = await books.ledger.holds.due(later(DUE, MINUTE_MS), null, 10);
  expect(due.map(({ requestId }) => requestId)).toEqual(['r2']);
});

test('a pass takes each due hold once, and those last of which nothing could be found out before', async () => {
  const account = await openReservations(5);
  const taken = async (dueBy: string, limit: number, pass = 'pass-1') =>
    (await books.ledger.holds.take(dueBy, pass, limit)).map(({ requestId }) => requestId);
  expect(await taken(later(DUE, -1), 10)).toEqual([]);
  await books.setClock(later(DUE, 1));
  expect(await taken(DUE, 2)).toEqual(['r1', 'r2']);
  await books.ledger.holds.noteUnsettled(account, 'r1');
  await granted(books.ledger.release(account, 'r2', 'orphaned'));
  expect(await taken(DUE, 10)).toEqual(['r3', 'r4', 'r5']);
  expect(await taken(DUE, 10)).toEqual([]);
  // The clock may have stood still, or gone back, since the pass before.
  expect(await taken(DUE, 10, 'pass-2')).toEqual(['r3', 'r4', 'r5', 'r1']);
});

test('passes that do not find the workflow are counted once each, from one again after it was found', async () => {
  const account = await openReservations(2);
  const missing = (pass: string) => books.ledger.holds.noteMissing(account, 'r1', pass);
  expect(await missing('pass-1')).toBe(1);
  expect(await missing('pass-1')).toBe(1);
  expect(await missing('pass-2')).toBe(2);
  expect(await missing('pass-2')).toBe(2);
  await books.ledger.holds.extend(account, 'r1', HOLD_MS);
  expect(await missing('pass-2')).toBe(1);
  expect(await books.ledger.holds.noteMissing(account, 'r2', 'pass-2')).toBe(1);
});

test('32 retries of one pass count once', async () => {
  const account = await openReservations(1);
  const counts = await atOnce(32, () => books.ledger.holds.noteMissing(account, 'r1', 'pass-1'));
  expect(new Set(counts)).toEqual(new Set([1]));
});

test('a reservation that has ended or never existed is not counted as missing', async () => {
  const account = await openReservations(1);
  await granted(books.ledger.commit(account, 'r1', 1, 'file:///o'));
  expect(await books.ledger.holds.noteMissing(account, 'r1', 'pass-1')).toBeNull();
  expect(await books.ledger.holds.noteMissing(account, 'unknown', 'pass-1')).toBeNull();
});

test('the first Temporal namespace that is seen is recorded, also where others come at the same moment', async () => {
  const seen = (i: number) => ({ clusterId: `c${i}`, namespaceId: `n${i}`, namespace: 'default' });
  const recorded = await atOnce(16, (i) => books.ledger.temporalIdentity(seen(i)));
  const [first] = recorded;
  expect(recorded).toEqual(recorded.map(() => first));
  expect(await books.ledger.temporalIdentity(seen(99))).toEqual(first);
});
