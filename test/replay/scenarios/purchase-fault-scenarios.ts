import type { PaymentProvider, PaymentState } from '../../../providers/payment-provider';
import { TransientProviderError } from '../../../providers/provider-errors';
import { paymentUpdatedSignal, purchaseWorkflowId } from '../../../workflows/messages';
import { eventually } from '../../support/eventually';
import type { Holdfast } from '../../workflows/harness';
import { pending, requestOf, subscribed } from './purchase-support';
import { ACCOUNT, type Recorded, recordedAs } from './scenario';
import { untilIdle, untilPending } from './scenario-support';

/** What a buyer, a provider or a server seldom does. */
export const PURCHASE_FAULT_SCENARIOS = recordedAs('v2', [
  { name: 'purchase.goes-on', version: 'v3', run: goOn },
  { name: 'purchase.settled-untold', run: settleUntold },
  { name: 'purchase.conflict', run: askForAnother },
  { name: 'purchase.opened-before', run: (holdfast) => openBefore(holdfast, 'opened-before') },
  {
    name: 'purchase.opened-long-ago',
    run: (holdfast) => openBefore(holdfast, 'long-ago', '1 day'),
  },
  { name: 'purchase.never-charged', run: voidNothing },
  { name: 'purchase.not-opened', isTimed: true, run: denyOpening },
  { name: 'purchase.cancelled-while-charging', run: cancelWhileCharging },
  { name: 'purchase.never-understood', run: chargeInVain },
  { name: 'purchase.asked-again', run: answerLate },
  { name: 'purchase.refunded-by-provider', run: refundByProvider },
  { name: 'purchase.fault-confirmed', run: confirmFault },
  { name: 'purchase.stray-unconfirmed', run: keepStray },
  { name: 'purchase.stray-and-returned', run: returnBoth },
  { name: 'purchase.timed-out', isTimed: true, run: startTooLate },
]);

const SENSELESS = async () => ({ state: 'senseless' }) as never;
const OPEN_WITHIN_MS = 30_000;

/** So many signals that the run continues in a new one. They come while no worker runs. */
async function goOn(holdfast: Holdfast): Promise<Recorded> {
  const worker = await subscribed(holdfast);
  await holdfast.client.purchases.buy(requestOf('goes-on', 'simulate-pending'));
  const workflowId = purchaseWorkflowId(ACCOUNT, 'goes-on');
  await untilIdle(holdfast, workflowId);
  await worker.stop();
  const handle = holdfast.temporal.client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  for (let sent = 0; sent < 400; sent += 1) await handle.signal(paymentUpdatedSignal);
  await holdfast.startWorker({}, { paymentProvider: holdfast.payments });
  await eventually(async () => (await handle.describe()).runId !== runId);
  return { workflowId, runId };
}

/** Nothing tells of the payment: the workflow looks by itself, after five seconds. */
async function settleUntold(holdfast: Holdfast): Promise<string> {
  const workflowId = await pending(holdfast, 'settled-untold');
  await holdfast.payments.settle(workflowId);
  await holdfast.client.purchases.result(ACCOUNT, 'settled-untold');
  return workflowId;
}

/** The same id, and another price. */
async function askForAnother(holdfast: Holdfast): Promise<string> {
  const workflowId = await pending(holdfast, 'conflict');
  const other = { ...requestOf('conflict', 'simulate-pending'), shownPriceCents: 3_900 };
  await holdfast.client.purchases.buy(other).catch(() => undefined);
  return workflowId;
}

/** The intent was written, this long ago, and the workflow was lost before it charged. */
async function openBefore(
  holdfast: Holdfast,
  purchaseId: string,
  ago?: string,
  provider?: PaymentProvider,
): Promise<string> {
  await subscribed(holdfast, provider);
  const { accountId, purchaseId: _, ...body } = requestOf(purchaseId);
  await holdfast.ledger.purchases.open(accountId, purchaseId, body);
  if (ago !== undefined)
    await holdfast.sql('UPDATE holdfast.purchases SET opened_at = opened_at - $1::interval', [ago]);
  return startAndAwait(holdfast, purchaseId);
}

/** As above, with a provider that knows nothing of what it has voided. */
async function voidNothing(holdfast: Holdfast): Promise<string> {
  const nothing = {
    void: async () => undefined,
    state: async (): Promise<PaymentState> => ({ state: 'unknown' }),
  };
  return openBefore(holdfast, 'never-charged', '1 day', { ...holdfast.payments, ...nothing });
}

/** The worker's login lacks a right, which no repetition mends. */
async function denyOpening(holdfast: Holdfast): Promise<string> {
  await subscribed(holdfast);
  await holdfast.sql(`
    DO $$ DECLARE v_grant record; BEGIN
      FOR v_grant IN SELECT p.oid::regprocedure AS called, a.grantee::regrole AS role
        FROM pg_proc p, aclexplode(p.proacl) a
        WHERE p.proname = 'open_purchase' AND a.grantee <> p.proowner
      LOOP EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM %s', v_grant.called, v_grant.role);
      END LOOP;
    END $$`);
  return startAndAwait(holdfast, 'not-opened');
}

async function startAndAwait(holdfast: Holdfast, purchaseId: string): Promise<string> {
  const workflowId = purchaseWorkflowId(ACCOUNT, purchaseId);
  await holdfast.temporal.client.workflow.execute('purchaseWorkflow', {
    workflowId,
    taskQueue: holdfast.config.taskQueue,
    args: [requestOf(purchaseId)],
  });
  return workflowId;
}

