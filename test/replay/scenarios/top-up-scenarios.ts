import { lookAgainSignal, purchaseWorkflowId, topUpWorkflowId } from '../../../workflows/messages';
import { topUpStart } from '../../../workflows/start-options';
import { eventually } from '../../support/eventually';
import type { Holdfast } from '../../workflows/harness';
import { ACCOUNT, type Recorded, recordedAs } from './scenario';
import { untilIdle, untilPending, whileAccountsAreHeld } from './scenario-support';

const TOP_UP = topUpWorkflowId(ACCOUNT);

export const TOP_UP_SCENARIOS = recordedAs('v2', [
  { name: 'top-up.bought', version: 'v3', run: buyOnce },
  { name: 'top-up.none', run: findNothing },
  { name: 'top-up.open', run: leaveWaiting },
  { name: 'top-up.called-while-waiting', version: 'v3', run: callWaiting },
  { name: 'top-up.tried-again', version: 'v3', run: tryAgain },
  { name: 'top-up.already-started', version: 'v3', run: callWhilePending },
  { name: 'top-up.goes-on', run: goOn },
  { name: 'top-up.by-regular-activity', run: beginPatiently },
]);

/** Sets a top-up of one pack a month, which is always due. */
async function topUpWith(holdfast: Holdfast, key: string, paymentMethod?: string): Promise<void> {
  const rule = { packId: 'pack-125', belowCredits: 100, monthlyCapCents: 4900 };
  await holdfast.client.settings.setTopUp({
    accountId: ACCOUNT,
    key,
    topUp: { ...rule, paymentMethod },
  });
}

async function subscribed(holdfast: Holdfast): Promise<void> {
  const body = { planId: 'lite-monthly', paymentReference: 'first' };
  const outcome = await holdfast.ledger.subscriptions.subscribe(ACCOUNT, 's', body);
  if (!outcome.ok) throw new Error(outcome.refusal.message);
  const { available: credits } = await holdfast.ledger.balance(ACCOUNT);
  await holdfast.ledger.deduct(ACCOUNT, 'spent', { credits, reason: 'spent', by: 'test' });
  await holdfast.startWorker();
}

function call({ temporal }: Holdfast) {
  const start = { ...topUpStart(ACCOUNT, temporal.taskQueue), signal: lookAgainSignal };
  return temporal.client.workflow.signalWithStart('topUpWorkflow', start);
}

async function untilEnded(holdfast: Holdfast, purchaseId: string, status: string): Promise<void> {
  await eventually(
    async () => (await holdfast.ledger.purchase(ACCOUNT, purchaseId))?.status === status,
  );
}

async function buyOnce(holdfast: Holdfast): Promise<string> {
  await subscribed(holdfast);
  await topUpWith(holdfast, 'bought');
  await untilEnded(holdfast, 'top-up-1', 'granted');
  await holdfast.client.purchases.result(ACCOUNT, 'top-up-1');
  return TOP_UP;
}

async function findNothing(holdfast: Holdfast): Promise<string> {
  await holdfast.startWorker();
  await (await call(holdfast)).result();
  return TOP_UP;
}

/**
 * A declined top-up. The outbox delivery calls the workflow again, which then waits. Returns its
 * run id.
 */
async function declined(holdfast: Holdfast): Promise<string> {
  await subscribed(holdfast);
  await topUpWith(holdfast, 'declined', 'simulate-declined');
  await untilEnded(holdfast, 'top-up-1', 'declined');
  await untilIdle(holdfast, TOP_UP);
  const { runId } = await holdfast.temporal.client.workflow.getHandle(TOP_UP).describe();
  return runId;
}

async function leaveWaiting(holdfast: Holdfast): Promise<Recorded> {
  await declined(holdfast);
  return { workflowId: TOP_UP, leftOpen: [TOP_UP] };
}

async function callWaiting(holdfast: Holdfast): Promise<Recorded> {
  const runId = await declined(holdfast);
  await topUpWith(holdfast, 'another-card');
  await untilEnded(holdfast, 'top-up-2', 'granted');
  await holdfast.client.purchases.result(ACCOUNT, 'top-up-2');
  return { workflowId: TOP_UP, runId };
}

async function tryAgain(holdfast: Holdfast): Promise<Recorded> {
  const runId = await declined(holdfast);
  const soon =
    "UPDATE holdfast.account_settings SET top_up_retry_at = now() + interval '3 seconds'";
  await holdfast.sql(soon);
  await call(holdfast);
  await untilEnded(holdfast, 'top-up-2', 'declined');
  return { workflowId: TOP_UP, runId, leftOpen: [TOP_UP] };
}

async function callWhilePending(holdfast: Holdfast): Promise<Recorded> {
  await subscribed(holdfast);
  await topUpWith(holdfast, 'pending', 'simulate-pending');
  await eventually(async () => (await holdfast.payments.book()).length === 1);
  const handle = await call(holdfast);
  await handle.result();
  return { workflowId: TOP_UP, leftOpen: [purchaseWorkflowId(ACCOUNT, 'top-up-1')] };
}

/** Calls one after the other, because the workflow handles simultaneous calls together. */
async function goOn(holdfast: Holdfast): Promise<Recorded> {
  const runId = await declined(holdfast);
  const run = holdfast.temporal.client.workflow.getHandle(TOP_UP, runId);
  const looks = async () =>
    (await run.fetchHistory()).events?.filter((event) => event.markerRecordedEventAttributes)
      .length ?? 0;
  const isOver = async () => (await run.describe()).status.name === 'CONTINUED_AS_NEW';
  while (!(await isOver())) {
    const before = await looks();
    await call(holdfast);
    await eventually(async () => (await looks()) > before || (await isOver()));
  }
  return { workflowId: TOP_UP, runId, leftOpen: [TOP_UP] };
}

async function beginPatiently(holdfast: Holdfast): Promise<string> {
  await subscribed(holdfast);
  await whileAccountsAreHeld(holdfast, async () => {
    await call(holdfast);
    await untilPending(holdfast, TOP_UP, 'beginTopUp');
  });
  await holdfast.temporal.client.workflow.getHandle(TOP_UP).result();
  return TOP_UP;
}
