import { KNOWN_MIGRATIONS } from '../../../ledger/migration/known-migrations';
import { granted, later, MINUTE_MS, newId, START, TestLedger } from '../ledger-support';

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
beforeEach(() => books.setClock(START));
afterAll(() => books.close());

async function overdueIn(account: string): Promise<unknown[]> {
  const heads = await books.ledger.interventions.overdueHeads(MINUTE_MS, 100);
  return heads.filter(({ accountId }) => accountId === account);
}

/** An account whose first ticket waits for 4 credits, from START. */
async function queue(): Promise<string> {
  const account = newId();
  await books.grantPromotion(account, 1);
  await books.park(account, 'first', 4);
  await books.park(account, 'second', 1);
  return account;
}

test('a first ticket that was woken and has not asked for a minute is overdue, until it is served', async () => {
  const account = await queue();
  await books.advanceClock(10 * MINUTE_MS);
  expect(await overdueIn(account)).toEqual([]);

  await books.grantPromotion(account, 10);
  await books.advanceClock(MINUTE_MS - 1);
  expect(await overdueIn(account)).toEqual([]);
  await books.advanceClock(1);
  const ticket = { accountId: account, requestId: 'first', required: 4, waitingSince: START };
  expect(await overdueIn(account)).toEqual([{ ...ticket, since: later(START, 10 * MINUTE_MS) }]);

  await granted(books.resume(account, 'first', 4));
  expect(await overdueIn(account)).toEqual([]);
});

test('a first ticket that a stop or a limit holds up is not overdue', async () => {
  const account = await queue();
  const body = { reason: 'Ticket 4711', by: 'sam' };
  await granted(books.ledger.settings.stop({ accountId: account, kind: null, ...body }));
  await books.grantPromotion(account, 10);
  await books.advanceClock(10 * MINUTE_MS);
  expect(await overdueIn(account)).toEqual([]);
});

test('a first ticket that was never woken is overdue from when it began to wait', async () => {
  const account = await queue();
  await books.grantPromotion(account, 10);
  await books.owner.query(
    'UPDATE holdfast.reservations SET woken_at = NULL WHERE account_id = $1',
    [account],
  );
  await books.advanceClock(MINUTE_MS);
  expect(await overdueIn(account)).toMatchObject([{ requestId: 'first', since: START }]);
});

test('the schema says which migrations it has', async () => {
  const applied = await books.ledger.appliedMigrations();
  expect(applied.map(({ name }) => name)).toEqual(KNOWN_MIGRATIONS);
});
