import { lockAccount } from '../account-lock';
import { startWorkerProcess, type WorkerProcess } from '../worker-process';
import { untilStarted } from '../workflow-support';
import { LONG_TIMEOUT, Subscribers } from './subscribers';

/** With worker processes that end after they have called the ledger and before its answer. */
describe('a subscription whose worker is killed', () => {
  let subs: Subscribers;
  let worker: WorkerProcess;
  beforeEach(async () => {
    subs = await Subscribers.open({
      plans: {
        // Long enough on a busy machine for what happens before a boundary.
        'six-seconds': { name: 'Six seconds', credits: 10, cycle: 'PT6S' },
        minute: { name: 'A minute', credits: 10, cycle: 'PT1M' },
      },
      settlementWindow: 'PT6S',
    });
    worker = await startWorkerProcess(subs.holdfast);
  });
  afterEach(async () => {
    await worker.kill();
    await subs.close();
  });

  /**
   * Kills the worker while its call waits in Postgres for the account. The call goes through there
   * afterwards.
   */
  async function killDuring(
    functionName: string,
    accountId: string,
    begin: () => void,
  ): Promise<void> {
    const lock = await lockAccount(subs.holdfast, accountId);
    begin();
    await lock.untilWaiting(`holdfast.${functionName}(`);
    await worker.kill();
    await lock.release();
    await subs.holdfast.startWorker();
  }

  test('during its subscribe begins once, and the caller is answered', async () => {
    const account = subs.newAccount();
    // The account needs a row to lock.
    await subs.holdfast.sql('INSERT INTO holdfast.accounts (account_id) VALUES ($1)', [account]);
    const request = {
      accountId: account,
      subscriptionId: 's',
      planId: 'minute',
      paymentReference: 'pay-1',
    };
    let subscribed: Promise<unknown> = Promise.resolve();
    await killDuring('subscribe', account, () => {
      subscribed = subs.subscriptions.subscribe(request, LONG_TIMEOUT);
    });
    expect(await subscribed).toMatchObject({ granted: [{ cycle: 1, credits: 10 }] });
    expect(await subs.journal(account)).toEqual([['grant', 10]]);
  });

  test('during a renewal pays one cycle, and the caller is answered', async () => {
    const account = await subs.subscribed('minute');
    let renewed: Promise<unknown> = Promise.resolve();
    await killDuring('renew_subscription', account, () => {
      const renewal = { accountId: account, subscriptionId: 's', paymentReference: 'pay-2' };
      renewed = subs.subscriptions.renew(renewal, LONG_TIMEOUT);
    });
    expect(await renewed).toMatchObject({
      newTerm: false,
      replayed: true,
      subscription: { paidCycle: 2 },
    });
    expect(await subs.subscription(account)).toMatchObject({ paidCycle: 2 });
  });

  test('at a boundary is granted the next cycle once', async () => {
    const account = await subs.subscribed('six-seconds');
    await subs.renew(account, 'pay-2');
    await killDuring('grant_cycles', account, () => {});
    expect(await subs.workflow(account).result()).toMatchObject({
      subscription: { closedWhy: 'lapsed', cycle: 2 },
    });
    expect(await subs.journal(account)).toEqual([
      ['grant', 10],
      ['grant', 10],
      ['expire', -10],
      ['expire', -10],
    ]);
  });

  test('during the booking of its expiry loses what is left once', async () => {
    const account = await subs.subscribed('six-seconds');
    await untilStarted(subs.holdfast.temporal, `expiry/${account}/s/1`);
    await killDuring('expire_term', account, () => {});
    expect(await subs.workflow(account).result()).toMatchObject({
      subscription: { closedWhy: 'lapsed' },
    });
    expect(await subs.journal(account)).toEqual([
      ['grant', 10],
      ['expire', -10],
    ]);
    const expiry = subs.holdfast.temporal.client.workflow.getHandle(`expiry/${account}/s/1`);
    expect(await expiry.result()).toMatchObject({ status: 'booked', expired: 10, entries: 1 });
  });
});
