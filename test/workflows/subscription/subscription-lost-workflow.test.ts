import { eventually } from '../../support/eventually';
import { deleteWorkflow } from '../workflow-support';
import { FEBRUARY, HOUR_MS, later, MARCH, START, Subscribers } from './subscribers';

/**
 * The tests set the ledger's clock. A lost workflow starts again from the subscription's row in the
 * ledger.
 */
describe('a subscription’s workflow', () => {
  let subs: Subscribers;
  beforeAll(async () => {
    subs = await Subscribers.open({ renewalGrace: 'P3D' });
    await subs.holdfast.startWorker();
  });
  beforeEach(() => subs.setClock(START));
  afterAll(() => subs.close());

  const GRACE_END = later(FEBRUARY, 3 * 24 * HOUR_MS);

  async function forget(account: string): Promise<void> {
    await deleteWorkflow(subs.holdfast.temporal, `subscription/${account}/s`);
    expect(await subs.subscriptions.workflowState(account, 's')).toBe('unknown');
  }

  test.each([
    ['active', later(FEBRUARY, -1), 150],
    ['grace', later(GRACE_END, -1), 150],
    ['lapsed', later(GRACE_END, HOUR_MS - 1), 0],
  ])(
    'that is terminated while %s is started again by the next command',
    async (status, now, available) => {
      const account = await subs.subscribed();
      await subs.workflow(account).terminate();
      expect(await subs.subscriptions.workflowState(account, 's')).toBe('terminated');
      await subs.setClock(now);
      expect(await subs.subscription(account)).toMatchObject({ status });
      expect(await subs.balance(account)).toMatchObject({ available });
      const renewed = await subs.renew(account, 'pay-2', later(FEBRUARY, -1));
      expect(renewed).toMatchObject({
        newTerm: false,
        subscription: { term: 1, paidCycle: 2, validUntil: later(MARCH, 3 * 24 * HOUR_MS) },
      });
      expect(await subs.subscriptions.workflowState(account, 's')).toBe('running');
      await eventually(async () => (await subs.workflow(account).query('status')) !== null);
      expect(await subs.workflow(account).query('status')).toMatchObject({ paidCycle: 2 });
    },
  );

  test('that is terminated in the settlement window joins the expiry that already waits', async () => {
    const account = await subs.subscribed();
    const expiry = `expiry/${account}/s/1`;
    for (let loss = 0; loss < 2; loss++) {
      await subs.workflow(account).terminate();
      await subs.setClock(later(GRACE_END, loss + 1));
      await expect(subs.changePlan(account, 'lite-yearly', 'p')).rejects.toMatchObject({
        code: 'SUBSCRIPTION_LAPSED',
      });
      await eventually(async () => (await subs.running()).includes(expiry));
    }
    expect((await subs.running()).filter((id) => id.includes(account))).toEqual([
      expiry,
      `subscription/${account}/s`,
    ]);
  });

  test('that Temporal has deleted is started again, and knows the keys that were used', async () => {
    const account = await subs.subscribed();
    const first = await subs.cancel(account, 'c');
    const resumed = await subs.resume(account, 'r');
    await forget(account);
    expect(await subs.cancel(account, 'c')).toEqual({ ...first, replayed: true });
    expect(await subs.resume(account, 'r')).toEqual({ ...resumed, replayed: true });
    await expect(subs.resume(account, 'r-2')).rejects.toMatchObject({
      code: 'SUBSCRIPTION_NOT_CANCELLED',
    });
    // A later subscribe with the same id must have the same body.
    const planId = 'professional-monthly';
    const other = { accountId: account, subscriptionId: 's', planId, paymentReference: 'p' };
    await expect(subs.subscriptions.subscribe(other)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    expect(await subs.subscription(account)).toMatchObject({
      status: 'active',
      cancelAtPeriodEnd: false,
    });
  });

  test('that an operator cancels does not end the subscription', async () => {
    const account = await subs.subscribed();
    await subs.workflow(account).cancel();
    await expect(subs.workflow(account).result()).rejects.toMatchObject({
      name: 'WorkflowFailedError',
    });
    expect(await subs.subscription(account)).toMatchObject({ status: 'active' });
    expect(await subs.renew(account)).toMatchObject({ newTerm: false });
    expect(await subs.subscriptions.workflowState(account, 's')).toBe('running');
  });
});
