import { eventually } from '../../support/eventually';
import { Subscribers } from './subscribers';

const ACCOUNTS = 40;

/** The timer, the update, the expiry's start and the new run come at the same time. */
describe('a renewal that arrives at the cycle’s boundary', () => {
  let subs: Subscribers;
  beforeAll(async () => {
    subs = await Subscribers.open({
      plans: { 'two-seconds': { name: 'Two seconds', credits: 10, cycle: 'PT2S' } },
      // Longer than the slowest of forty messages takes on a busy machine.
      settlementWindow: 'PT15S',
    });
    await subs.holdfast.startWorker();
  });
  afterAll(() => subs.close());

  /** Waits until that time, as exactly as this machine can. */
  const at = (iso: string, afterMs: number) =>
    new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, Date.parse(iso) + afterMs - Date.now())),
    );

  test('is answered, and carries everything forward if it was paid in time', async () => {
    const renewals = Array.from({ length: ACCOUNTS }, async (_, index) => {
      const account = await subs.subscribed('two-seconds');
      const { validUntil } = await subs.subscription(account);
      const paidAt = new Date(Date.parse(validUntil) - 1).toISOString();
      await at(validUntil, index * 5);
      return { account, paidAt, renewed: await subs.renew(account, 'pay-2', paidAt) };
    });
    for (const { account, paidAt, renewed } of await Promise.all(renewals)) {
      expect(renewed).toMatchObject({ newTerm: false, subscription: { term: 1, paidCycle: 2 } });
      await eventually(async () => (await subs.subscription(account)).status === 'closed');
      expect(await subs.renew(account, 'pay-2', paidAt)).toEqual({ ...renewed, replayed: true });
      expect(await subs.balance(account)).toEqual({
        available: 0,
        pendingExpiry: 0,
        expired: 20,
        granted: 20,
      });
    }
  });
});
