import { createHoldfastClient } from '../../../client/client';
import { expiryWorkflowId, subscriptionWorkflowId } from '../../../workflows/messages';
import { eventually } from '../../support/eventually';
import type { Holdfast } from '../../workflows/harness';
import { ACCOUNT, type Recorded, recordedAs } from './scenario';
import { untilIdle, untilPending, whileAccountsAreHeld } from './scenario-support';

export const SUBSCRIPTION_SCENARIOS = recordedAs('v2', [
  { name: 'subscription.open', run: leaveOpen },
  { name: 'subscription.bare', run: startBare },
  { name: 'subscription.goes-on', run: goOn },
  {
    name: 'subscription.goes-on-next',
    run: (holdfast, slowness) => goOn(holdfast, slowness, 'second'),
  },
  {
    name: 'subscription.lapsed',
    run: (holdfast, slowness) => lapse(holdfast, slowness, 'lapsed', subscriptionWorkflowId),
  },
  { name: 'subscription.grace', run: renewInGrace },
  { name: 'subscription.changes', run: changeEverything },
  { name: 'subscription.ended-now', run: endNow },
  { name: 'subscription.refused', run: refuseSecond },
  { name: 'subscription.not-found', run: renewNothing },
  { name: 'subscription.taken-up-again', run: takeUpAgain },
  { name: 'subscription.by-regular-activity', run: renewPatiently },
  {
    name: 'expiry.booked',
    run: (holdfast, slowness) => lapse(holdfast, slowness, 'booked', firstExpiryId),
  },
  { name: 'expiry.open', run: leaveWindowOpen },
  { name: 'expiry.renewed', run: renewInWindow },
  { name: 'expiry.superseded', run: subscribeInWindow },
]);

const firstExpiryId = (accountId: string, subscriptionId: string) =>
  expiryWorkflowId(accountId, subscriptionId, 1);

/** A catalog with one plan that ends within the scenario, and two for plan changes. */
function catalogOf(slowness: number) {
  return {
    plans: {
      'one-second': { name: 'One second', credits: 10, cycle: `PT${slowness}S` },
      'a-minute': { name: 'A minute', credits: 20, cycle: 'PT1M' },
      'better-minute': { name: 'A better minute', credits: 50, cycle: 'PT1M' },
    },
    settlementWindow: `PT${slowness / 2}S`,
  };
}

async function subscribed(holdfast: Holdfast, name: string, planId: string): Promise<string> {
  await holdfast.startWorker();
  const request = {
    accountId: ACCOUNT,
    subscriptionId: name,
    planId,
    paymentReference: `${name}-1`,
  };
  await holdfast.client.subscriptions.subscribe(request);
  return subscriptionWorkflowId(ACCOUNT, name);
}

async function leaveOpen(holdfast: Holdfast): Promise<string> {
  const workflowId = await subscribed(holdfast, 'open', 'lite-monthly');
  await untilIdle(holdfast, workflowId);
  return workflowId;
}

async function startBare(holdfast: Holdfast): Promise<string> {
  await holdfast.startWorker();
  const workflowId = subscriptionWorkflowId(ACCOUNT, 'bare');
  await holdfast.temporal.client.workflow.start('billingCycleWorkflow', {
    workflowId,
    taskQueue: holdfast.config.taskQueue,
    args: [
      {
        accountId: ACCOUNT,
        subscriptionId: 'bare',
        subscribe: {
          planId: 'lite-monthly',
          paymentReference: 'bare-1',
          timeZone: 'Europe/Berlin',
        },
      },
    ],
  });
  await eventually(async () => (await holdfast.ledger.subscription(ACCOUNT, 'bare')) !== null);
  await untilIdle(holdfast, workflowId);
  return workflowId;
}

/**
 * A subscription with two paid cycles: the run of the first cycle, or of the second, which lapses.
 */
async function goOn(
  holdfast: Holdfast,
  slowness: number,
  which: 'first' | 'second' = 'first',
): Promise<Recorded> {
  await holdfast.setCatalog(catalogOf(slowness));
  const name = which === 'first' ? 'goes-on' : 'goes-on-next';
  const workflowId = await subscribed(holdfast, name, 'one-second');
  const handle = holdfast.temporal.client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  await holdfast.client.subscriptions.renew({
    accountId: ACCOUNT,
    subscriptionId: name,
    paymentReference: 'second',
  });
  await handle.result();
  return { workflowId, ...(which === 'first' && { runId }) };
}

