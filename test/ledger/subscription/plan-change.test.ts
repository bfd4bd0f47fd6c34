import { granted, later, newId, refusal, START } from '../ledger-support';
import {
  ADVANCED,
  APRIL,
  FEBRUARY,
  LITE,
  MARCH,
  PROFESSIONAL,
  SubscriptionBooks,
} from './subscription-support';

let subs: SubscriptionBooks;

beforeAll(async () => {
  subs = await SubscriptionBooks.open({
    plans: {
      'lite-weekly': { name: 'Lite Weekly', credits: 900, cycle: 'P1W' },
      'lite-twelve': { name: 'Lite Twelve', credits: 310, cycle: 'P12M' },
    },
  });
});
beforeEach(() => subs.reset());
afterEach(() => subs.expectBalanced());
afterAll(() => subs.books.close());

/** A plan change with a payment reference of its own. */
const change = (account: string, planId: string, key = newId('key')) =>
  subs.subscriptions.changePlan(account, 's', key, { planId, paymentReference: newId('pay') });

test('more credits at the same length come at once: what is above what plans have granted in this cycle', async () => {
  const account = await subs.subscribed();
  await subs.books.setClock(later(START, 1_000));
  const { subscription, ...rest } = await granted(change(account, PROFESSIONAL));
  expect(rest).toEqual({
    granted: [{ cycle: 1, planId: PROFESSIONAL, credits: 200, grantId: '2' }],
    effect: 'upgrade',
    paymentUsed: true,
  });
  expect(subscription).toMatchObject({
    planId: PROFESSIONAL,
    nextPlanId: PROFESSIONAL,
    cycle: 1,
    validUntil: FEBRUARY,
  });
  expect(await subs.balance(account)).toMatchObject({ available: 350 });
  await granted(subs.renew(account));
  await subs.books.setClock(FEBRUARY);
  await granted(subs.subscriptions.grantCycles(account, 's'));
  expect(await subs.planGrants(account)).toEqual([
    [1, 150],
    [1, 200],
    [2, 350],
  ]);
});

test('a plan that is toggled ten times in a cycle mints no credits', async () => {
  const account = await subs.subscribed();
  for (let i = 0; i < 10; i += 1) {
    await granted(change(account, PROFESSIONAL));
    await granted(change(account, LITE));
  }
  expect(await subs.balance(account)).toMatchObject({ available: 350, granted: 350 });
  expect(await subs.subscription(account)).toMatchObject({
    planId: PROFESSIONAL,
    scheduledPlanId: LITE,
  });
  await granted(change(account, ADVANCED));
  expect(await subs.balance(account)).toMatchObject({ available: 800, granted: 800 });
  expect(await subs.subscription(account)).toMatchObject({
    planId: ADVANCED,
    scheduledPlanId: null,
  });
});

test('fewer credits come at the first unpaid boundary, and use no payment', async () => {
  const account = await subs.subscribed(PROFESSIONAL);
  await granted(subs.renew(account));
  const body = { planId: LITE, paymentReference: 'kept' };
  expect(await granted(subs.subscriptions.changePlan(account, 's', 'k', body))).toMatchObject({
    ...{ effect: 'at-boundary', paymentUsed: false, granted: [] },
    subscription: { planId: PROFESSIONAL, scheduledPlanId: LITE, nextPlanId: LITE },
  });
  expect(await granted(subs.renew(account, START, 'kept'))).toMatchObject({
    subscription: { scheduledPlanId: null },
  });
  await subs.books.setClock(MARCH);
  await granted(subs.subscriptions.grantCycles(account, 's'));
  expect(await subs.planGrants(account)).toEqual([
    [1, 350],
    [2, 350],
    [3, 150],
  ]);
  expect(await subs.subscription(account)).toMatchObject({
    planId: LITE,
    cycle: 3,
    cycleStart: MARCH,
    cycleEnd: APRIL,
  });
});

test('a new change replaces the scheduled one; the plan that is held only drops it', async () => {
  const account = await subs.subscribed(ADVANCED);
  await granted(change(account, LITE));
  await granted(change(account, PROFESSIONAL));
  expect(await subs.subscription(account)).toMatchObject({ scheduledPlanId: PROFESSIONAL });
  expect(await granted(change(account, ADVANCED))).toMatchObject({
    effect: 'held',
    paymentUsed: false,
  });
  expect(await subs.subscription(account)).toMatchObject({
    planId: ADVANCED,
    scheduledPlanId: null,
  });
});

test('an upgrade with cycles paid ahead raises those too, each at its boundary', async () => {
  const account = await subs.subscribed();
  await granted(subs.renew(account));
  await granted(subs.renew(account));
  await granted(change(account, PROFESSIONAL));
  expect(await subs.planGrants(account)).toEqual([
    [1, 150],
    [1, 200],
  ]);
  await subs.books.setClock(MARCH);
  await granted(subs.subscriptions.grantCycles(account, 's'));
  expect((await subs.planGrants(account)).slice(2)).toEqual([
    [2, 350],
    [3, 350],
  ]);
});

test('an upgrade in the last millisecond of a cycle still brings this cycle’s difference', async () => {
  const account = await subs.subscribed();
  await subs.books.setClock(later(FEBRUARY, -1));
  await granted(change(account, PROFESSIONAL));
  expect(await subs.balance(account)).toMatchObject({ available: 350 });
  await granted(subs.renew(account));
  await subs.books.setClock(FEBRUARY);
  await granted(subs.subscriptions.grantCycles(account, 's'));
  expect(await subs.balance(account)).toMatchObject({ available: 700 });
});

