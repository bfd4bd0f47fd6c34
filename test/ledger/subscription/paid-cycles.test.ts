import { atOnce, granted, later, START } from '../ledger-support';
import { APRIL, FEBRUARY, HOUR_MS, LITE, MARCH, SubscriptionBooks } from './subscription-support';

let subs: SubscriptionBooks;

beforeAll(async () => {
  subs = await SubscriptionBooks.open({}, 32);
});
beforeEach(() => subs.reset());
afterEach(() => subs.expectBalanced());
afterAll(() => subs.books.close());

test('two cycles paid ahead are granted each at its boundary', async () => {
  const account = await subs.subscribed();
  await granted(subs.renew(account));
  const { subscription } = await granted(subs.renew(account));
  expect(subscription).toMatchObject({
    cycle: 1,
    paidAhead: 2,
    paidUntil: APRIL,
    validUntil: APRIL,
  });
  for (const [at, grants] of [
    [later(FEBRUARY, -1), 1],
    [FEBRUARY, 2],
    [later(MARCH, -1), 2],
    [MARCH, 3],
    [later(APRIL, -1), 3],
  ] as const) {
    await subs.books.setClock(at);
    await granted(subs.subscriptions.grantCycles(account, 's'));
    expect(await subs.balance(account)).toMatchObject({
      available: grants * 150,
      pendingExpiry: 0,
    });
  }
  await subs.books.setClock(APRIL);
  expect(await subs.balance(account)).toMatchObject({ available: 0, pendingExpiry: 450 });
});

test('every paid cycle is granted in order after an outage of three cycles, and the unpaid one never', async () => {
  const account = await subs.subscribed();
  await granted(subs.renew(account));
  await granted(subs.renew(account));
  await granted(subs.renew(account));
  await subs.books.setClock('2030-04-10T00:00:00.000Z');
  const { granted: grants } = await granted(subs.subscriptions.grantCycles(account, 's'));
  expect(grants.map(({ cycle }) => cycle)).toEqual([2, 3, 4]);
  await subs.books.setClock('2030-06-10T00:00:00.000Z');
  expect(await granted(subs.subscriptions.grantCycles(account, 's'))).toMatchObject({
    granted: [],
  });
  expect(await subs.planGrants(account)).toEqual([1, 2, 3, 4].map((cycle) => [cycle, 150]));
});

test('a cycle that an outage left ungranted is granted before its term expires', async () => {
  const account = await subs.subscribed();
  await granted(subs.renew(account));
  await subs.books.setClock(later(MARCH, 2 * HOUR_MS));
  expect(await granted(subs.subscriptions.expireTerm(account, 's', 1))).toMatchObject({
    expired: 300,
    entries: 2,
  });
  const { subscription, granted: grants } = await granted(subs.renew(account));
  expect(subscription).toMatchObject({ term: 2, cycle: 3, grantedCycle: 3 });
  expect(grants.map(({ cycle }) => cycle)).toEqual([3]);
});

test('an outage that ends in a renewal grants the old cycles to the old term', async () => {
  const account = await subs.subscribed();
  await granted(subs.renew(account));
  await subs.books.setClock(later(MARCH, 1));
  const { granted: grants, newTerm } = await granted(subs.renew(account));
  expect({ newTerm, cycles: grants.map(({ cycle }) => cycle) }).toEqual({
    newTerm: true,
    cycles: [2, 3],
  });
  expect(await subs.balance(account)).toEqual({
    available: 150,
    pendingExpiry: 0,
    expired: 300,
    granted: 450,
  });
});

test('32 renewals at once with one reference pay one cycle', async () => {
  const account = await subs.subscribed();
  const outcomes = await atOnce(32, () => subs.renew(account, START, 'one'));
  expect(outcomes.filter((outcome) => outcome.ok && !outcome.replayed)).toHaveLength(1);
  expect(outcomes.every(({ ok }) => ok)).toBe(true);
  expect(await subs.subscription(account)).toMatchObject({ paidCycle: 2 });
});

test('32 renewals at once, each with its own reference, pay a cycle each', async () => {
  const account = await subs.subscribed();
  const outcomes = await atOnce(32, (index) => subs.renew(account, START, `own-${index}`));
  expect(outcomes.every((outcome) => outcome.ok && !outcome.replayed)).toBe(true);
  expect(await subs.subscription(account)).toMatchObject({
    paidCycle: 33,
    validUntil: '2032-10-01T00:00:00.000Z',
  });
  await subs.books.setClock('2032-09-01T00:00:00.000Z');
  const grants = await atOnce(8, () => granted(subs.subscriptions.grantCycles(account, 's')));
  expect(grants.filter((answer) => answer.granted.length > 0)).toHaveLength(1);
  expect(await subs.planGrants(account)).toHaveLength(33);
});

test('a month’s end stays the month’s end through renewals and in another time zone', async () => {
  await subs.books.setClock('2030-01-31T18:00:00.000Z');
  const account = await subs.subscribed(LITE, 'Asia/Kathmandu');
  const ends: string[] = [];
  for (let i = 0; i < 4; i += 1)
    ends.push((await granted(subs.renew(account))).subscription.validUntil);
  expect(ends.map((end) => end.slice(0, 16))).toEqual([
    // It is 31 January, 23:45 there.
    '2030-03-31T18:00',
    '2030-04-30T18:00',
    '2030-05-31T18:00',
    '2030-06-30T18:00',
  ]);
});

test('each of two years’ monthly cycles is granted exactly once, on the anchor’s day', async () => {
  await subs.books.setClock('2030-01-31T09:00:00.000Z');
  const account = await subs.subscribed();
  for (let n = 2; n <= 24; n += 1) {
    const { cycleEnd } = await subs.subscription(account);
    await subs.books.setClock(later(cycleEnd, -1));
    await granted(subs.renew(account));
    await subs.books.setClock(cycleEnd);
    await granted(subs.subscriptions.grantCycles(account, 's'));
  }
  expect(await subs.planGrants(account)).toEqual(
    Array.from({ length: 24 }, (_, index) => [index + 1, 150]),
  );
  expect(await subs.subscription(account)).toMatchObject({
    cycle: 24,
    cycleStart: '2031-12-31T09:00:00.000Z',
  });
});