async function lapse(
  holdfast: Holdfast,
  slowness: number,
  name: string,
  idOf: (accountId: string, subscriptionId: string) => string,
): Promise<string> {
  await holdfast.setCatalog(catalogOf(slowness));
  const workflowId = await subscribed(holdfast, name, 'one-second');
  await holdfast.temporal.client.workflow.getHandle(workflowId).result();
  return idOf(ACCOUNT, name);
}

async function renewInGrace(holdfast: Holdfast, slowness: number): Promise<Recorded> {
  await holdfast.setCatalog({ ...catalogOf(slowness), renewalGrace: 'PT1M' });
  const name = 'grace';
  const workflowId = await subscribed(holdfast, name, 'one-second');
  const { runId } = await holdfast.temporal.client.workflow.getHandle(workflowId).describe();
  await untilStatus(holdfast, name, 'grace');
  await holdfast.client.subscriptions
    .changePlan({ ...keyOf(name), key: 'late', planId: 'a-minute' })
    .catch(() => undefined);
  await holdfast.client.subscriptions.renew({ ...keyOf(name), paymentReference: 'second' });
  await untilNextRun(holdfast, workflowId, runId);
  return { workflowId, runId };
}

/**
 * Every update that a live subscription takes or turns away, so many that the run continues in a
 * new one.
 */
async function changeEverything(holdfast: Holdfast, slowness: number): Promise<Recorded> {
  await holdfast.setCatalog(catalogOf(slowness));
  const name = 'changes';
  const workflowId = await subscribed(holdfast, name, 'a-minute');
  const { runId } = await holdfast.temporal.client.workflow.getHandle(workflowId).describe();
  const { subscriptions } = holdfast.client;
  await subscriptions.resume({ ...keyOf(name), key: 'too-early' }).catch(() => undefined);
  await subscriptions.cancelAtPeriodEnd({ ...keyOf(name), key: 'cancel' });
  await subscriptions.resume({ ...keyOf(name), key: 'resume' });
  await subscriptions.resume({ ...keyOf(name), key: 'resume' });
  const better = {
    ...keyOf(name),
    key: 'better',
    planId: 'better-minute',
    paymentReference: 'upgrade',
  };
  await subscriptions.changePlan(better);
  await subscriptions.changePlan({ ...keyOf(name), key: 'worse', planId: 'a-minute' });
  await untilNextRun(holdfast, workflowId, runId);
  return { workflowId, runId };
}

async function endNow(holdfast: Holdfast): Promise<string> {
  const workflowId = await subscribed(holdfast, 'ended-now', 'lite-monthly');
  await holdfast.client.subscriptions.endNow({ ...keyOf('ended-now'), key: 'end' });
  await holdfast.temporal.client.workflow.getHandle(workflowId).result();
  return workflowId;
}

async function refuseSecond(holdfast: Holdfast): Promise<Recorded> {
  const live = await subscribed(holdfast, 'live', 'lite-monthly');
  const request = { ...keyOf('refused'), planId: 'lite-monthly', paymentReference: 'refused-1' };
  await holdfast.client.subscriptions.subscribe(request).catch(() => undefined);
  const workflowId = subscriptionWorkflowId(ACCOUNT, 'refused');
  await holdfast.temporal.client.workflow.getHandle(workflowId).result();
  return { workflowId, leftOpen: [live] };
}

async function renewNothing(holdfast: Holdfast): Promise<string> {
  await holdfast.startWorker();
  const renewal = { ...keyOf('not-found'), paymentReference: 'for-nothing' };
  // With a ledger the client starts no workflow for an account without any subscription.
  const { client: temporal, taskQueue } = holdfast.temporal;
  const { subscriptions } = createHoldfastClient({ temporal, taskQueue });
  await subscriptions.renew(renewal).catch(() => undefined);
  const workflowId = subscriptionWorkflowId(ACCOUNT, 'not-found');
  await holdfast.temporal.client.workflow.getHandle(workflowId).result();
  return workflowId;
}