test('an upgrade that comes before the due grant brings both', async () => {
  const account = await subs.subscribed();
  await granted(subs.renew(account));
  await subs.books.setClock(FEBRUARY);
  const { granted: grants } = await granted(change(account, PROFESSIONAL));
  expect(grants.map(({ cycle, credits }) => [cycle, credits])).toEqual([
    [2, 150],
    [2, 200],
  ]);
});

test('a longer cycle starts now with a full grant, unused credits stay, and n goes on', async () => {
  const account = await subs.subscribed();
  await granted(subs.books.reserve(account, 'r', 50));
  await subs.books.setClock('2030-01-20T06:00:00.000Z');
  const { subscription, ...rest } = await granted(change(account, 'lite-yearly'));
  expect(rest).toMatchObject({
    effect: 'longer-cycle',
    paymentUsed: true,
    granted: [{ cycle: 2, credits: 300 }],
  });
  expect(subscription).toMatchObject({
    ...{ term: 1, cycle: 2, paidCycle: 2, planId: 'lite-yearly', cycleLength: 'P1Y' },
    cycleStart: '2030-01-20T06:00:00.000Z',
    validUntil: '2031-01-20T06:00:00.000Z',
  });
  expect(await subs.balance(account)).toMatchObject({ available: 400 });
  expect((await granted(subs.renew(account))).subscription).toMatchObject({
    validUntil: '2032-01-20T06:00:00.000Z',
  });
});

test('a longer cycle comes at the first unpaid boundary where cycles are paid ahead, and the calendar starts anew there', async () => {
  const account = await subs.subscribed();
  await granted(subs.renew(account));
  expect(await granted(change(account, 'lite-yearly'))).toMatchObject({
    effect: 'at-boundary',
    paymentUsed: false,
  });
  expect((await granted(subs.renew(account))).subscription).toMatchObject({
    ...{ cycle: 1, planId: LITE, nextPlanId: 'lite-yearly', paidUntil: '2031-03-01T00:00:00.000Z' },
  });
  await subs.books.setClock(MARCH);
  await granted(subs.subscriptions.grantCycles(account, 's'));
  expect(await subs.planGrants(account)).toEqual([
    [1, 150],
    [2, 150],
    [3, 300],
  ]);
});

test('a shorter cycle comes at the boundary, however many credits it has', async () => {
  const account = await subs.subscribed();
  expect(await granted(change(account, 'lite-weekly'))).toMatchObject({ effect: 'at-boundary' });
  expect((await granted(subs.renew(account))).subscription).toMatchObject({
    paidUntil: '2030-02-08T00:00:00.000Z',
    cycleLength: 'P1M',
  });
  await subs.books.setClock(FEBRUARY);
  expect(await subs.subscription(account)).toMatchObject({
    cycle: 2,
    cycleLength: 'P1W',
    planId: 'lite-weekly',
  });
});

test('twelve months are as long as a year: more credits come as an upgrade', async () => {
  const account = await subs.subscribed('lite-yearly');
  expect(await granted(change(account, 'lite-twelve'))).toMatchObject({
    effect: 'upgrade',
    granted: [{ credits: 10 }],
  });
});

test('a renewal after the lapse pays for the scheduled plan', async () => {
  const account = await subs.subscribed(PROFESSIONAL);
  await granted(change(account, LITE));
  await subs.books.setClock(later(FEBRUARY, 1));
  expect(await granted(subs.renew(account))).toMatchObject({
    newTerm: true,
    granted: [{ cycle: 2, credits: 150 }],
  });
});

test('a repeated change under its key gets the first answer; another body is a conflict', async () => {
  const account = await subs.subscribed();
  const body = { planId: PROFESSIONAL, paymentReference: newId('pay') };
  const first = await granted(subs.subscriptions.changePlan(account, 's', 'k', body));
  await subs.books.setClock(FEBRUARY);
  expect(await subs.subscriptions.changePlan(account, 's', 'k', body)).toEqual({
    ...{ ok: true, value: first, replayed: true },
  });
  const other = { ...body, planId: ADVANCED };
  expect((await refusal(subs.subscriptions.changePlan(account, 's', 'k', other))).code).toBe(
    'IDEMPOTENCY_CONFLICT',
  );
});

describe('the ledger refuses, with nothing changed,', () => {
  test('an immediate change without its payment', async () => {
    const account = await subs.subscribed();
    for (const [planId, effect] of [
      [PROFESSIONAL, 'upgrade'],
      ['lite-yearly', 'longer-cycle'],
    ]) {
      expect(
        await refusal(
          subs.subscriptions.changePlan(account, 's', 'k', { planId: planId as string }),
        ),
      ).toEqual({
        code: 'PAYMENT_REFERENCE_REQUIRED',
        details: { planId, effect },
      });
    }
    expect(await subs.balance(account)).toMatchObject({ available: 150 });
  });

  test('an unknown plan and an unknown subscription', async () => {
    const account = await subs.subscribed();
    expect((await refusal(change(account, 'gold'))).code).toBe('UNKNOWN_PLAN');
    expect((await refusal(change(newId(), LITE))).code).toBe('SUBSCRIPTION_NOT_FOUND');
  });

  test('any change after the lapse and after an end at once', async () => {
    const account = await subs.subscribed();
    const ended = await subs.subscribed();
    await granted(subs.subscriptions.endNow(ended, 's', 'k'));
    expect((await refusal(change(ended, PROFESSIONAL))).code).toBe('SUBSCRIPTION_ENDED');
    await subs.books.setClock(FEBRUARY);
    expect(await refusal(change(account, PROFESSIONAL))).toEqual({
      code: 'SUBSCRIPTION_LAPSED',
      details: { subscriptionId: 's', lapsedAt: FEBRUARY },
    });
  });
});
