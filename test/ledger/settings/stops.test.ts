import type { StopScope } from '../../../contract/settings';
import { granted, newId, refusal, START, TestLedger } from '../ledger-support';

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
afterEach(async () => {
  await books.owner.query('DELETE FROM holdfast.stops');
});
afterAll(async () => {
  await books.expectBalanced('act-has-stop');
  await books.close();
});

const AVATAR = { kind: 'ai-avatar', seconds: 3 };

async function funded(): Promise<string> {
  const account = newId();
  await books.grantPromotion(account, 100);
  return account;
}

const stop = (scope: StopScope, reason = 'The provider is down') =>
  granted(books.ledger.settings.stop({ ...scope, reason, by: 'sam' }));

test('a stopped account’s callers get the reason, and other accounts go on', async () => {
  const [account, other] = [await funded(), await funded()];
  const stopped = await stop({ accountId: account, kind: null }, 'Chargeback, ticket 4711');
  expect(stopped).toEqual({
    accountId: account,
    kind: null,
    reason: 'Chargeback, ticket 4711',
    by: 'sam',
    since: START,
  });
  expect(await refusal(books.reserve(account, 'r', 1))).toEqual({
    code: 'ADMISSION_STOPPED',
    details: stopped,
  });
  await granted(books.reserve(other, 'r', 1));
  expect(await books.ledger.accountSettings(account)).toMatchObject({ stops: [stopped] });
});

test.each([
  ['one kind for all', (_: string) => ({ accountId: null, kind: 'ai-avatar' })],
  ['one kind of one account', (account: string) => ({ accountId: account, kind: 'ai-avatar' })],
])('a stop of %s leaves the other kinds alone', async (_, scope) => {
  const account = await funded();
  await stop(scope(account));
  expect(await refusal(books.reserve(account, 'avatar', 1, AVATAR))).toMatchObject({
    code: 'ADMISSION_STOPPED',
  });
  await granted(books.reserve(account, 'image', 2));
});

test('a stop of everything stops every account, unknown accounts included', async () => {
  const account = await funded();
  await stop({ accountId: null, kind: null });
  expect(await refusal(books.reserve(account, 'r', 1))).toMatchObject({
    code: 'ADMISSION_STOPPED',
  });
  expect(await refusal(books.reserve(newId(), 'r', 1))).toMatchObject({
    code: 'ADMISSION_STOPPED',
  });
});

test('callers see the account’s own stop where there are several', async () => {
  const account = await funded();
  await stop({ accountId: null, kind: null }, 'everybody');
  await stop({ accountId: account, kind: null }, 'this account');
  expect(await refusal(books.reserve(account, 'r', 1))).toMatchObject({
    details: { reason: 'this account' },
  });
});

test('running generations go on, and a known request keeps its answer', async () => {
  const account = await funded();
  await granted(books.reserve(account, 'r', 40));
  await stop({ accountId: account, kind: null });
  expect(await books.reserve(account, 'r', 40)).toMatchObject({ ok: true, replayed: true });
  await granted(books.ledger.commit(account, 'r', 40, 'file:///o'));
});

test('a repeated stop changes the reason and keeps the beginning; an admission ends exactly that stop', async () => {
  const account = await funded();
  await stop({ accountId: account, kind: null });
  await books.advanceClock(1_000);
  expect(await stop({ accountId: account, kind: null }, 'another')).toMatchObject({
    reason: 'another',
    since: START,
  });
  await stop({ accountId: account, kind: 'ai-avatar' });
  const { settings } = books.ledger;
  expect(await granted(settings.admit({ accountId: account, kind: null }))).toEqual({
    admitted: true,
  });
  expect(await granted(settings.admit({ accountId: account, kind: null }))).toEqual({
    admitted: false,
  });
  expect(await refusal(books.reserve(account, 'avatar', 1, AVATAR))).toMatchObject({
    code: 'ADMISSION_STOPPED',
  });
  await granted(books.reserve(account, 'image', 2));
});

test('a stop is told as repeated, also within the same millisecond', async () => {
  const given = { accountId: newId(), kind: null, reason: 'abuse', by: 'sam' };
  const { settings } = books.ledger;
  expect(await settings.stop(given)).toMatchObject({ ok: true, replayed: false });
  expect(await settings.stop(given)).toMatchObject({ ok: true, replayed: true });
});

test('a stop that is ended is kept, with who ended it and why', async () => {
  const account = await funded();
  const stopped = await stop({ accountId: account, kind: null });
  const word = { reason: 'Settled, ticket 4711', by: 'ada' };
  const { settings } = books.ledger;
  const end = { accountId: account, kind: null, ...word };
  for (const admitted of [true, false]) {
    expect(await granted(settings.admit(end))).toEqual({ admitted });
  }
  const { rows } = await books.owner.query(
    'SELECT what, holdfast.act_detail(a) AS detail, holdfast.act_reason(a) AS reason, by_name AS by, at FROM holdfast.operator_acts AS a WHERE account_id = $1 ORDER BY act_id DESC LIMIT 1',
    [account],
  );
  expect(rows).toEqual([{ what: 'admit', detail: stopped, ...word, at: expect.any(Date) }]);
});

test('a stop of all accounts is ended by a worker of v0.1.0 without a reason and a name', async () => {
  await stop({ accountId: null, kind: 'ai-avatar' });
  const { rows } = await books.owner.query(
    "SELECT holdfast.admit_again(NULL, 'ai-avatar')->'result' AS result",
  );
  expect(rows).toEqual([{ result: { admitted: true } }]);
  const kept = await books.owner.query(
    "SELECT detail->>'by' AS stopped, reason, by_name FROM holdfast.operator_acts WHERE account_id = '*' ORDER BY act_id DESC LIMIT 1",
  );
  expect(kept.rows).toEqual([{ stopped: 'sam', reason: null, by_name: null }]);
});

test('a kind that no catalog has can’t be stopped', async () => {
  expect(
    await refusal(
      books.ledger.settings.stop({ accountId: null, kind: 'hologram', reason: 'r', by: 'b' }),
    ),
  ).toEqual({
    code: 'UNKNOWN_KIND',
    details: { kind: 'hologram' },
  });
});

test('a waiting request stays in the queue during a stop, and is woken when it may go', async () => {
  const account = newId();
  await books.grantPromotion(account, 1);
  await books.park(account, 'parked', 30);
  await stop({ accountId: account, kind: 'text-to-image' });
  await books.grantPromotion(account, 30);
  expect(books.woken(account)).toEqual([]);
  expect(await granted(books.resume(account, 'parked', 30))).toMatchObject({ status: 'waiting' });
  await granted(books.ledger.settings.admit({ accountId: account, kind: 'text-to-image' }));
  expect(books.woken(account)).toEqual(['parked']);
});

test('the end of a stop of everything wakes no request by itself: the next look at its account does', async () => {
  const account = newId();
  await books.grantPromotion(account, 1);
  await books.park(account, 'parked', 30);
  await stop({ accountId: null, kind: null });
  await books.grantPromotion(account, 30);
  await granted(books.ledger.settings.admit({ accountId: null, kind: null }));
  expect(books.woken(account)).toEqual([]);
  await books.ledger.outbox.attend(account);
  expect(books.woken(account)).toEqual(['parked']);
});