async function cancelWhileCharging(holdfast: Holdfast): Promise<string> {
  const charge = async () => {
    throw new TransientProviderError('The service is away.');
  };
  await subscribed(holdfast, { ...holdfast.payments, charge });
  const handle = await holdfast.temporal.client.workflow.start('purchaseWorkflow', {
    workflowId: purchaseWorkflowId(ACCOUNT, 'cancelled-while-charging'),
    taskQueue: holdfast.config.taskQueue,
    args: [requestOf('cancelled-while-charging')],
  });
  await untilPending(holdfast, handle.workflowId, 'charge');
  await handle.cancel();
  await handle.result();
  return handle.workflowId;
}

/** The provider takes nothing, and answers nothing that makes sense. */
async function chargeInVain(holdfast: Holdfast): Promise<string> {
  await subscribed(holdfast, { ...holdfast.payments, charge: SENSELESS });
  return startAndAwait(holdfast, 'never-understood');
}

/** A pending payment of which the provider says what it is told to. */
function saying(holdfast: Holdfast) {
  const told: { state?: () => Promise<PaymentState> } = {};
  const state: PaymentProvider['state'] = (key) =>
    (told.state ?? (() => holdfast.payments.state(key)))();
  return { told, provider: { ...holdfast.payments, state } };
}

/** The provider is asked again while it makes no sense, and while it has forgotten the payment. */
async function answerLate(holdfast: Holdfast): Promise<string> {
  const { told, provider } = saying(holdfast);
  const workflowId = await pending(holdfast, 'asked-again', provider);
  const purchases = holdfast.client.purchases;
  told.state = SENSELESS;
  await purchases.paymentUpdated(ACCOUNT, 'asked-again');
  await untilTimers(holdfast, workflowId, 2);
  told.state = async () => ({ state: 'unknown' });
  await purchases.paymentUpdated(ACCOUNT, 'asked-again');
  await untilTimers(holdfast, workflowId, 3);
  delete told.state;
  await holdfast.payments.settle(workflowId);
  await purchases.paymentUpdated(ACCOUNT, 'asked-again');
  await purchases.result(ACCOUNT, 'asked-again');
  return workflowId;
}

async function untilTimers(holdfast: Holdfast, workflowId: string, count: number): Promise<void> {
  const handle = holdfast.temporal.client.workflow.getHandle(workflowId);
  await eventually(async () => {
    const { events = [] } = await handle.fetchHistory();
    return (events ?? []).filter((event) => event.timerStartedEventAttributes).length >= count;
  });
}

async function refundByProvider(holdfast: Holdfast): Promise<string> {
  const { told, provider } = saying(holdfast);
  const workflowId = await pending(holdfast, 'refunded-by-provider', provider);
  told.state = async () => ({ state: 'refunded', paymentId: 'pay-1' });
  await holdfast.client.purchases.paymentUpdated(ACCOUNT, 'refunded-by-provider');
  await holdfast.client.purchases.result(ACCOUNT, 'refunded-by-provider');
  return workflowId;
}

/** The purchase ended without the provider's answer, and nothing had been taken. */
async function confirmFault(holdfast: Holdfast): Promise<string> {
  await subscribed(holdfast);
  const { accountId, purchaseId, ...body } = requestOf('fault-confirmed');
  await holdfast.ledger.purchases.open(accountId, purchaseId, body);
  await holdfast.ledger.purchases.close(accountId, purchaseId, 'voided', 'PROVIDER_FAULT');
  return startAndAwait(holdfast, purchaseId);
}

/** The second payment's refund makes no sense: it stays, for reconciliation. */
async function keepStray(holdfast: Holdfast): Promise<string> {
  const provider = { ...holdfast.payments, refund: SENSELESS };
  const workflowId = await pending(holdfast, 'stray-unconfirmed', provider);
  await holdfast.ledger.purchases.settle(ACCOUNT, 'stray-unconfirmed', 'elsewhere');
  await holdfast.payments.settle(workflowId);
  await holdfast.client.purchases.paymentUpdated(ACCOUNT, 'stray-unconfirmed');
  await holdfast.temporal.client.workflow.getHandle(workflowId).result();
  return workflowId;
}

/** Paid twice after the subscription's end: both payments go back. */
async function returnBoth(holdfast: Holdfast): Promise<string> {
  const refund: PaymentProvider['refund'] = async (_, paymentId = 'elsewhere') => ({
    ...{ state: 'refunded', paymentId },
  });
  const workflowId = await pending(holdfast, 'both', { ...holdfast.payments, refund });
  await holdfast.ledger.subscriptions.endNow(ACCOUNT, 's', 'end');
  await holdfast.ledger.purchases.settle(ACCOUNT, 'both', 'elsewhere');
  await holdfast.payments.settle(workflowId);
  await holdfast.client.purchases.paymentUpdated(ACCOUNT, 'both');
  await holdfast.client.purchases.result(ACCOUNT, 'both');
  return workflowId;
}

/** No worker ran while the buyer was there. */
async function startTooLate(holdfast: Holdfast): Promise<string> {
  const handle = await startBare(holdfast, 'timed-out');
  const startMs = (await handle.describe()).startTime.getTime();
  await eventually(async () => Date.now() > startMs + OPEN_WITHIN_MS);
  await subscribed(holdfast);
  await handle.result();
  return handle.workflowId;
}

function startBare(holdfast: Holdfast, purchaseId: string) {
  return holdfast.temporal.client.workflow.start('purchaseWorkflow', {
    workflowId: purchaseWorkflowId(ACCOUNT, purchaseId),
    taskQueue: holdfast.config.taskQueue,
    args: [requestOf(purchaseId)],
  });
}
