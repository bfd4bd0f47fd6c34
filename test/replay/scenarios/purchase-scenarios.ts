import { purchaseWorkflowId } from '../../../workflows/messages';
import { eventually } from '../../support/eventually';
import type { Holdfast } from '../../workflows/harness';
import { pending, requestOf, subscribed } from './purchase-support';
import { ACCOUNT, recordedAs } from './scenario';
import { untilIdle, untilPending, whileAccountsAreHeld } from './scenario-support';

/**
 * Payments have a task queue of their own since v2; since v3 the ledger is told until when a purchase
 * may be opened.
 */
export const PURCHASE_SCENARIOS = recordedAs('v4', [
  { name: 'purchase.granted', version: 'v5', run: (holdfast) => bought(holdfast, 'granted') },
  { name: 'purchase.bare', run: startBare },
  {
    name: 'purchase.declined',
    run: (holdfast) => bought(holdfast, 'declined', 'simulate-declined'),
  },
  {
    name: 'purchase.declined-for-good',
    version: 'v2',
    run: (holdfast) => bought(holdfast, 'never-again', 'simulate-never-again'),
  },
  {
    name: 'purchase.refused-by-provider',
    run: (holdfast) => bought(holdfast, 'no-card', 'simulate-refused'),
  },
  {
    name: 'purchase.lost-answer',
    run: (holdfast) => bought(holdfast, 'lost-answer', 'simulate-lost-answer'),
  },
  { name: 'purchase.price-changed', version: 'v3', run: refuseStalePrice },
  { name: 'purchase.subscription-required', version: 'v3', run: refuseWithoutSubscription },
  { name: 'purchase.open', run: leavePending },
  { name: 'purchase.settled', run: (holdfast) => decide(holdfast, 'settled', 'settle') },
  { name: 'purchase.voided-by-bank', run: (holdfast) => decide(holdfast, 'voided', 'voidByBank') },
  { name: 'purchase.reported', version: 'v2', run: reportPending },
  { name: 'purchase.cancelled', run: cancelPending },
  { name: 'purchase.cancelled-before-opening', version: 'v2', run: cancelBeforeOpening },
  { name: 'purchase.returned', run: settleAfterEnd },
  { name: 'purchase.paid-twice', run: payAfterSettlement },
  { name: 'purchase.known', run: buyAgainAfterLoss },
  { name: 'purchase.by-regular-activity', run: settlePatiently },
  { name: 'purchase.taken-back', run: chargeWithoutSense },
  { name: 'purchase.refund-unconfirmed', run: refundWithoutSense },
  { name: 'purchase.paid-after-all', run: payAfterFault },
]);

async function bought(
  holdfast: Holdfast,
  purchaseId: string,
  paymentMethod?: string,
): Promise<string> {
  await subscribed(holdfast);
  await holdfast.client.purchases.buy(requestOf(purchaseId, paymentMethod));
  await holdfast.client.purchases.result(ACCOUNT, purchaseId);
  return purchaseWorkflowId(ACCOUNT, purchaseId);
}

async function startBare(holdfast: Holdfast): Promise<string> {
  await subscribed(holdfast);
  const workflowId = purchaseWorkflowId(ACCOUNT, 'bare');
  await holdfast.temporal.client.workflow.execute('purchaseWorkflow', {
    workflowId,
    taskQueue: holdfast.config.taskQueue,
    args: [{ ...requestOf('bare'), currency: 'USD' }],
  });
  return workflowId;
}

async function refuseStalePrice(holdfast: Holdfast): Promise<string> {
  await subscribed(holdfast);
  await holdfast.client.purchases.buy({ ...requestOf('stale'), shownPriceCents: 3900 });
  return purchaseWorkflowId(ACCOUNT, 'stale');
}

async function refuseWithoutSubscription(holdfast: Holdfast): Promise<string> {
  await holdfast.startWorker();
  await holdfast.client.purchases.buy(requestOf('unsubscribed'));
  return purchaseWorkflowId(ACCOUNT, 'unsubscribed');
}

async function leavePending(holdfast: Holdfast): Promise<string> {
  return pending(holdfast, 'open');
}

async function decide(
  holdfast: Holdfast,
  purchaseId: string,
  decision: 'settle' | 'voidByBank',
): Promise<string> {
  const workflowId = await pending(holdfast, purchaseId);
  await holdfast.payments[decision](workflowId);
  await holdfast.client.purchases.paymentUpdated(ACCOUNT, purchaseId);
  await holdfast.client.purchases.result(ACCOUNT, purchaseId);
  return workflowId;
}

/** A report of a payment that is pending still: the next look comes as soon as it would have come. */
async function reportPending(holdfast: Holdfast): Promise<string> {
  const workflowId = await pending(holdfast, 'reported');
  await holdfast.client.purchases.paymentUpdated(ACCOUNT, 'reported');
  const handle = holdfast.temporal.client.workflow.getHandle(workflowId);
  await eventually(async () => {
    const { events = [] } = await handle.fetchHistory();
    return (events ?? []).filter((event) => event.timerStartedEventAttributes).length === 2;
  });
  await holdfast.payments.settle(workflowId);
  await holdfast.client.purchases.paymentUpdated(ACCOUNT, 'reported');
  await holdfast.client.purchases.result(ACCOUNT, 'reported');
  return workflowId;
}

