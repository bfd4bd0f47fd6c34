import { eventually } from '../../support/eventually';
import { openTcpProxy, type TcpProxy } from '../tcp-proxy';
import { Subscribers } from './subscribers';

describe('an outage of Postgres', () => {
  let subs: Subscribers;
  let proxy: TcpProxy;
  beforeAll(async () => {
    subs = await Subscribers.open({
      // Long enough on a busy machine for what happens before a boundary and in the window.
      plans: { 'six-seconds': { name: 'Six seconds', credits: 10, cycle: 'PT6S' } },
      settlementWindow: 'PT10S',
    });
    proxy = await openTcpProxy(subs.holdfast.database.workerUrl);
    await subs.holdfast.startWorker({ databaseUrl: proxy.url });
  });
  afterEach(() => proxy.mend());
  afterAll(async () => {
    await subs.close();
    await proxy.close();
  });

  async function untilRetried(account: string, ...activities: string[]): Promise<void> {
    await eventually(async () => {
      // The workflow may not have started yet.
      const description = await subs
        .workflow(account)
        .describe()
        .catch(() => undefined);
      return (description?.raw.pendingActivities ?? []).some(
        ({ activityType, attempt }) =>
          activities.includes(activityType?.name ?? '') && Number(attempt) > 1,
      );
    });
  }

  test('over boundaries delays the grants, which come once and in order, and does not move the lapse', async () => {
    const account = await subs.subscribed('six-seconds');
    await subs.renew(account, 'pay-2');
    const { validUntil } = (await subs.renew(account, 'pay-3')).subscription;
    proxy.cut();
    await untilRetried(account, 'grantCycles');
    await eventually(async () => Date.now() > Date.parse(validUntil));
    expect(await subs.balance(account)).toMatchObject({ granted: 10, available: 0 });
    proxy.mend();
    expect(await subs.workflow(account).result()).toMatchObject({
      subscription: { closedWhy: 'lapsed', cycle: 3, validUntil },
    });
    expect(await subs.journal(account)).toEqual([
      ['grant', 10],
      ['grant', 10],
      ['grant', 10],
      ['expire', -10],
      ['expire', -10],
      ['expire', -10],
    ]);
  });

  test('delays the answer to a renewal, which counts from when it was paid', async () => {
    const account = await subs.subscribed('six-seconds');
    const { validUntil } = await subs.subscription(account);
    const paidAt = new Date(Date.parse(validUntil) - 1).toISOString();
    await eventually(async () => Date.now() > Date.parse(paidAt) - 1_000);
    proxy.cut();
    await eventually(async () => Date.now() > Date.parse(paidAt));
    const renewal = subs.subscriptions.renew(
      { accountId: account, subscriptionId: 's', paymentReference: 'pay-2', paidAt },
      { timeoutMs: 60_000 },
    );
    // The update or the boundary comes first.
    await untilRetried(account, 'renewSubscription', 'grantCycles');
    await expect(
      subs.subscriptions.renew(
        { accountId: account, subscriptionId: 's', paymentReference: 'pay-2', paidAt },
        { timeoutMs: 500 },
      ),
    ).rejects.toMatchObject({ code: 'ADMISSION_UNKNOWN' });
    proxy.mend();
    const renewed = await renewal;
    expect(renewed).toMatchObject({ subscription: { paidCycle: 2 } });
    // The window may be over by then. It counts as paid in time until the expiry is booked.
    expect(renewed.newTerm).toBe(false);
    expect(await subs.renew(account, 'pay-2', paidAt)).toEqual({ ...renewed, replayed: true });
    await eventually(async () => (await subs.subscription(account)).status === 'closed');
    // No expiry runs that would report its booking, so the next renewal makes the workflow look.
    await subs.renew(account, 'pay-2', paidAt);
    expect(await subs.balance(account)).toEqual({
      available: 0,
      pendingExpiry: 0,
      expired: 20,
      granted: 20,
    });
  });

  test('delays a subscription’s beginning, which happens once however often it is asked for', async () => {
    const accountId = subs.newAccount();
    const request = {
      accountId,
      subscriptionId: 's',
      planId: 'six-seconds',
      paymentReference: 'pay-1',
    };
    proxy.cut();
    const asked = subs.subscriptions.subscribe(request, { timeoutMs: 60_000 });
    await untilRetried(accountId, 'subscribe');
    const again = subs.subscriptions.subscribe(request, { timeoutMs: 60_000 });
    proxy.mend();
    expect((await asked).granted).toEqual((await again).granted);
    await subs.workflow(accountId).result();
    expect(await subs.balance(accountId)).toMatchObject({ granted: 10 });
  });
});
