import { generationWorkflowId } from '../../../workflows/messages';
import { eventually } from '../../support/eventually';
import type { Holdfast } from '../../workflows/harness';
import { writeNotice } from '../../workflows/notice/notice-support';
import { ACCOUNT, type Recorded, recordedAs } from './scenario';

export const RECONCILIATION_SCENARIOS = recordedAs('v2', [
  { name: 'reconciliation.nothing-due', version: 'v6', run: reconcileNothing },
  { name: 'reconciliation.idle', version: 'v4', run: reconcileIdly },
  { name: 'reconciliation.orphan-released', version: 'v7', run: reconcileOrphan },
  {
    name: 'reconciliation.stopped-at-limit',
    version: 'v6',
    run: (holdfast) => reconcileMany(holdfast, false),
  },
  {
    name: 'reconciliation.confirmed',
    version: 'v8',
    run: (holdfast) => reconcileMany(holdfast, true),
  },
  {
    name: 'reconciliation.handed-on',
    version: 'v4',
    isTimed: true,
    run: (holdfast) => reconcileInRuns(holdfast, 'first'),
  },
  {
    name: 'reconciliation.went-on',
    version: 'v4',
    isTimed: true,
    run: (holdfast) => reconcileInRuns(holdfast, 'last'),
  },
  { name: 'reconciliation.wrong-temporal', run: reconcileElsewhere },
  { name: 'reconciliation.upkeep', version: 'v5', run: reconcileWhatWasMissed },
  { name: 'reconciliation.attended', version: 'v4', run: reconcileWhatWasNotHandedOver },
]);

async function reconcileNothing(holdfast: Holdfast): Promise<string> {
  await holdfast.startWorker();
  return reconcile(holdfast);
}

/** As the Schedule starts it: it holds the next pass up for a second. */
async function reconcileIdly({ temporal, ...holdfast }: Holdfast): Promise<string> {
  await holdfast.startWorker();
  const { taskQueue } = temporal;
  const workflowId = `reconciliation/${taskQueue}/idle`;
  const args = [{ pace: { everySeconds: 1, idleSeconds: 2 } }];
  await temporal.client.workflow.execute('reconciliationWorkflow', { workflowId, taskQueue, args });
  return workflowId;
}

async function reconcile(holdfast: Holdfast, pass = 'only', confirm?: boolean): Promise<string> {
  const { taskQueue } = holdfast.config;
  const workflowId = `reconciliation/${taskQueue}/${pass}`;
  const words = { reason: 'Temporal was replaced', by: 'sam' };
  const args = [confirm ? { confirm, ...words } : confirm === undefined ? {} : { confirm }];
  await holdfast.temporal.client.workflow.execute('reconciliationWorkflow', {
    workflowId,
    taskQueue,
    args,
  });
  return workflowId;
}

async function reconcileOrphan(holdfast: Holdfast): Promise<string> {
  const name = 'reconciled';
  await holdfast.startWorker({ holdSeconds: 0 });
  const input = { simulate: 'hang' };
  await holdfast.client.generations.start({
    accountId: ACCOUNT,
    requestId: name,
    kind: 'text-to-image',
    input,
  });
  await holdfast.temporal.client.workflow
    .getHandle(generationWorkflowId(ACCOUNT, name))
    .terminate();
  return reconcile(holdfast);
}

/** One reservation too many without a workflow, as after a loss of Temporal's database. */
async function reconcileMany(holdfast: Holdfast, confirm: boolean): Promise<string> {
  await reserveWithoutWorkflow(holdfast, 21);
  await holdfast.startWorker();
  await reconcile(holdfast, 'first');
  return reconcile(holdfast, 'second', confirm);
}

