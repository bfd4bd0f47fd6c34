import type { Notifier } from '../../../providers/notifier';
import { PermanentNotifierError, TransientProviderError } from '../../../providers/provider-errors';
import type { StubPaymentProvider } from '../../../providers/stub-payment/stub-payment-provider';
import {
  expiryWorkflowId,
  generationWorkflowId,
  grantWorkflowId,
  noticesWorkflowId,
  purchaseWorkflowId,
  settingsWorkflowId,
  subscriptionWorkflowId,
  topUpWorkflowId,
} from '../../../workflows/messages';
import { untilIdle, untilPending } from '../../replay/scenarios/scenario-support';
import { eventually } from '../../support/eventually';
import type { Holdfast } from '../../workflows/harness';
import { park } from '../../workflows/waiting/waiting-support';
import { untilStarted } from '../../workflows/workflow-support';
import { NOW, type Recording } from './recording';

/** The ids of open workflows, by the name of their history. */
export type OpenIds = Record<string, string>;

const PROMOTION = {
  source: 'promotion' as const,
  reason: 'baseline',
  by: 'ops',
  expiresAt: '2027-06-01T00:00:00.000Z',
};

/** Starts workflows of every type and leaves each in the middle of its work. Ends at NOW. */
export async function leaveWorkflowsOpen(recording: Recording): Promise<OpenIds> {
  const { holdfast } = recording;
  const providers = { paymentProvider: unableToRefund(holdfast.payments), notifier: NOTIFIER };
  await holdfast.startWorker({ reconcileIntervalSeconds: 0 }, providers);
  const ids = {
    ...(await subscribeTwoCycles(recording)),
    ...(await lapse(recording)),
    ...(await generate(recording)),
    ...(await leaveNotices(recording)),
    ...(await topUp(recording)),
  };
  // This comes last, because the workflow of a pending payment looks at it every few seconds.
  return { ...ids, ...(await buy(recording)) };
}

/** Leaves the run of a second cycle open. */
async function subscribeTwoCycles({ at, holdfast }: Recording): Promise<OpenIds> {
  const { subscriptions } = holdfast.client;
  const key = { accountId: 'subscriber', subscriptionId: 's-1' };
  await at('2026-10-10T12:00:00.000Z');
  await subscriptions.subscribe({
    ...key,
    planId: 'lite-monthly',
    paymentReference: 'subscriber-1',
  });
  await subscriptions.renew({ ...key, paymentReference: 'subscriber-2' });
  const workflowId = subscriptionWorkflowId('subscriber', 's-1');
  const { runId } = await holdfast.temporal.client.workflow.getHandle(workflowId).describe();
  await at('2026-11-10T12:00:01.000Z');
  // An update makes the workflow look at the ledger.
  await subscriptions.renew({ ...key, paymentReference: 'subscriber-3' });
  await eventually(async () => {
    const now = await holdfast.temporal.client.workflow.getHandle(workflowId).describe();
    return now.runId !== runId;
  });
  await untilIdle(holdfast, workflowId);
  return { 'billing-cycle-second-run': workflowId };
}

/** Leaves a lapsed subscription open, and its expiry, which waits for the settlement window. */
async function lapse({ at, holdfast }: Recording): Promise<OpenIds> {
  const { subscriptions } = holdfast.client;
  const key = { accountId: 'leaver', subscriptionId: 's-1' };
  await at('2026-10-28T11:20:00.000Z');
  await subscriptions.subscribe({ ...key, planId: 'lite-monthly', paymentReference: 'leaver-1' });
  await at('2026-11-28T11:19:57.000Z');
  await subscriptions.cancelAtPeriodEnd({ ...key, key: 'cancel' });
  const workflowId = subscriptionWorkflowId('leaver', 's-1');
  const lastTimerSeconds = async () => Number((await timersOf(holdfast, workflowId)).at(-1));
  await eventually(async () => (await lastTimerSeconds()) <= 3);
  await at(NOW);
  const expiryId = expiryWorkflowId('leaver', 's-1', 1);
  await untilIdle(holdfast, expiryId);
  await eventually(async () => (await lastTimerSeconds()) > 3);
  await untilIdle(holdfast, workflowId);
  return { 'billing-cycle-lapsed': workflowId, 'expiry-window': expiryId };
}

async function generate({ holdfast }: Recording): Promise<OpenIds> {
  const { client, ledger } = holdfast;
  await ledger.grant('studio', 'gift', { ...PROMOTION, credits: 50 });
  await ledger.grant('dreamer', 'gift', { ...PROMOTION, credits: 3 });
  const film = { kind: 'text-to-image', input: { simulate: 'hang' }, metadata: { project: 'p-1' } };
  await client.generations.start({ accountId: 'studio', requestId: 'r-1', ...film });
  await eventually(
    async () => (await client.generations.status('studio', 'r-1')).progress !== null,
  );
  await park(holdfast, 'dreamer', 'r-1', 10);
  const waiting = generationWorkflowId('dreamer', 'r-1');
  await untilIdle(holdfast, waiting);
  return {
    'generation-generating': generationWorkflowId('studio', 'r-1'),
    'generation-waiting': waiting,
  };
}

