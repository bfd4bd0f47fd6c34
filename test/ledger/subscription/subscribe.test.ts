import { atOnce, granted, later, newId, refusal, START } from '../ledger-support';
import { FEBRUARY, HOUR_MS, LITE, PROFESSIONAL, SubscriptionBooks } from './subscription-support';

let subs: SubscriptionBooks;

beforeAll(async () => {
  subs = await SubscriptionBooks.open({}, 32);
});
beforeEach(() => subs.reset());
afterEach(() => subs.expectBalanced());
afterAll(() => subs.books.close());

test('a subscription grants its first cycle at once and shows its boundaries and its end', async () => {
  const account = newId();
  const body = { planId: LITE, paymentReference: newId('pay'), timeZone: 'Europe/Berlin' };
  const { subscription, granted: grants } = await granted(
    subs.subscriptions.subscribe(account, 'sub-1', body),
  );
  expect(subscription).toEqual({
    accountId: account,
    subscriptionId: 'sub-1',
    at: START,
    status: 'active',
    closedWhy: null,
    closedAt: null,
    planId: LITE,
    scheduledPlanId: null,
    nextPlanId: LITE,
    term: 1,
    timeZone: 'Europe/Berlin',
    cycle: 1,
    cycleLength: 'P1M',
    cycleStart: START,
    cycleEnd: FEBRUARY,
    paidCycle: 1,
    grantedCycle: 1,
    paidAhead: 0,
    paidUntil: FEBRUARY,
    validUntil: FEBRUARY,
    windowEnd: later(FEBRUARY, HOUR_MS),
    cancelAtPeriodEnd: false,
  });
  expect(grants).toEqual([{ cycle: 1, planId: LITE, credits: 150, grantId: '1' }]);
  expect(await subs.books.ledger.subscription(account)).toEqual(subscription);
  expect(await subs.books.ledger.balance(account)).toMatchObject({
    available: 150,
    validUntil: FEBRUARY,
    grants: [{ source: 'plan', remaining: 150, expiresAt: FEBRUARY }],
  });
  const [entry] = await subs.books.entries(account);
  expect(entry).toMatchObject({
    type: 'grant',
    availableDelta: 150,
    reason: 'lite-monthly, cycle 1',
  });
});

test('a repeated subscription gets the first answer; another body is a conflict', async () => {
  const account = newId();
  const body = { planId: LITE, paymentReference: newId('pay') };
  const first = await granted(subs.subscriptions.subscribe(account, 's', body));
  await subs.books.setClock(later(FEBRUARY, 1));
  expect(await subs.subscriptions.subscribe(account, 's', body)).toEqual({
    ok: true,
    value: first,
    replayed: true,
  });
  for (const other of [
    { ...body, planId: PROFESSIONAL },
    { ...body, timeZone: 'UTC' },
  ]) {
    expect((await refusal(subs.subscriptions.subscribe(account, 's', other))).code).toBe(
      'IDEMPOTENCY_CONFLICT',
    );
  }
});

test('bad input is refused with its own code, and nothing is kept', async () => {
  const account = newId();
  const body = { planId: LITE, paymentReference: newId('pay') };
  expect(
    await refusal(subs.subscriptions.subscribe(account, 's', { ...body, planId: 'gold' })),
  ).toEqual({
    code: 'UNKNOWN_PLAN',
    details: { planId: 'gold' },
  });
  expect(await subs.books.ledger.subscription(account)).toBeNull();
  expect((await subs.subscriptions.subscribe(account, 's', body)).ok).toBe(true);
});

test.each([
  ['is refused a millisecond before the lapse', -1, false],
  ['is accepted at the lapse', 0, true],
])('a second subscription %s', async (_when, ms, accepted) => {
  const account = await subs.subscribed();
  await subs.books.setClock(later(FEBRUARY, ms));
  const body = { planId: PROFESSIONAL, paymentReference: newId('pay') };
  const outcome = subs.subscriptions.subscribe(account, 's2', body);
  if (!accepted) {
    expect(await refusal(outcome)).toEqual({
      code: 'SUBSCRIPTION_EXISTS',
      details: { subscriptionId: 's', planId: LITE, validUntil: FEBRUARY },
    });
    return;
  }
  expect((await granted(outcome)).subscription).toMatchObject({
    subscriptionId: 's2',
    term: 2,
    cycle: 1,
  });
  expect(await subs.subscription(account, 's')).toMatchObject({
    status: 'closed',
    closedWhy: 'superseded',
    term: 1,
  });
  expect(await subs.books.entryTypes(account)).toEqual(['grant', 'expire', 'grant']);
  expect(await subs.balance(account)).toEqual({
    available: 350,
    pendingExpiry: 0,
    expired: 150,
    granted: 500,
  });
});

