import { Client, Connection } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createUpkeepActivities } from '../../../activities/upkeep-activities';
import type { UpkeepReport } from '../../../contract/reconciliation';
import type { RunningWorker } from '../../../worker/worker';
import { createWorkflowRestarts } from '../../../worker/workflow-restarts';
import { eventually } from '../../support/eventually';
import { HOUR_MS, later, START, Subscribers } from '../subscription/subscribers';
import { openTcpProxy } from '../tcp-proxy';
import { untilStarted } from '../workflow-support';

const NOTHING: UpkeepReport = {
  ...{ cyclesGranted: 0, termsExpired: 0, endedGrantsBooked: 0 },
  ...{ purchasesRestarted: 0, subscriptionsRestarted: 0, accountsAttended: 0, left: 0 },
  billingEventsRestarted: 0,
};

/** Reconciliation does what workflows have missed because they were lost. */
describe('reconciliation’s upkeep', () => {
  let subs: Subscribers;
  let worker: RunningWorker;
  beforeEach(async () => {
    subs = await Subscribers.open({
      // Long enough on a busy machine for what happens before a boundary and in the window.
      plans: { 'four-seconds': { name: 'Four seconds', credits: 10, cycle: 'PT4S' } },
      settlementWindow: 'PT6S',
    });
    worker = await subs.holdfast.startWorker({ reconcileIntervalSeconds: 0 });
  });
  afterEach(() => subs.close());

  async function upkeep(): Promise<UpkeepReport | undefined> {
    return (await subs.holdfast.client.reconciliation.run()).upkeep;
  }

  /** Makes the subscription due to be looked at. */
  async function dueForALook(account: string): Promise<void> {
    const text =
      "UPDATE holdfast.subscriptions SET look_from = clock_timestamp() - interval '1 second' WHERE account_id = $1";
    await subs.holdfast.sql(text, [account]);
  }

  const untilPast = (iso: string) => eventually(async () => Date.now() > Date.parse(iso));

  test('starts a subscription’s lost workflow once, and then finds nothing to do', async () => {
    const [lost, fine] = [
      await subs.subscribed('lite-monthly'),
      await subs.subscribed('lite-monthly'),
    ];
    await subs.workflow(lost).terminate();
    expect(await upkeep()).toEqual(NOTHING);
    await dueForALook(lost);
    await dueForALook(fine);
    const { runId } = await subs.workflow(fine).describe();
    expect(await upkeep()).toEqual({ ...NOTHING, subscriptionsRestarted: 1 });
    expect(await subs.subscriptions.workflowState(lost, 's')).toBe('running');
    expect((await subs.workflow(fine).describe()).runId).toBe(runId);
    expect(await upkeep()).toEqual(NOTHING);
    await eventually(async () => (await subs.workflow(lost).query('status')) !== null);
  });

  test('starts the lost workflow of a lapsed subscription, and the expiry is booked', async () => {
    const account = await subs.subscribed('four-seconds');
    await subs.workflow(account).terminate();
    await untilPast((await subs.subscription(account)).validUntil);
    await dueForALook(account);
    expect(await upkeep()).toEqual({ ...NOTHING, subscriptionsRestarted: 1 });
    expect(await subs.workflow(account).result()).toMatchObject({
      status: 'closed',
      subscription: { closedWhy: 'lapsed' },
    });
    expect(await subs.journal(account)).toEqual([
      ['grant', 10],
      ['expire', -10],
    ]);
  });

  test('books an expiry whose workflow was lost, and a later renewal starts a new term', async () => {
    const account = await subs.subscribed('four-seconds');
    const expiry = subs.holdfast.temporal.client.workflow.getHandle(`expiry/${account}/s/1`);
    await untilStarted(subs.holdfast.temporal, `expiry/${account}/s/1`);
    await expiry.terminate();
    await subs.workflow(account).terminate();
    await untilPast((await subs.subscription(account)).windowEnd);
    expect(await upkeep()).toEqual({ ...NOTHING, termsExpired: 1 });
    expect(await subs.balance(account)).toEqual({
      available: 0,
      pendingExpiry: 0,
      expired: 10,
      granted: 10,
    });
    expect(await upkeep()).toEqual(NOTHING);
    expect(await subs.renew(account)).toMatchObject({ newTerm: true });
  });

  test('grants the cycles that began while no worker ran, in order and once', async () => {
    const account = await subs.subscribed('four-seconds');
    await subs.renew(account, 'pay-2');
    await subs.renew(account, 'pay-3');
    const { paidUntil } = await subs
      .renew(account, 'pay-4')
      .then(({ subscription }) => subscription);
    await subs.workflow(account).terminate();
    await worker.stop();
    await untilPast(later(paidUntil, -500));
    await subs.holdfast.startWorker({ reconcileIntervalSeconds: 0 });
    expect(await upkeep()).toMatchObject({ cyclesGranted: 1 });
    expect((await subs.journal(account)).slice(0, 4)).toEqual(
      Array.from({ length: 4 }, () => ['grant', 10]),
    );
    // Every pass is a workflow, so none is asked for before it can find something.
    await untilPast((await subs.subscription(account)).windowEnd);
    await eventually(async () => {
      await upkeep();
      return (await subs.subscription(account)).status === 'closed';
    });
    expect(await subs.balance(account)).toEqual({
      available: 0,
      pendingExpiry: 0,
      expired: 40,
      granted: 40,
    });
  });

  test('grants and books everything once when the worker does the same at the same time', async () => {
    const accounts = await Promise.all(
      Array.from({ length: 8 }, () => subs.subscribed('four-seconds')),
    );
    await Promise.all(accounts.map((account) => subs.renew(account)));
    await eventually(async () => {
      await upkeep();
      const all = await Promise.all(accounts.map((account) => subs.subscription(account)));
      return all.every(({ status }) => status === 'closed');
    });
    for (const account of accounts) {
      expect(await subs.balance(account)).toEqual({
        available: 0,
        pendingExpiry: 0,
        expired: 20,
        granted: 20,
      });
      expect(await subs.journal(account)).toHaveLength(4);
    }
    // Its workflow hears of that only at its next look.
    await Promise.all(accounts.map((account) => subs.renew(account, 'again')));
    await Promise.all(accounts.map((account) => subs.workflow(account).result()));
  });

  test('leaves a subscription alone if Temporal gives no clear answer about its workflow', async () => {
    const account = await subs.subscribed('lite-monthly');
    await subs.workflow(account).terminate();
    await dueForALook(account);
    const { temporal, ledger } = subs.holdfast;
    const proxy = await openTcpProxy(`http://${temporal.address}`);
    const connection = await Connection.connect({ address: new URL(proxy.url).host });
    proxy.cut();
    const impatient = new Client({ connection, namespace: temporal.namespace });
    const restarts = createWorkflowRestarts(impatient, temporal.taskQueue);
    const activities = createUpkeepActivities({ ledger, restarts, missedAfterMs: 0 });
    const input = { dueBy: new Date().toISOString(), after: null };
    const asked = connection.withDeadline(Date.now() + 1_000, () =>
      new MockActivityEnvironment().run(activities.restartSubscriptions, input),
    );
    expect(await asked).toEqual({ done: 0, left: 1, next: null });
    await connection.close();
    await proxy.close();
    expect(await subs.subscriptions.workflowState(account, 's')).toBe('terminated');
    expect(await upkeep()).toEqual({ ...NOTHING, subscriptionsRestarted: 1 });
  });

  test('leaves a cycle that began within its interval to the subscription’s workflow', async () => {
    await worker.stop();
    await subs.setClock(START);
    worker = await subs.holdfast.startWorker({ reconcileIntervalSeconds: 60 });
    const account = await subs.subscribed('lite-monthly');
    await subs.renew(account);
    const { cycleEnd } = await subs.subscription(account);
    await subs.setClock(later(cycleEnd, 59_999));
    expect(await upkeep()).toMatchObject({ cyclesGranted: 0 });
    await subs.setClock(later(cycleEnd, 60_000));
    expect(await upkeep()).toMatchObject({ cyclesGranted: 1 });
    await subs.setClock(later(cycleEnd, HOUR_MS));
    expect(await upkeep()).toMatchObject({ cyclesGranted: 0 });
    expect(await subs.balance(account)).toMatchObject({ granted: 300 });
  });
});
