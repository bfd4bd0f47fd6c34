import { DAY_MS, granted, later, newId, refusal } from '../ledger-support';
import {
  APRIL,
  FEBRUARY,
  HOUR_MS,
  LITE,
  MARCH,
  PROFESSIONAL,
  SubscriptionBooks,
} from './subscription-support';

let subs: SubscriptionBooks;

const GRACE_END = later(FEBRUARY, 3 * DAY_MS);
const IN_GRACE = later(FEBRUARY, DAY_MS);

beforeAll(async () => {
  subs = await SubscriptionBooks.open({ renewalGrace: 'P3D', settlementWindow: 'PT2H' });
});
beforeEach(() => subs.reset());
afterEach(() => subs.expectBalanced());
afterAll(() => subs.books.close());

test('grace moves the lapse past the period’s end, and credits stay spendable in it', async () => {
  const account = await subs.subscribed();
  expect(await subs.subscription(account)).toMatchObject({
    ...{ paidUntil: FEBRUARY, validUntil: GRACE_END, windowEnd: later(GRACE_END, 2 * HOUR_MS) },
  });
  await subs.books.setClock(later(GRACE_END, -1));
  expect(await subs.subscription(account)).toMatchObject({
    status: 'grace',
    cycle: 1,
    paidAhead: 0,
  });
  expect(await subs.balance(account)).toMatchObject({ available: 150 });
  expect((await subs.books.reserve(account, 'r', 50)).ok).toBe(true);
  await subs.books.setClock(GRACE_END);
  expect(await subs.subscription(account)).toMatchObject({ status: 'lapsed' });
  expect(await subs.balance(account)).toMatchObject({ available: 0, pendingExpiry: 100 });
});

test('a payment in grace grants the next cycle at once, on the old anchor', async () => {
  const account = await subs.subscribed();
  await subs.books.setClock(IN_GRACE);
  expect(await granted(subs.renew(account))).toMatchObject({
    ...{ newTerm: false, granted: [{ cycle: 2, credits: 150 }] },
    subscription: {
      status: 'active',
      cycleStart: FEBRUARY,
      cycleEnd: MARCH,
      validUntil: later(MARCH, 3 * DAY_MS),
    },
  });
  expect(await subs.balance(account)).toMatchObject({ available: 300, expired: 0 });
});

test.each([
  ['a millisecond before the lapse', 'continues the', -1, false],
  ['at the lapse', 'starts a new', 0, true],
] as const)('a payment %s, told in the window, %s term', async (_when, _does, ms, newTerm) => {
  const account = await subs.subscribed();
  await subs.books.setClock(later(GRACE_END, HOUR_MS));
  expect(await granted(subs.renew(account, later(GRACE_END, ms)))).toMatchObject({ newTerm });
});

test('a subscription that is cancelled at its period’s end has no grace; a resumed one has it', async () => {
  const account = await subs.subscribed();
  const cancelled = await granted(subs.subscriptions.cancelAtPeriodEnd(account, 's', 'c1'));
  expect(cancelled.subscription).toMatchObject({ cancelAtPeriodEnd: true, validUntil: FEBRUARY });
  expect((await granted(subs.subscriptions.resume(account, 's', 'r1'))).subscription).toMatchObject(
    {
      ...{ cancelAtPeriodEnd: false, validUntil: GRACE_END },
    },
  );
  await granted(subs.subscriptions.cancelAtPeriodEnd(account, 's', 'c2'));
  await subs.books.setClock(FEBRUARY);
  expect(await subs.balance(account)).toMatchObject({ available: 0, pendingExpiry: 150 });
});

test('a renewal of a cancelled subscription counts, and the cancellation moves to the new period’s end', async () => {
  const account = await subs.subscribed();
  await granted(subs.subscriptions.cancelAtPeriodEnd(account, 's', 'c'));
  await subs.books.setClock(later(FEBRUARY, HOUR_MS));
  const { subscription } = await granted(subs.renew(account, later(FEBRUARY, -1)));
  expect(subscription).toMatchObject({ cancelAtPeriodEnd: true, cycle: 2, validUntil: MARCH });
  expect(await subs.balance(account)).toMatchObject({ available: 300 });
});

test('a payment in what would have been a cancelled subscription’s grace starts a new term, which is not cancelled', async () => {
  const account = await subs.subscribed();
  await granted(subs.subscriptions.cancelAtPeriodEnd(account, 's', 'c'));
  await subs.books.setClock(IN_GRACE);
  expect(await granted(subs.renew(account))).toMatchObject({
    newTerm: true,
    subscription: { cancelAtPeriodEnd: false, term: 2, cycleStart: IN_GRACE },
  });
});

test('a subscription that is cancelled in its grace lapses at once, and not before', async () => {
  const account = await subs.subscribed();
  await subs.books.setClock(IN_GRACE);
  await granted(subs.books.reserve(account, 'r', 50));
  const { subscription } = await granted(subs.subscriptions.cancelAtPeriodEnd(account, 's', 'c'));
  expect(subscription).toMatchObject({
    status: 'lapsed',
    validUntil: IN_GRACE,
    windowEnd: later(IN_GRACE, 2 * HOUR_MS),
  });
  expect((await refusal(subs.subscriptions.resume(account, 's', 'r'))).code).toBe(
    'SUBSCRIPTION_LAPSED',
  );
  // A payment made in the grace, before the cancellation, still counts.
  expect(await granted(subs.renew(account, later(IN_GRACE, -1)))).toMatchObject({ newTerm: false });
});

test('the grace comes after the last of two cycles that are paid ahead', async () => {
  const account = await subs.subscribed();
  await granted(subs.renew(account));
  await granted(subs.renew(account));
  await subs.books.setClock(IN_GRACE);
  expect(await subs.subscription(account)).toMatchObject({
    ...{ status: 'active', cycle: 2, paidAhead: 1, validUntil: later(APRIL, 3 * DAY_MS) },
  });
});

test('a plan change in grace is refused until the renewal, and nothing is charged for it', async () => {
  const account = await subs.subscribed();
  await subs.books.setClock(IN_GRACE);
  const change = { planId: PROFESSIONAL, paymentReference: newId('pay') };
  expect(await refusal(subs.subscriptions.changePlan(account, 's', 'k', change))).toEqual({
    code: 'RENEWAL_DUE',
    details: { cycle: 2, since: FEBRUARY, validUntil: GRACE_END },
  });
  await granted(subs.renew(account));
  expect(await granted(subs.subscriptions.changePlan(account, 's', 'k', change))).toMatchObject({
    granted: [{ cycle: 2, credits: 200 }],
  });
});

test('a new catalog’s grace and window count from the next payment on', async () => {
  const account = await subs.subscribed(LITE, 'Europe/Berlin');
  await subs.setCatalog({ renewalGrace: 'P1M', settlementWindow: 'P1D' });
  try {
    expect(await subs.subscription(account)).toMatchObject({ validUntil: GRACE_END });
    const { subscription } = await granted(subs.renew(account));
    // April begins in summer time there.
    expect(subscription).toMatchObject({
      ...{
        paidUntil: MARCH,
        validUntil: '2030-03-31T23:00:00.000Z',
        windowEnd: '2030-04-01T23:00:00.000Z',
      },
    });
  } finally {
    await subs.setCatalog({ renewalGrace: 'P3D', settlementWindow: 'PT2H' });
  }
});
