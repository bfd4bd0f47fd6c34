import {
  ADVANCED,
  FEBRUARY,
  LITE,
  later,
  MARCH,
  PROFESSIONAL,
  SECOND_MS,
  START,
  Subscribers,
} from './subscribers';

/** The tests set the ledger's clock. */
describe('a plan change', () => {
  let subs: Subscribers;
  beforeAll(async () => {
    subs = await Subscribers.open({ renewalGrace: 'P3D' });
    await subs.holdfast.startWorker();
  });
  beforeEach(() => subs.setClock(START));
  afterAll(() => subs.close());

  test('to more credits takes effect at once and grants the difference, even in the last second', async () => {
    const account = await subs.subscribed();
    await subs.setClock(later(FEBRUARY, -SECOND_MS));
    const upgraded = await subs.changePlan(account, PROFESSIONAL, 'upgrade');
    expect(upgraded).toMatchObject({
      effect: 'upgrade',
      paymentUsed: true,
      granted: [{ cycle: 1, credits: 200 }],
    });
    expect(upgraded.subscription).toMatchObject({
      planId: PROFESSIONAL,
      nextPlanId: PROFESSIONAL,
      cycle: 1,
    });
    expect(await subs.balance(account)).toMatchObject({ available: 350, granted: 350 });
  });

  test('that is made ten times back and forth in a cycle grants the difference once', async () => {
    const account = await subs.subscribed();
    for (let n = 0; n < 5; n++) {
      await subs.changePlan(account, PROFESSIONAL, `upgrade-${n}`);
      await subs.changePlan(account, LITE);
    }
    expect(await subs.balance(account)).toMatchObject({ available: 350, granted: 350 });
    expect(await subs.subscription(account)).toMatchObject({
      planId: PROFESSIONAL,
      scheduledPlanId: LITE,
    });
  });

  test('is refused in grace until the cycle is paid', async () => {
    const account = await subs.subscribed();
    await subs.setClock(FEBRUARY);
    const due = {
      code: 'RENEWAL_DUE',
      details: { cycle: 2, since: FEBRUARY, validUntil: later(FEBRUARY, 3 * 86_400_000) },
    };
    await expect(subs.changePlan(account, PROFESSIONAL, 'upgrade', 'k')).rejects.toMatchObject(due);
    await subs.renew(account);
    expect(await subs.changePlan(account, PROFESSIONAL, 'upgrade', 'k')).toMatchObject({
      effect: 'upgrade',
    });
    expect(await subs.balance(account)).toMatchObject({ available: 500 });
  });

  test('with cycles paid ahead raises each of them at its boundary', async () => {
    const account = await subs.subscribed();
    await subs.renew(account);
    await subs.changePlan(account, ADVANCED, 'upgrade');
    expect(await subs.balance(account)).toMatchObject({ available: 800 });
    await subs.setClock(FEBRUARY);
    expect(await subs.cancel(account)).toMatchObject({
      subscription: { planId: ADVANCED, cycle: 2 },
    });
    await subs.holdfast.ledger.subscriptions.grantCycles(account, 's');
    expect(await subs.balance(account)).toMatchObject({ available: 1_600, granted: 1_600 });
  });

  test('to a longer cycle starts it now with a full grant, or waits if a cycle is paid ahead', async () => {
    const [now, waits] = [await subs.subscribed(), await subs.subscribed()];
    const longer = await subs.changePlan(now, 'lite-yearly', 'a-year');
    expect(longer).toMatchObject({
      effect: 'longer-cycle',
      paymentUsed: true,
      granted: [{ cycle: 2, credits: 300 }],
    });
    expect(longer.subscription).toMatchObject({
      cycle: 2,
      cycleStart: START,
      cycleEnd: '2031-01-01T00:00:00.000Z',
    });
    expect(await subs.balance(now)).toMatchObject({ available: 450 });

    await subs.renew(waits);
    const scheduled = await subs.changePlan(waits, 'lite-yearly', 'a-year');
    expect(scheduled).toMatchObject({ effect: 'at-boundary', paymentUsed: false, granted: [] });
    // Its payment has paid for nothing yet, and may pay for the renewal.
    await subs.setClock(later(MARCH, -1));
    expect((await subs.renew(waits, 'a-year')).subscription).toMatchObject({
      paidUntil: '2031-03-01T00:00:00.000Z',
    });
  });

  test('to fewer credits waits for the first unpaid boundary, and a new one or the held plan replaces it', async () => {
    const account = await subs.subscribed(ADVANCED);
    expect(await subs.changePlan(account, LITE)).toMatchObject({
      effect: 'at-boundary',
      granted: [],
    });
    expect(await subs.changePlan(account, PROFESSIONAL)).toMatchObject({
      subscription: { scheduledPlanId: PROFESSIONAL },
    });
    expect(await subs.changePlan(account, ADVANCED)).toMatchObject({
      effect: 'held',
      subscription: { scheduledPlanId: null },
    });
    await subs.changePlan(account, LITE);
    await subs.renew(account);
    await subs.setClock(FEBRUARY);
    await subs.renew(account);
    // The first operation after the boundary has granted it: this renewal or the workflow's look.
    const { entries } = await subs.holdfast.client.history(account, { limit: 1 });
    expect(entries).toMatchObject([{ type: 'grant', cycle: 2, planId: LITE, availableDelta: 150 }]);
    expect(await subs.balance(account)).toMatchObject({ available: 950 });
  });

  test('without the payment it needs, or to an unknown plan, is refused and changes nothing', async () => {
    const account = await subs.subscribed();
    const refusals: [string, Promise<unknown>][] = [
      ['PAYMENT_REFERENCE_REQUIRED', subs.changePlan(account, PROFESSIONAL)],
      ['UNKNOWN_PLAN', subs.changePlan(account, 'gold', 'pay')],
      ['UNKNOWN_PLAN', subs.subscribed('gold')],
      ['INVALID_PAYMENT_REFERENCE', subs.changePlan(account, PROFESSIONAL, 'a:b')],
      ['INVALID_KEY', subs.changePlan(account, PROFESSIONAL, 'pay', 'a/b')],
    ];
    for (const [code, asked] of refusals) {
      await expect(asked).rejects.toMatchObject({ name: 'HoldfastError', code });
    }
    expect(await subs.subscription(account)).toMatchObject({ planId: LITE, scheduledPlanId: null });
    expect(await subs.balance(account)).toMatchObject({ granted: 150 });
  });

  test('that is repeated happens once, and another plan under its key is a conflict', async () => {
    const account = await subs.subscribed();
    const first = await subs.changePlan(account, PROFESSIONAL, 'upgrade', 'k');
    expect(await subs.changePlan(account, PROFESSIONAL, 'upgrade', 'k')).toEqual({
      ...first,
      replayed: true,
    });
    await expect(subs.changePlan(account, ADVANCED, 'upgrade', 'k')).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    await expect(subs.changePlan(account, ADVANCED, 'upgrade')).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    expect(await subs.balance(account)).toMatchObject({ granted: 350 });
  });

  test('after the lapse or the end is refused', async () => {
    const [lapsed, ended] = [await subs.subscribed(), await subs.subscribed()];
    await subs.endNow(ended);
    await expect(subs.changePlan(ended, PROFESSIONAL, 'p')).rejects.toMatchObject({
      code: 'SUBSCRIPTION_ENDED',
    });
    await subs.setClock(MARCH);
    await expect(subs.changePlan(lapsed, PROFESSIONAL, 'p')).rejects.toMatchObject({
      code: 'SUBSCRIPTION_LAPSED',
    });
  });
});