/** Two accounts run dry. The notice of one is given up, and that of the other is still tried. */
async function leaveNotices({ holdfast }: Recording): Promise<OpenIds> {
  const { ledger } = holdfast;
  for (const accountId of ['gone', 'unreachable']) {
    await ledger.grant(accountId, 'gift', { ...PROMOTION, credits: 5 });
    await ledger.deduct(accountId, 'all', { credits: 5, reason: 'baseline', by: 'ops' });
  }
  await eventually(async () => (await ledger.accountNotices('gone'))[0]?.status === 'failed');
  await untilPending(holdfast, noticesWorkflowId('unreachable'), 'deliverNotice');
  return { 'notices-failing': noticesWorkflowId('unreachable') };
}

async function topUp({ holdfast }: Recording): Promise<OpenIds> {
  const { client, ledger } = holdfast;
  const rule = {
    packId: 'pack-125',
    belowCredits: 100,
    monthlyCapCents: 20_000,
    paymentMethod: 'simulate-declined',
  };
  const spent = { credits: 180, reason: 'spent', by: 'ops' };
  await ledger.deduct('topper', 'spent', spent);
  await client.settings.setTopUp({ accountId: 'topper', key: 'top-up', topUp: rule });
  await eventually(
    async () => (await ledger.purchase('topper', 'top-up-1'))?.status === 'declined',
  );
  await untilIdle(holdfast, topUpWorkflowId('topper'));
  await eventually(async () => (await ledger.accountNotices('topper'))[0]?.status === 'delivered');
  return { 'top-up-declined': topUpWorkflowId('topper') };
}

/**
 * One payment is pending. The other was paid after the subscription had ended, and its refund
 * fails.
 */
async function buy({ holdfast }: Recording): Promise<OpenIds> {
  const { client, ledger, payments } = holdfast;
  const pack = {
    purchaseId: 'p-1',
    packId: 'pack-125',
    shownPriceCents: 5200,
    paymentMethod: 'simulate-pending',
  };
  await client.purchases.buy({ accountId: 'late-payer', ...pack });
  await ledger.subscriptions.endNow('late-payer', 's-1', 'end');
  const returning = purchaseWorkflowId('late-payer', 'p-1');
  await payments.settle(returning);
  await client.purchases.paymentUpdated('late-payer', 'p-1');
  await untilPending(holdfast, returning, 'refundPayment');
  await client.purchases.buy({ accountId: 'buyer', ...pack });
  const pending = purchaseWorkflowId('buyer', 'p-1');
  await untilIdle(holdfast, pending);
  return { 'purchase-returning': returning, 'purchase-pending': pending };
}

/**
 * Starts a grant, a change of settings and a reconciliation pass that wait for the ledger's answer.
 * The accounts' rows must be locked.
 */
export async function leaveCallsWaiting({ holdfast }: Recording): Promise<OpenIds> {
  const { client, temporal } = holdfast;
  const given = { credits: 10, source: 'promotion' as const, reason: 'baseline', by: 'ops' };
  const { expiresAt } = PROMOTION;
  const noAnswer = () => undefined;
  client.grants
    .create({ accountId: 'grantee', key: 'another', ...given, expiresAt })
    .catch(noAnswer);
  client.settings
    .setLimits({ accountId: 'setter', key: 'limits', dailyCreditsMax: 10 })
    .catch(noAnswer);
  const { taskQueue } = temporal;
  const reconciliation = { workflowId: 'reconciliation', taskQueue, args: [{}] };
  await temporal.client.workflow.start('reconciliationWorkflow', reconciliation);
  const grant = grantWorkflowId('grantee', 'another');
  const settings = settingsWorkflowId('setter', 'limits');
  for (const [id, activity] of [
    [grant, 'grant'],
    [settings, 'changeSettings'],
    [reconciliation.workflowId, 'grantDueCycles'],
  ] as const) {
    await untilStarted(temporal, id);
    await untilPending(holdfast, id, activity);
  }
  return {
    'grant-pending': grant,
    'settings-pending': settings,
    'reconciliation-pending': reconciliation.workflowId,
  };
}

/** The length of each timer of the present run, in seconds. */
async function timersOf({ temporal }: Holdfast, workflowId: string): Promise<number[]> {
  const { events } = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) =>
    timer ? [Number(timer.startToFireTimeout?.seconds ?? 0)] : [],
  );
}

const NOTIFIER: Notifier = {
  async deliver({ accountId }) {
    if (accountId === 'gone') throw new PermanentNotifierError('The receiver is gone.');
    if (accountId === 'unreachable') throw new Error('The receiver does not answer.');
  },
};

function unableToRefund(payments: StubPaymentProvider): StubPaymentProvider {
  return {
    ...payments,
    async refund() {
      throw new TransientProviderError('The bank does not answer.');
    },
  };
}
