import { DAY_MS, FEBRUARY, HOUR_MS, later, START, Subscribers } from './subscribers';

const GRACE_END = later(FEBRUARY, 3 * DAY_MS);
const WINDOW_END = later(GRACE_END, HOUR_MS);

/** The tests set the ledger's clock. */
describe('with a grace of three days', () => {
  let subs: Subscribers;
  beforeAll(async () => {
    subs = await Subscribers.open({ renewalGrace: 'P3D' });
    await subs.holdfast.startWorker();
  });
  beforeEach(() => subs.setClock(START));
  afterAll(() => subs.close());

  async function reserve(account: string, requestId: string, credits = 20): Promise<boolean> {
    const quote = { credits, catalogVersion: '1' };
    return (
      await subs.holdfast.ledger.reserve(
        account,
        requestId,
        { kind: 'text-to-image' },
        quote,
        HOUR_MS,
      )
    ).ok;
  }

  const book = (account: string) => subs.holdfast.ledger.subscriptions.expireTerm(account, 's', 1);

  describe('credits', () => {
    test('stay spendable in grace, until the millisecond of the lapse', async () => {
      const account = await subs.subscribed();
      await subs.setClock(later(GRACE_END, -1));
      expect(await subs.subscription(account)).toMatchObject({
        status: 'grace',
        validUntil: GRACE_END,
      });
      expect(await reserve(account, 'in-time')).toBe(true);
      await subs.setClock(GRACE_END);
      expect(await reserve(account, 'late')).toBe(false);
      await subs.holdfast.ledger.release(account, 'in-time', 'test');
    });

    test('of a subscription that is cancelled at its period’s end lapse then, without grace', async () => {
      const account = await subs.subscribed();
      expect((await subs.cancel(account)).subscription).toMatchObject({
        validUntil: FEBRUARY,
        cancelAtPeriodEnd: true,
      });
      await subs.setClock(FEBRUARY);
      expect(await subs.subscription(account)).toMatchObject({ status: 'lapsed' });
      await expect(subs.resume(account)).rejects.toMatchObject({ code: 'SUBSCRIPTION_LAPSED' });
      expect(await subs.balance(account)).toMatchObject({ available: 0, pendingExpiry: 150 });
    });

    test('lapse at once if the subscription is cancelled in grace', async () => {
      const account = await subs.subscribed();
      const now = later(FEBRUARY, DAY_MS);
      await subs.setClock(now);
      expect((await subs.cancel(account)).subscription).toMatchObject({
        status: 'lapsed',
        validUntil: now,
      });
      // A payment from before that still counts, and moves the cancellation to the new period's
      // end.
      const renewed = await subs.renew(account, 'pay-2', later(now, -1));
      expect(renewed).toMatchObject({
        newTerm: false,
        subscription: { status: 'active', cancelAtPeriodEnd: true },
      });
      expect(renewed.subscription.validUntil).toBe('2030-03-01T00:00:00.000Z');
    });

    test('of the next cycle are granted on payment in grace, from the old boundary', async () => {
      const account = await subs.subscribed();
      await subs.setClock(later(GRACE_END, -1));
      expect(await subs.renew(account)).toMatchObject({
        granted: [{ cycle: 2, credits: 150 }],
        subscription: { cycleStart: FEBRUARY, cycleEnd: '2030-03-01T00:00:00.000Z' },
      });
      expect(await subs.balance(account)).toMatchObject({ available: 300 });
    });
  });

  describe('the credits of a reservation', () => {
    test('from before the lapse can be committed after it, and what comes back in the window expires with the rest', async () => {
      const account = await subs.subscribed();
      await reserve(account, 'r');
      await subs.setClock(later(WINDOW_END, -1));
      expect((await subs.holdfast.ledger.commit(account, 'r', 5, 'file:///o')).ok).toBe(true);
      expect(await subs.balance(account)).toMatchObject({
        available: 0,
        pendingExpiry: 145,
        expired: 0,
      });
      await subs.setClock(WINDOW_END);
      expect(await book(account)).toMatchObject({
        value: { status: 'booked', expired: 145, entries: 1 },
      });
      expect(await subs.journal(account)).toEqual([
        ['grant', 150],
        ['reserve', -20],
        ['commit', 15],
        ['expire', -145],
      ]);
    });

    test.each<[string, (account: string) => Promise<unknown>, [string, number]]>([
      [
        'commit of a part',
        (account) => subs.holdfast.ledger.commit(account, 'r', 5, 'file:///o'),
        ['commit', 15],
      ],
      ['release', (account) => subs.holdfast.ledger.release(account, 'r', 'test'), ['release', 20]],
    ])(
      'that come back by a %s after the booking expire at once, in an entry of their own',
      async (_, settle, entry) => {
        const account = await subs.subscribed();
        await reserve(account, 'r');
        await subs.setClock(WINDOW_END);
        expect(await book(account)).toMatchObject({ value: { expired: 130 } });
        await settle(account);
        expect(await subs.journal(account)).toEqual([
          ['grant', 150],
          ['reserve', -20],
          ['expire', -130],
          entry,
          ['expire', -entry[1]],
        ]);
        expect(await subs.balance(account)).toMatchObject({ available: 0, pendingExpiry: 0 });
      },
    );

    test('that come back in the window are carried forward by a late payment, with the rest', async () => {
      const account = await subs.subscribed();
      await reserve(account, 'r');
      await subs.setClock(later(GRACE_END, HOUR_MS / 2));
      await subs.holdfast.ledger.release(account, 'r', 'test');
      await subs.renew(account, 'late', later(GRACE_END, -1));
      expect(await subs.balance(account)).toEqual({
        available: 300,
        pendingExpiry: 0,
        expired: 0,
        granted: 300,
      });
    });

    test('that come back to an older term expire at once, and the new term keeps its own', async () => {
      const account = await subs.subscribed();
      await reserve(account, 'r');
      await subs.setClock(GRACE_END);
      await subs.subscribed('lite-monthly', 'new', account);
      await subs.holdfast.ledger.release(account, 'r', 'test');
      expect((await subs.journal(account)).slice(-2)).toEqual([
        ['release', 20],
        ['expire', -20],
      ]);
      expect(await subs.balance(account)).toEqual({
        available: 150,
        pendingExpiry: 0,
        expired: 150,
        granted: 300,
      });
    });
  });

  test('a cancelled subscription that is resumed has its grace again', async () => {
    const account = await subs.subscribed();
    await subs.cancel(account);
    expect((await subs.resume(account)).subscription).toMatchObject({
      validUntil: GRACE_END,
      cancelAtPeriodEnd: false,
    });
  });
});
