import { eventually } from '../../support/eventually';
import { untilStarted } from '../workflow-support';
import { Subscribers } from './subscribers';

/** With short cycles and windows by the real clock, so that everything ends by itself. */
describe('an old subscription', () => {
  let subs: Subscribers;
  beforeAll(async () => {
    subs = await Subscribers.open({
      plans: {
        second: { name: 'A second', credits: 10, cycle: 'PT1S' },
        minute: { name: 'A minute', credits: 70, cycle: 'PT1M' },
      },
      // Long enough on a busy machine for what happens in it.
      settlementWindow: 'PT8S',
    });
    await subs.holdfast.startWorker();
  });
  afterAll(() => subs.close());

  async function lapsed(): Promise<string> {
    const account = await subs.subscribed('second', 'old');
    await untilStarted(subs.holdfast.temporal, `expiry/${account}/old/1`);
    return account;
  }

  test('gives nothing to a newer one, which keeps its own credits at the old expiry', async () => {
    const account = await lapsed();
    await subs.subscribed('minute', 'new', account);
    expect(await subs.balance(account)).toEqual({
      available: 70,
      pendingExpiry: 0,
      expired: 10,
      granted: 80,
    });

    expect(await subs.workflow(account, 'old').result()).toMatchObject({
      status: 'closed',
      subscription: { subscriptionId: 'old', closedWhy: 'superseded' },
    });
    const expiry = subs.holdfast.temporal.client.workflow.getHandle(`expiry/${account}/old/1`);
    expect(await expiry.result()).toEqual({ status: 'closed', term: 1, expired: 0, entries: 0 });
    expect(await subs.journal(account)).toEqual([
      ['grant', 10],
      ['expire', -10],
      ['grant', 70],
    ]);
    expect(await subs.balance(account)).toMatchObject({ available: 70 });
    await eventually(
      async () => (await subs.running()).filter((id) => id.includes(account)).length === 1,
    );
  });

  test('can’t be renewed once there is a newer one, whenever the renewal was paid', async () => {
    const account = await lapsed();
    const { validUntil } = await subs.subscription(account, 'old');
    const inTime = new Date(Date.parse(validUntil) - 1).toISOString();
    await subs.subscribed('minute', 'new', account);
    const superseded = {
      code: 'RENEWAL_SUPERSEDED',
      details: { subscriptionId: 'old', newer: 'new' },
    };
    await expect(subs.renew(account, 'late', inTime, 'old')).rejects.toMatchObject(superseded);
    await subs.workflow(account, 'old').result();
    await expect(subs.renew(account, 'later', undefined, 'old')).rejects.toMatchObject(superseded);
    expect(await subs.balance(account)).toMatchObject({ available: 70, granted: 80 });
    // The old one's workflow was started for the renewal, and has ended again.
    await eventually(async () => !(await subs.running()).includes(`subscription/${account}/old`));
  });

  test('keeps a newer one from beginning while it is live, and the newer one’s workflow ends', async () => {
    const account = await subs.subscribed('minute', 'old');
    await expect(subs.subscribed('minute', 'new', account)).rejects.toMatchObject({
      code: 'SUBSCRIPTION_EXISTS',
    });
    expect(await subs.workflow(account, 'new').result()).toMatchObject({ status: 'refused' });
    // The refusal does not use up the id.
    await subs.endNow(account, 'end', 'old');
    await subs.subscribed('second', 'new', account);
    expect(await subs.balance(account)).toMatchObject({ available: 10, expired: 70 });
  });

  test('starts a new term and its workflow again when it is renewed after its expiry was booked', async () => {
    const account = await subs.subscribed('second');
    expect(await subs.workflow(account).result()).toMatchObject({
      subscription: { closedWhy: 'lapsed', term: 1 },
    });
    const renewed = await subs.renew(account);
    expect(renewed).toMatchObject({
      newTerm: true,
      granted: [{ cycle: 2, credits: 10 }],
      subscription: { term: 2 },
    });
    expect(await subs.subscriptions.workflowState(account, 's')).toBe('running');
    expect(await subs.workflow(account).result()).toMatchObject({
      subscription: { closedWhy: 'lapsed', term: 2 },
    });
    expect(await subs.balance(account)).toEqual({
      available: 0,
      pendingExpiry: 0,
      expired: 20,
      granted: 20,
    });
  });

  test('starts a new term at once by a renewal in its window, and the old expiry changes nothing', async () => {
    const account = await lapsed();
    const renewed = await subs.renew(account, 'pay-2', undefined, 'old');
    expect(renewed).toMatchObject({ newTerm: true, subscription: { term: 2, cycle: 2 } });
    const expiry = subs.holdfast.temporal.client.workflow.getHandle(`expiry/${account}/old/1`);
    expect(await expiry.result()).toMatchObject({ status: 'closed', entries: 0 });
    expect(await subs.workflow(account, 'old').result()).toMatchObject({
      subscription: { closedWhy: 'lapsed', term: 2 },
    });
    expect(await subs.journal(account)).toEqual([
      ['grant', 10],
      ['expire', -10],
      ['grant', 10],
      ['expire', -10],
    ]);
  });
});
