import { createHoldfastClient } from '../../client/client';
import type { LedgerReader } from '../../contract/ledger-reader';
import { uniqueId } from '../workflows/harness';
import { FEBRUARY, LITE, START, Subscribers } from '../workflows/subscription/subscribers';

describe('the client’s subscriptions', () => {
  let subs: Subscribers;
  beforeAll(async () => {
    subs = await Subscribers.open();
    await subs.setClock(START);
    await subs.holdfast.startWorker();
  });
  afterAll(() => subs.close());

  const request = (accountId: string) => ({
    accountId,
    subscriptionId: 's',
    planId: LITE,
    paymentReference: 'pay-1',
  });

  test('answer with the whole record, in published JSON', async () => {
    const accountId = subs.newAccount();
    const berlin = { ...request(accountId), timeZone: 'Europe/Berlin' };
    expect(await subs.subscriptions.subscribe(berlin)).toEqual({
      subscription: {
        ...{
          accountId,
          subscriptionId: 's',
          at: START,
          status: 'active',
          closedWhy: null,
          closedAt: null,
        },
        ...{
          planId: LITE,
          scheduledPlanId: null,
          nextPlanId: LITE,
          term: 1,
          timeZone: 'Europe/Berlin',
        },
        ...{
          cycle: 1,
          cycleLength: 'P1M',
          cycleStart: START,
          cycleEnd: FEBRUARY,
          paidCycle: 1,
          grantedCycle: 1,
        },
        ...{
          paidAhead: 0,
          paidUntil: FEBRUARY,
          validUntil: FEBRUARY,
          windowEnd: '2030-02-01T01:00:00.000Z',
        },
        cancelAtPeriodEnd: false,
      },
      granted: [{ cycle: 1, planId: LITE, credits: 150, grantId: '1' }],
      replayed: false,
    });
    expect(await subs.subscriptions.get(accountId)).toEqual(
      await subs.subscriptions.get(accountId, 's'),
    );
  });

  test('are null for an account without one, and stay readable after their end', async () => {
    const account = await subs.subscribed();
    expect(await subs.subscriptions.get(uniqueId('nobody'))).toBeNull();
    expect(await subs.subscriptions.get(account, 'other')).toBeNull();
    expect(await subs.subscriptions.workflowState(account, 'other')).toBe('unknown');
    await subs.endNow(account);
    expect(await subs.subscriptions.get(account)).toMatchObject({
      status: 'closed',
      closedWhy: 'ended-now',
    });
    await subs.workflow(account).result();
    expect(await subs.subscriptions.workflowState(account, 's')).toBe('completed');
  });

  test.each<[string, object]>([
    ['INVALID_ACCOUNT_ID', { accountId: 'a/b' }],
    ['INVALID_SUBSCRIPTION_ID', { subscriptionId: '' }],
    ['INVALID_PAYMENT_REFERENCE', { paymentReference: 5 }],
    ['UNKNOWN_PLAN', { planId: 'gold' }],
    ['UNKNOWN_PLAN', { planId: '' }],
    ['INVALID_TIME_ZONE', { timeZone: 'Middle/Earth' }],
    ['INVALID_ARGUMENT', { price: 1 }],
  ])('refuse with %s to subscribe with %j', async (code, asked) => {
    const accountId = uniqueId('refused');
    const wrong = { ...request(accountId), ...asked };
    await expect(subs.subscriptions.subscribe(wrong)).rejects.toMatchObject({
      name: 'HoldfastError',
      code,
    });
    expect(await subs.subscriptions.get(accountId)).toBeNull();
  });

  test.each([
    ['INVALID_TIME', { paidAt: 'yesterday' }],
    ['INVALID_TIME', { paidAt: '2029-12-31' }],
    ['INVALID_PAYMENT_REFERENCE', { paymentReference: '' }],
    ['INVALID_ARGUMENT', { credits: 5 }],
  ])('refuse with %s to renew with %j', async (code, asked) => {
    const account = await subs.subscribed();
    const renewal = {
      accountId: account,
      subscriptionId: 's',
      paymentReference: 'pay-2',
      ...asked,
    };
    await expect(subs.subscriptions.renew(renewal)).rejects.toMatchObject({
      name: 'HoldfastError',
      code,
    });
    expect(await subs.subscription(account)).toMatchObject({ paidCycle: 1 });
  });

  test('refuse commands for an account without any subscription, and start no workflow', async () => {
    const accountId = uniqueId('unknown');
    const change = { accountId, subscriptionId: 's', key: 'k' };
    const { subscriptions } = subs;
    for (const command of [
      () => subscriptions.renew({ accountId, subscriptionId: 's', paymentReference: 'pay' }),
      () => subscriptions.changePlan({ ...change, planId: 'no-such-plan' }),
      () => subscriptions.cancelAtPeriodEnd(change),
      () => subscriptions.resume(change),
      () => subscriptions.endNow(change),
    ])
      await expect(command()).rejects.toMatchObject({ code: 'SUBSCRIPTION_NOT_FOUND' });
    expect(await subscriptions.workflowState(accountId, 's')).toBe('unknown');
  });

  test('refuse commands for another subscription, and leave no workflow behind', async () => {
    const accountId = await subs.subscribed();
    const other = { accountId, subscriptionId: 'other', key: 'k' };
    await expect(subs.subscriptions.endNow(other)).rejects.toMatchObject({
      code: 'SUBSCRIPTION_NOT_FOUND',
    });
    await subs.workflow(accountId, 'other').result();
    expect(await subs.subscriptions.workflowState(accountId, 'other')).toBe('completed');
  });

  test('carry out a renewal whose subscription has begun in Temporal alone', async () => {
    const accountId = await subs.subscribed();
    const { ledger, temporal } = subs.holdfast;
    const { client, taskQueue } = temporal;
    // As it answers while the subscription's workflow has yet to ask it.
    const early: Partial<LedgerReader> = {
      ledgerId: () => ledger.ledgerId(),
      temporalIdentity: (seen) => ledger.temporalIdentity(seen),
      recordedTemporalIdentity: () => ledger.recordedTemporalIdentity(),
      subscription: async () => null,
    };
    const { subscriptions } = createHoldfastClient({
      ...{ temporal: client, taskQueue },
      ledger: early as LedgerReader,
    });
    const renewal = { accountId, subscriptionId: 's', paymentReference: uniqueId('pay') };
    expect(await subscriptions.renew(renewal)).toMatchObject({ replayed: false });
  });

  test('carry out commands without a ledger, and can’t read without one', async () => {
    const { temporal } = subs.holdfast;
    const client = createHoldfastClient({
      temporal: temporal.client,
      taskQueue: temporal.taskQueue,
    });
    const accountId = subs.newAccount();
    expect(await client.subscriptions.subscribe(request(accountId))).toMatchObject({
      granted: [{ credits: 150 }],
    });
    await expect(client.subscriptions.get(accountId)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  test('get NO_WORKER without a worker, and the command is carried out once when one starts', async () => {
    const { temporal, ledger } = subs.holdfast;
    const taskQueue = uniqueId('nobody-polls');
    const client = createHoldfastClient({ temporal: temporal.client, ledger, taskQueue });
    const accountId = subs.newAccount();
    const asked = client.subscriptions.subscribe(request(accountId), { timeoutMs: 500 });
    await expect(asked).rejects.toMatchObject({ code: 'NO_WORKER', details: { taskQueue } });
    expect(await subs.subscriptions.get(accountId)).toBeNull();
    const worker = await subs.holdfast.startWorker({ taskQueue });
    expect(await client.subscriptions.subscribe(request(accountId))).toMatchObject({
      granted: [{ credits: 150 }],
    });
    expect(await subs.balance(accountId)).toMatchObject({ granted: 150 });
    await client.subscriptions.endNow({ accountId, subscriptionId: 's', key: 'end' });
    await subs.workflow(accountId).result();
    await worker.stop();
  });
});