async function takeUpAgain(holdfast: Holdfast): Promise<string> {
  const workflowId = await subscribed(holdfast, 'taken-up-again', 'lite-monthly');
  await holdfast.temporal.client.workflow.getHandle(workflowId).terminate();
  await holdfast.client.subscriptions.cancelAtPeriodEnd({
    ...keyOf('taken-up-again'),
    key: 'cancel',
  });
  await untilIdle(holdfast, workflowId);
  return workflowId;
}

async function leaveWindowOpen(holdfast: Holdfast, slowness: number): Promise<Recorded> {
  await holdfast.setCatalog({ ...catalogOf(slowness), settlementWindow: 'PT1H' });
  const subscription = await subscribed(holdfast, 'window', 'one-second');
  const workflowId = firstExpiryId(ACCOUNT, 'window');
  await untilIdle(holdfast, workflowId);
  return { workflowId, leftOpen: [subscription] };
}

async function renewInWindow(holdfast: Holdfast, slowness: number): Promise<Recorded> {
  const plans = {
    'three-seconds': { name: 'Three seconds', credits: 10, cycle: `PT${3 * slowness}S` },
  };
  await holdfast.setCatalog({ plans, settlementWindow: `PT${10 * slowness}S` });
  const name = 'renewed';
  const subscription = await subscribed(holdfast, name, 'three-seconds');
  const paidAt = new Date(Date.now()).toISOString();
  const workflowId = firstExpiryId(ACCOUNT, name);
  await untilIdle(holdfast, workflowId);
  // This many cycles reach beyond the window's end.
  for (let n = 2; n <= 6; n += 1) {
    const renewal = { ...keyOf(name), paymentReference: `renewed-${n}`, paidAt };
    await holdfast.client.subscriptions.renew(renewal);
  }
  await holdfast.temporal.client.workflow.getHandle(workflowId).result();
  return { workflowId, leftOpen: [subscription] };
}

async function subscribeInWindow(holdfast: Holdfast, slowness: number): Promise<Recorded> {
  await holdfast.setCatalog({ ...catalogOf(slowness), settlementWindow: `PT${3 * slowness}S` });
  await subscribed(holdfast, 'superseded', 'one-second');
  const workflowId = firstExpiryId(ACCOUNT, 'superseded');
  await untilIdle(holdfast, workflowId);
  const request = { ...keyOf('newer'), planId: 'lite-monthly', paymentReference: 'newer-1' };
  await holdfast.client.subscriptions.subscribe(request);
  await holdfast.temporal.client.workflow.getHandle(workflowId).result();
  return { workflowId, leftOpen: [subscriptionWorkflowId(ACCOUNT, 'newer')] };
}

function keyOf(subscriptionId: string) {
  return { accountId: ACCOUNT, subscriptionId };
}

async function untilNextRun(
  { temporal }: Holdfast,
  workflowId: string,
  runId: string,
): Promise<void> {
  await eventually(
    async () => (await temporal.client.workflow.getHandle(workflowId).describe()).runId !== runId,
  );
}

async function untilStatus(
  holdfast: Holdfast,
  subscriptionId: string,
  status: string,
): Promise<void> {
  const workflowId = subscriptionWorkflowId(ACCOUNT, subscriptionId);
  const handle = holdfast.temporal.client.workflow.getHandle(workflowId);
  await eventually(async () => {
    const seen = await handle.query<{ status: string } | null>('status');
    return seen?.status === status;
  });
  await untilIdle(holdfast, workflowId);
}

async function renewPatiently(holdfast: Holdfast): Promise<string> {
  const name = 'by-regular-activity';
  const workflowId = await subscribed(holdfast, name, 'lite-monthly');
  const renewal = { ...keyOf(name), paymentReference: 'second' };
  let renewed: Promise<unknown> = Promise.resolve();
  await whileAccountsAreHeld(holdfast, async () => {
    renewed = holdfast.client.subscriptions.renew(renewal, { timeoutMs: 60_000 });
    await untilPending(holdfast, workflowId, 'renewSubscription');
  });
  await renewed;
  await untilIdle(holdfast, workflowId);
  return workflowId;
}
