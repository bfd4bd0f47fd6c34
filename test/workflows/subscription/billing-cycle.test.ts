import { subscriptionWorkflowId } from '../../../workflows/messages';
import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';

describe('a subscription', () => {
  let holdfast: Holdfast;

  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.setCatalog({
      plans: { 'eight-seconds': { name: 'Eight seconds', credits: 10, cycle: 'PT8S' } },
      settlementWindow: 'PT1S',
    });
    await holdfast.startWorker();
  });
  afterAll(() => holdfast.closeSettled());

  const subscribe = async (planId = 'eight-seconds') => {
    const accountId = uniqueId('account');
    const request = { accountId, subscriptionId: 's', planId, paymentReference: 'pay-1' };
    const subscribed = await holdfast.client.subscriptions.subscribe(request);
    return { accountId, request, subscribed };
  };

  test('is granted its first cycle when it begins, and a repetition gets the first answer', async () => {
    const { accountId, request, subscribed } = await subscribe('lite-monthly');
    expect(subscribed.granted).toEqual([
      { cycle: 1, planId: 'lite-monthly', credits: 150, grantId: '1' },
    ]);
    expect(subscribed.subscription).toMatchObject({ status: 'active', cycle: 1, paidCycle: 1 });
    expect(await holdfast.client.balance(accountId)).toMatchObject({ available: 150 });
    const again = await holdfast.client.subscriptions.subscribe(request);
    expect(again).toEqual({ ...subscribed, replayed: true });
    expect(await holdfast.client.balance(accountId)).toMatchObject({ granted: 150 });
  });

  test('runs through its cycles in one run each, lapses, and has its expiry booked', async () => {
    const { accountId } = await subscribe();
    await holdfast.client.subscriptions.renew({
      accountId,
      subscriptionId: 's',
      paymentReference: 'pay-2',
    });
    const handle = holdfast.temporal.client.workflow.getHandle(
      subscriptionWorkflowId(accountId, 's'),
    );
    const result = await handle.result();
    expect(result).toMatchObject({
      status: 'closed',
      subscription: { closedWhy: 'lapsed', cycle: 2 },
    });
    expect(await holdfast.client.balance(accountId)).toMatchObject({
      available: 0,
      expired: 20,
      granted: 20,
    });
    const runs = [];
    const { workflow } = holdfast.temporal.client;
    await eventually(async () => {
      runs.length = 0;
      for await (const run of workflow.list({
        query: `WorkflowId = "${subscriptionWorkflowId(accountId, 's')}"`,
      }))
        runs.push(run);
      return runs.length === 2;
    });
  });
});
