import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';

describe('a renewal that arrives while no worker runs', () => {
  let holdfast: Holdfast;

  beforeAll(async () => {
    holdfast = await openHoldfast();
    await holdfast.setCatalog({
      plans: { 'eight-seconds': { name: 'Eight seconds', credits: 10, cycle: 'PT8S' } },
      settlementWindow: 'PT1S',
    });
  });
  afterAll(() => holdfast.closeSettled());

  test('counts from when it was paid, though the settlement window is over when a worker runs again', async () => {
    const accountId = uniqueId('account');
    const main = { accountId, subscriptionId: 's' };
    const before = await holdfast.startWorker();
    const { subscription } = await holdfast.client.subscriptions.subscribe({
      ...main,
      planId: 'eight-seconds',
      paymentReference: 'pay-1',
    });
    await before.stop();
    const paidAt = subscription.at;
    const renewal = { ...main, paymentReference: 'pay-2', paidAt };
    // It is asked again until a worker answers: what Temporal has merely admitted, it may lose.
    const renewed = holdfast.client.subscriptions.renew(renewal, { timeoutMs: 100_000 });
    renewed.catch(() => {});
    await eventually(async () => Date.now() > Date.parse(subscription.windowEnd) + 500);
    expect(await holdfast.ledger.subscription(accountId, 's')).toMatchObject({ paidCycle: 1 });
    await holdfast.startWorker();
    expect(await renewed).toMatchObject({ newTerm: false, replayed: false });
    const paid = { term: 1, paidCycle: 2 };
    expect(await holdfast.ledger.subscription(accountId, 's')).toMatchObject(paid);
    const again = await holdfast.client.subscriptions.renew(renewal);
    expect(again).toMatchObject({ newTerm: false, replayed: true });
  });
});
