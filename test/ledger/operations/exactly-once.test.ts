import type { RequestRecord } from '../../../contract/generation';
import type { Outcome } from '../../../ledger/ledger';
import {
  atOnce,
  BODY,
  granted,
  HOLD_MS,
  newId,
  promotion,
  refusal,
  TestLedger,
} from '../ledger-support';

const CALLERS = 32;
let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open(CALLERS);
});
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

/** 32 identical calls race; all must get the same answer, and one of them the first. */
async function race<T>(call: () => Promise<Outcome<T>>): Promise<T> {
  const outcomes = await atOnce(CALLERS, call);
  const values = outcomes.map((outcome) => (outcome.ok ? outcome.value : outcome.refusal));
  expect(values).toEqual(values.map(() => values[0]));
  expect(outcomes.filter((outcome) => outcome.ok && !outcome.replayed)).toHaveLength(1);
  return values[0] as T;
}

describe('in 32 racing calls with one key', () => {
  test('a grant to an unknown account is booked once', async () => {
    const account = newId();
    const grant = await race(() => books.ledger.grant(account, 'welcome', promotion(50)));
    expect(grant).toMatchObject({ accountId: account, credits: 50, grantId: '1' });
    expect(await books.entryTypes(account)).toEqual(['grant']);
    expect(await books.ledger.balance(account)).toMatchObject({ available: 50, granted: 50 });
  });

  test('a deduction is booked once', async () => {
    const account = newId();
    await books.grantPromotion(account, 50);
    const body = { credits: 20, reason: 'mistake', by: 'ops' };
    await race(() => books.ledger.deduct(account, 'correction', body));
    expect(await books.entryTypes(account)).toEqual(['grant', 'deduct']);
    expect(await books.ledger.balance(account)).toMatchObject({ available: 30, deducted: 20 });
  });

  test('a reserve sets aside once', async () => {
    const account = newId();
    await books.grantPromotion(account, 50);
    await race(() => books.reserve(account, 'r', 20));
    expect(await books.entryTypes(account)).toEqual(['grant', 'reserve']);
    expect(await books.ledger.balance(account)).toMatchObject({ available: 30, reserved: 20 });
  });

  test('a commit takes once', async () => {
    const account = newId();
    await books.grantPromotion(account, 50);
    await granted(books.reserve(account, 'r', 20));
    const record = await race(() => books.ledger.commit(account, 'r', 15, 'file:///o.mp4'));
    expect(record).toMatchObject({ status: 'committed', charged: 15 });
    expect(await books.entryTypes(account)).toEqual(['grant', 'reserve', 'commit']);
    expect(await books.ledger.balance(account)).toMatchObject({
      available: 35,
      reserved: 0,
      spent: 15,
    });
  });

  test('a release hands back once', async () => {
    const account = newId();
    await books.grantPromotion(account, 50);
    await granted(books.reserve(account, 'r', 20));
    const record = await race(() => books.ledger.release(account, 'r', 'cancelled'));
    expect(record).toMatchObject({ status: 'released', charged: 0, reason: 'cancelled' });
    expect(await books.entryTypes(account)).toEqual(['grant', 'reserve', 'release']);
    expect(await books.ledger.balance(account)).toMatchObject({ available: 50, reserved: 0 });
  });

  test('a release of an unknown request leaves one tombstone, also in an unknown account', async () => {
    const account = newId();
    const record = await race(() => books.ledger.release(account, 'r', 'too late'));
    expect(record).toMatchObject({ status: 'released', kind: null, reserved: 0 });
    expect(await books.entryTypes(account)).toEqual([]);
  });

  test('an end is booked once', async () => {
    const account = newId();
    await books.grantPromotion(account, 50, { expiresAt: '2030-01-01T00:01:00Z' });
    await books.setClock('2030-01-01T00:01:00Z');
    const outcomes = await atOnce(CALLERS, () => granted(books.ledger.expire(account)));
    expect(outcomes.reduce((sum, { expired }) => sum + expired, 0)).toBe(50);
    expect(await books.entryTypes(account)).toEqual(['grant', 'expire']);
  });
});

test('one of 32 bodies that race for one key wins, and the others are conflicts', async () => {
  const account = newId();
  const outcomes = await atOnce(CALLERS, (i) =>
    books.ledger.grant(account, 'welcome', promotion(i + 1)),
  );
  const winners = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
  const codes = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.refusal.code]));
  expect(winners).toHaveLength(1);
  expect(codes).toEqual(Array(CALLERS - 1).fill('IDEMPOTENCY_CONFLICT'));
  expect((await books.ledger.balance(account)).granted).toBe(winners[0]?.credits);
});

test('as many of 32 different requests for the last credits are admitted as can be paid', async () => {
  const account = newId();
  await books.grantPromotion(account, 100);
  const outcomes = await atOnce(CALLERS, (i) => books.reserve(account, `r${i}`, 9));
  expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(11);
  expect(await books.ledger.balance(account)).toMatchObject({ available: 1, reserved: 99 });
  expect(await refusal(books.reserve(account, 'late', 9))).toEqual({
    code: 'INSUFFICIENT_CREDITS',
    details: { required: 9, available: 1, shortfall: 8 },
  });
});

test('a reserve that races the release of its key ends released in either order', async () => {
  const account = newId();
  await books.grantPromotion(account, 100);
  for (let round = 0; round < 20; round += 1) {
    const request = `r${round}`;
    const calls: (() => Promise<Outcome<RequestRecord>>)[] = [
      () =>
        books.ledger.reserve(account, request, BODY, { credits: 5, catalogVersion: '1' }, HOLD_MS),
      () => books.ledger.release(account, request, 'cancelled'),
    ];
    await atOnce(CALLERS, (i) => (calls[(i + round) % 2] as (typeof calls)[0])());
    expect(await books.ledger.request(account, request)).toMatchObject({
      status: 'released',
      charged: 0,
    });
  }
  expect(await books.ledger.balance(account)).toMatchObject({ available: 100, reserved: 0 });
});
