import { uniqueId } from '../harness';
import { APRIL, DAY_MS, FEBRUARY, HOUR_MS, later, MARCH, START, Subscribers } from './subscribers';

/** The tests set the ledger's clock. The workflows see it at their next update. */
describe('a renewal', () => {
  let subs: Subscribers;
  beforeAll(async () => {
    subs = await Subscribers.open();
    await subs.holdfast.startWorker();
  });
  beforeEach(() => subs.setClock(START));
  afterAll(() => subs.close());

  const MILLISECOND_BEFORE = later(FEBRUARY, -1);

  test('a millisecond before the lapse carries everything forward, and grants its cycle when that begins', async () => {
    const account = await subs.subscribed();
    await subs.setClock(MILLISECOND_BEFORE);
    const renewed = await subs.renew(account, 'pay-2');
    expect(renewed).toMatchObject({ newTerm: false, granted: [], replayed: false });
    expect(renewed.subscription).toMatchObject({
      status: 'active',
      cycle: 1,
      paidAhead: 1,
      term: 1,
      validUntil: MARCH,
    });
    expect(await subs.balance(account)).toMatchObject({ available: 150, granted: 150 });

    await subs.setClock(FEBRUARY);
    const next = await subs.renew(account, 'pay-3');
    expect(next).toMatchObject({ granted: [{ cycle: 2, credits: 150 }], newTerm: false });
    expect(next.subscription).toMatchObject({ cycle: 2, cycleStart: FEBRUARY, validUntil: APRIL });
    expect(await subs.balance(account)).toEqual({
      available: 300,
      pendingExpiry: 0,
      expired: 0,
      granted: 300,
    });
  });

  test.each([
    ['at the lapse', 0],
    ['a millisecond after it', 1],
  ])('paid %s starts a new term, and nothing comes back', async (_, afterMs) => {
    const account = await subs.subscribed();
    const now = later(FEBRUARY, afterMs);
    await subs.setClock(now);
    const renewed = await subs.renew(account);
    expect(renewed).toMatchObject({ newTerm: true, granted: [{ cycle: 2, credits: 150 }] });
    expect(renewed.subscription).toMatchObject({
      status: 'active',
      term: 2,
      cycle: 2,
      cycleStart: now,
    });
    expect(await subs.balance(account)).toEqual({
      available: 150,
      pendingExpiry: 0,
      expired: 150,
      granted: 300,
    });
  });

  test('that was paid a millisecond before the lapse counts if it arrives in the window', async () => {
    const account = await subs.subscribed();
    await subs.setClock(later(FEBRUARY, HOUR_MS - 1));
    expect(await subs.balance(account)).toMatchObject({ available: 0, pendingExpiry: 150 });
    const renewed = await subs.renew(account, 'late', MILLISECOND_BEFORE);
    expect(renewed).toMatchObject({
      newTerm: false,
      granted: [{ cycle: 2 }],
      subscription: { term: 1 },
    });
    expect(renewed.subscription).toMatchObject({ cycleStart: FEBRUARY, validUntil: MARCH });
    expect(await subs.balance(account)).toEqual({
      available: 300,
      pendingExpiry: 0,
      expired: 0,
      granted: 300,
    });
  });

  test('that arrives after the window counts until the expiry is booked, and starts a new term after that', async () => {
    const { ledger } = subs.holdfast;
    const [inTime, late] = [await subs.subscribed(), await subs.subscribed()];
    await subs.setClock(later(FEBRUARY, HOUR_MS));
    expect(await subs.renew(inTime, 'pay-2', MILLISECOND_BEFORE)).toMatchObject({ newTerm: false });

    expect(await ledger.subscriptions.expireTerm(late, 's', 1)).toMatchObject({
      value: { status: 'booked', expired: 150 },
    });
    const renewed = await subs.renew(late, 'pay-2', MILLISECOND_BEFORE);
    expect(renewed).toMatchObject({
      newTerm: true,
      subscription: { term: 2, cycle: 2, paidCycle: 2 },
    });
    expect(await subs.balance(late)).toEqual({
      available: 150,
      pendingExpiry: 0,
      expired: 150,
      granted: 300,
    });
    expect(await subs.balance(inTime)).toMatchObject({ available: 300, expired: 0 });
  });

  test('that is repeated pays once and gets its first answer, even after later changes', async () => {
    const account = await subs.subscribed();
    const first = await subs.renew(account, 'pay-2');
    expect(first.replayed).toBe(false);
    expect(await subs.renew(account, 'pay-2')).toEqual({ ...first, replayed: true });
    await subs.renew(account, 'pay-3');
    await subs.endNow(account);
    expect(await subs.renew(account, 'pay-2')).toEqual({ ...first, replayed: true });
    expect(await subs.subscription(account)).toMatchObject({ paidCycle: 3, status: 'closed' });
  });

  test('by a payment reference that has paid for something else is a conflict', async () => {
    const account = await subs.subscribed();
    const conflict = { name: 'HoldfastError', code: 'IDEMPOTENCY_CONFLICT' };
    await subs.renew(account, 'pay-2');
    await expect(subs.renew(account, 'pay-2', START)).rejects.toMatchObject(conflict);
    await subs.changePlan(account, 'professional-monthly', 'upgrade');
    await expect(subs.renew(account, 'upgrade')).rejects.toMatchObject(conflict);
    expect(await subs.subscription(account)).toMatchObject({ paidCycle: 2 });
  });

  test('paid in the future is refused until that time has come', async () => {
    const account = await subs.subscribed();
    const paidAt = later(START, 1);
    const future = { code: 'PAYMENT_IN_FUTURE', details: { paidAt, now: START } };
    await expect(subs.renew(account, 'pay-2', paidAt)).rejects.toMatchObject(future);
    await subs.setClock(paidAt);
    expect(await subs.renew(account, 'pay-2', paidAt)).toMatchObject({
      replayed: false,
      newTerm: false,
    });
  });

  test('of two cycles ahead grants each at its own boundary', async () => {
    const account = await subs.subscribed();
    await subs.renew(account);
    expect((await subs.renew(account)).subscription).toMatchObject({
      paidAhead: 2,
      validUntil: APRIL,
    });
    await subs.setClock(later(MARCH, -1));
    await subs.cancel(account);
    expect(await subs.balance(account)).toMatchObject({ available: 300 });
    await subs.setClock(MARCH);
    await subs.cancel(account);
    await subs.holdfast.ledger.subscriptions.grantCycles(account, 's');
    expect(await subs.balance(account)).toMatchObject({ available: 450, granted: 450 });
    await subs.setClock(APRIL);
    expect(await subs.balance(account)).toMatchObject({ available: 0, pendingExpiry: 450 });
  });

  test('of a subscription that was ended at once, or of an unknown one, is refused', async () => {
    const account = await subs.subscribed();
    await subs.endNow(account);
    await expect(subs.renew(account)).rejects.toMatchObject({ code: 'SUBSCRIPTION_ENDED' });
    const unknown = subs.newAccount();
    await expect(subs.renew(unknown)).rejects.toMatchObject({ code: 'SUBSCRIPTION_NOT_FOUND' });
    await expect(subs.renew(account, uniqueId('pay'), START, 'other')).rejects.toMatchObject({
      code: 'SUBSCRIPTION_NOT_FOUND',
    });
  });

  test('after the expiry was booked starts the workflow again and a new term', async () => {
    const account = await subs.subscribed();
    await subs.setClock(later(FEBRUARY, 2 * HOUR_MS));
    await subs.holdfast.ledger.subscriptions.expireTerm(account, 's', 1);
    await subs.workflow(account).terminate();
    const back = await subs.renew(account, 'back');
    expect(back).toMatchObject({
      newTerm: true,
      subscription: { term: 2, cycle: 2, cancelAtPeriodEnd: false },
    });
    expect(await subs.subscriptions.workflowState(account, 's')).toBe('running');
    // The cycles' numbers go on, and the new anchor is the time of the payment.
    await subs.setClock(later(FEBRUARY, 2 * HOUR_MS + 28 * DAY_MS - 1));
    expect(await subs.subscription(account)).toMatchObject({ status: 'active', cycle: 2 });
  });
});