test('a new subscription within the old one’s window brings nothing back, and the old expiry takes nothing of it', async () => {
  const account = await subs.subscribed();
  await granted(subs.books.reserve(account, 'r', 100));
  await subs.books.setClock(later(FEBRUARY, 60_000));
  await subs.subscribe(account, 's2');
  const paidInTime = await subs.renew(account, later(FEBRUARY, -1));
  expect(paidInTime).toMatchObject({
    ok: false,
    refusal: { code: 'RENEWAL_SUPERSEDED', details: { subscriptionId: 's', newer: 's2' } },
  });
  await granted(subs.books.ledger.release(account, 'r', 'failed'));
  expect(await subs.balance(account)).toEqual({
    available: 150,
    pendingExpiry: 0,
    expired: 150,
    granted: 300,
  });
  await subs.books.setClock(later(FEBRUARY, 2 * HOUR_MS));
  expect(await granted(subs.subscriptions.expireTerm(account, 's', 1))).toEqual({
    ...{ status: 'closed', term: 1, expired: 0, entries: 0 },
  });
  expect(await granted(subs.subscriptions.grantCycles(account, 's'))).toMatchObject({
    granted: [],
  });
  expect(await subs.balance(account)).toMatchObject({ available: 150, expired: 150 });
});

test('adjustments without an end belong to the term, and end with it', async () => {
  const account = await subs.subscribed();
  const own = { credits: 40, reason: 'sorry', by: 'ops' };
  await granted(subs.books.ledger.grant(account, 'a', { ...own, source: 'adjustment' }));
  await granted(
    subs.books.ledger.grant(account, 'b', { ...own, source: 'adjustment', costCents: 4900 }),
  );
  await subs.books.setClock(later(FEBRUARY, -1));
  await granted(subs.renew(account));
  await subs.books.setClock(FEBRUARY);
  expect(await subs.balance(account)).toMatchObject({ available: 230, pendingExpiry: 0 });
  await granted(subs.subscriptions.grantCycles(account, 's'));
  await subs.books.setClock(later('2030-03-01T00:00:00.000Z', HOUR_MS));
  expect(await granted(subs.subscriptions.expireTerm(account, 's', 1))).toMatchObject({
    expired: 380,
    entries: 4,
  });
});

test('a payment reference pays once, with any operation', async () => {
  const account = newId();
  const body = { planId: LITE, paymentReference: 'first' };
  await granted(subs.subscriptions.subscribe(account, 's', body));
  expect(await refusal(subs.renew(account, undefined, 'first'))).toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
  });
  const change = { planId: PROFESSIONAL, paymentReference: 'first' };
  expect((await refusal(subs.subscriptions.changePlan(account, 's', 'k', change))).code).toBe(
    'IDEMPOTENCY_CONFLICT',
  );
  await subs.books.setClock(FEBRUARY);
  expect((await refusal(subs.subscriptions.subscribe(account, 's2', body))).code).toBe(
    'IDEMPOTENCY_CONFLICT',
  );
});

test('one of 32 subscriptions at once wins, also where there is a lapsed one', async () => {
  const account = newId();
  for (const [round, clock] of [START, FEBRUARY].entries()) {
    await subs.books.setClock(clock);
    const outcomes = await atOnce(32, (index) =>
      subs.subscriptions.subscribe(account, `r${round}-${index}`, {
        planId: LITE,
        paymentReference: `p${round}-${index}`,
      }),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.refusal.code)))).toEqual(
      new Set(['ok', 'SUBSCRIPTION_EXISTS']),
    );
  }
  expect(await subs.balance(account)).toMatchObject({ available: 150, expired: 150 });
});

test('a subscription that would grant more credits than a safe integer counts is refused, with nothing changed', async () => {
  const account = await subs.subscribed();
  const end = later(FEBRUARY, 1e9);
  const credits = Number.MAX_SAFE_INTEGER - 200;
  await granted(
    subs.books.ledger.grant(account, 'k', {
      ...{ credits, source: 'adjustment', reason: 'x', by: 'x' },
      expiresAt: end,
    }),
  );
  await subs.books.setClock(FEBRUARY);
  expect((await refusal(subs.renew(account))).code).toBe('BALANCE_LIMIT_EXCEEDED');
  expect(await subs.subscription(account)).toMatchObject({ status: 'lapsed', paidCycle: 1 });
});