/** So many reservations without a workflow that their pass continues in another run. */
async function reconcileInRuns(holdfast: Holdfast, which: 'first' | 'last'): Promise<Recorded> {
  await reserveWithoutWorkflow(holdfast, 75);
  await holdfast.startWorker();
  await reconcile(holdfast, 'earlier');
  const workflowId = await reconcile(holdfast, 'continued', true);
  if (which === 'last') return workflowId;
  const { runId } = await holdfast.temporal.client.workflow.getHandle(workflowId).describe();
  const last = holdfast.temporal.client.workflow.getHandle(workflowId, runId);
  const [started] = (await last.fetchHistory()).events ?? [];
  const firstRunId = started?.workflowExecutionStartedEventAttributes?.firstExecutionRunId;
  return { workflowId, runId: firstRunId as string };
}

async function reserveWithoutWorkflow(holdfast: Holdfast, count: number): Promise<void> {
  const quote = { credits: 2, catalogVersion: '1' };
  for (let n = 1; n <= count; n += 1) {
    // Padded, because reservations of the same millisecond are ordered by their ids.
    await holdfast.ledger.reserve(
      ACCOUNT,
      `lost-${String(n).padStart(2, '0')}`,
      { kind: 'text-to-image' },
      quote,
      0,
    );
  }
}

async function reconcileElsewhere(holdfast: Holdfast): Promise<string> {
  await holdfast.startWorker();
  // The running worker makes the pass. A new worker would refuse to start.
  await holdfast.sql(
    "UPDATE holdfast.temporal_identity SET cluster_id = 'another', namespace_id = gen_random_uuid()",
  );
  const { taskQueue } = holdfast.config;
  const workflowId = `reconciliation/${taskQueue}/elsewhere`;
  await holdfast.temporal.client.workflow.execute('reconciliationWorkflow', {
    workflowId,
    taskQueue,
    args: [{}],
  });
  return workflowId;
}

/**
 * A missed cycle, a missed expiry, an ended promotion, a lost purchase and a lost subscription,
 * each in an account of its own.
 */
async function reconcileWhatWasMissed(holdfast: Holdfast, slowness: number): Promise<string> {
  const { subscriptions, purchases } = holdfast.ledger;
  const seconds = { name: 'One second', credits: 10, cycle: `PT${slowness}S` };
  await holdfast.setCatalog({ plans: { 'one-second': seconds }, settlementWindow: 'PT0S' });
  await holdfast.startWorker({ reconcileIntervalSeconds: 0 });
  const paid = (accountId: string, planId: string) =>
    subscriptions.subscribe(accountId, 's', { planId, paymentReference: 'first' });
  await paid('missed-cycle', 'one-second');
  // Paid so far ahead that it lapses long after the pass.
  for (let n = 2; n <= 60; n += 1) await subscriptions.renew('missed-cycle', 's', `paid-${n}`);
  await paid('missed-expiry', 'one-second');
  await paid('lost', 'lite-monthly');
  await purchases.open('lost', 'p', {
    packId: 'pack-125',
    shownPriceCents: 4900,
    paymentMethod: 'simulate-pending',
  });
  const body = { credits: 5, source: 'promotion' as const, reason: 'replay', by: 'test' };
  await holdfast.ledger.grant('ended', 'short', {
    ...body,
    expiresAt: new Date(Date.now() + 1_000).toISOString(),
  });
  await holdfast.sql(
    "UPDATE holdfast.subscriptions SET look_from = holdfast.clock() WHERE account_id = 'lost'",
  );
  await holdfast.sql('UPDATE holdfast.purchases SET look_from = holdfast.clock()');
  await eventually(async () => (await holdfast.ledger.balance('ended')).pendingExpiry === 5);
  await eventually(
    async () => (await holdfast.ledger.subscription('missed-expiry'))?.status === 'lapsed',
  );
  return reconcile(holdfast);
}

/** A notice for which no workflow was called. */
async function reconcileWhatWasNotHandedOver(holdfast: Holdfast): Promise<string> {
  await holdfast.fund('unattended', 10);
  await writeNotice(holdfast, 'unattended');
  await holdfast.startWorker({ reconcileIntervalSeconds: 0 });
  return reconcile(holdfast);
}