async function cancelPending(holdfast: Holdfast): Promise<string> {
  const workflowId = await pending(holdfast, 'cancelled');
  await holdfast.client.purchases.cancel(ACCOUNT, 'cancelled');
  await holdfast.client.purchases.result(ACCOUNT, 'cancelled');
  return workflowId;
}

async function cancelBeforeOpening(holdfast: Holdfast): Promise<string> {
  const workflowId = purchaseWorkflowId(ACCOUNT, 'cancelled-before-opening');
  const handle = await holdfast.temporal.client.workflow.start('purchaseWorkflow', {
    workflowId,
    taskQueue: holdfast.config.taskQueue,
    args: [requestOf('cancelled-before-opening')],
  });
  await handle.cancel();
  await subscribed(holdfast);
  await handle.result();
  return workflowId;
}

async function settleAfterEnd(holdfast: Holdfast): Promise<string> {
  const workflowId = await pending(holdfast, 'returned');
  await holdfast.ledger.subscriptions.endNow(ACCOUNT, 's', 'end');
  await holdfast.payments.settle(workflowId);
  await holdfast.client.purchases.paymentUpdated(ACCOUNT, 'returned');
  await holdfast.client.purchases.result(ACCOUNT, 'returned');
  return workflowId;
}

/** The purchase is settled with another payment before its own is made, which is refunded. */
async function payAfterSettlement(holdfast: Holdfast): Promise<string> {
  const workflowId = await pending(holdfast, 'paid-twice');
  await holdfast.ledger.purchases.settle(ACCOUNT, 'paid-twice', 'elsewhere');
  await holdfast.payments.settle(workflowId);
  await holdfast.client.purchases.paymentUpdated(ACCOUNT, 'paid-twice');
  await holdfast.client.purchases.result(ACCOUNT, 'paid-twice');
  return workflowId;
}

/** The first workflow is lost while the payment is pending, and the payment settles meanwhile. */
async function buyAgainAfterLoss(holdfast: Holdfast): Promise<string> {
  const workflowId = await pending(holdfast, 'known');
  await holdfast.temporal.client.workflow.getHandle(workflowId).terminate();
  await holdfast.payments.settle(workflowId);
  await holdfast.client.purchases.buy(requestOf('known', 'simulate-pending'));
  await holdfast.client.purchases.result(ACCOUNT, 'known');
  return workflowId;
}

async function settlePatiently(holdfast: Holdfast): Promise<string> {
  const workflowId = await pending(holdfast, 'patient');
  await holdfast.payments.settle(workflowId);
  await whileAccountsAreHeld(holdfast, async () => {
    await holdfast.client.purchases.paymentUpdated(ACCOUNT, 'patient');
    await untilPending(holdfast, workflowId, 'settlePurchase');
  });
  await eventually(
    async () => (await holdfast.ledger.purchase(ACCOUNT, 'patient'))?.status === 'granted',
  );
  await holdfast.client.purchases.result(ACCOUNT, 'patient');
  return workflowId;
}

/** The provider's answers make sense only about the refund. */
async function chargeWithoutSense(holdfast: Holdfast): Promise<string> {
  const { payments } = holdfast;
  const senseless = async () => ({ state: 'succeeded' }) as never;
  const charge: typeof payments.charge = async (asked) => {
    await payments.charge(asked);
    return senseless();
  };
  await subscribed(holdfast, { ...payments, charge, state: senseless });
  await holdfast.client.purchases.buy(requestOf('taken-back'));
  await holdfast.client.purchases.result(ACCOUNT, 'taken-back');
  return purchaseWorkflowId(ACCOUNT, 'taken-back');
}

async function refundWithoutSense(holdfast: Holdfast): Promise<string> {
  const workflowId = purchaseWorkflowId(ACCOUNT, 'refund-unconfirmed');
  await subscribed(holdfast, {
    ...holdfast.payments,
    refund: async () => ({ state: 'canceled' }) as never,
  });
  await holdfast.client.purchases.buy(requestOf('refund-unconfirmed', 'simulate-pending'));
  await untilIdle(holdfast, workflowId);
  await holdfast.ledger.subscriptions.endNow(ACCOUNT, 's', 'end');
  await holdfast.payments.settle(workflowId);
  await holdfast.client.purchases.paymentUpdated(ACCOUNT, 'refund-unconfirmed');
  await holdfast.temporal.client.workflow.getHandle(workflowId).result();
  return workflowId;
}

/** The purchase ended without the provider's answer. Later the provider reports it as paid. */
async function payAfterFault(holdfast: Holdfast): Promise<string> {
  const workflowId = purchaseWorkflowId(ACCOUNT, 'paid-after-all');
  await subscribed(holdfast);
  const { accountId, purchaseId, ...body } = requestOf('paid-after-all');
  await holdfast.ledger.purchases.open(accountId, purchaseId, body);
  await holdfast.ledger.purchases.close(accountId, purchaseId, 'voided', 'PROVIDER_FAULT');
  const asked = {
    idempotencyKey: workflowId,
    accountId,
    description: '125 credits',
    amountCents: 4900,
    currency: 'USD',
  };
  await holdfast.payments.charge({ ...asked, paymentMethod: null });
  await holdfast.client.purchases.paymentUpdated(accountId, purchaseId);
  await holdfast.client.purchases.result(accountId, purchaseId);
  return workflowId;
}
