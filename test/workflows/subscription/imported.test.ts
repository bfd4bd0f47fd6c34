import { eventually } from '../../support/eventually';
import { uniqueId } from '../harness';
import { FEBRUARY, START, Subscribers } from './subscribers';

describe('a subscription that was taken over', () => {
  let subs: Subscribers;
  beforeAll(async () => {
    subs = await Subscribers.open({});
    await subs.holdfast.startWorker();
  });
  beforeEach(() => subs.setClock(START));
  afterAll(() => subs.close());

  test('gets its workflow from the next pass, and its paid cycles go on', async () => {
    const account = uniqueId('account');
    const subscription = {
      ...{ type: 'subscription', subscriptionId: 's', planId: 'lite-monthly', remaining: 40 },
      ...{ anchor: '2029-12-01T00:00:00Z', paidCycles: 3, payments: ['in_2', 'in_3'] },
    };
    const lines = [{ key: 'k', body: subscription as never }];
    const words = { reason: 'From the old billing', by: 'sam' };
    const outcomes = await subs.holdfast.ledger.imports.take(
      [{ accountId: account, lines }],
      words,
    );
    expect(outcomes).toEqual([{ ok: true, value: 40, replayed: false }]);
    expect(await subs.subscriptions.workflowState(account, 's')).toBe('unknown');
    await subs.holdfast.client.reconciliation.run();
    await eventually(
      async () => (await subs.subscriptions.workflowState(account, 's')) === 'running',
    );
    expect(await subs.balance(account)).toMatchObject({ available: 40 });

    await subs.setClock(FEBRUARY);
    const renewed = await subs.renew(account, 'in_4', START);
    expect(renewed).toMatchObject({
      ...{ newTerm: false, subscription: { paidCycle: 4, grantedCycle: 3, cycle: 3 } },
    });
    expect(await subs.balance(account)).toMatchObject({ available: 190 });
    await subs.endNow(account);
  });
});
