import { START_OF_EVENTS, told } from '../../ledger/billing/told';
import { eventually } from '../../support/eventually';
import type { Holdfast } from '../../workflows/harness';
import { ACCOUNT, recordedAs } from './scenario';

export const BILLING_SCENARIOS = recordedAs('v2', [
  { name: 'billing-event.applied', run: (holdfast) => applyOne(holdfast, 'applied') },
  { name: 'billing-event.failed', run: (holdfast) => applyOne(holdfast, 'failed') },
  { name: 'billing-event.waited', run: applyLater },
  { name: 'billing-event.unknown', run: (holdfast) => finished(holdfast, 'unknown') },
]);

const paid = (eventId: string, more: object) =>
  told(eventId, 'invoice-paid', {
    ...{ accountId: ACCOUNT, subscriptionId: 's', paymentReference: eventId, ...more },
  });

async function applyOne(holdfast: Holdfast, name: 'applied' | 'failed'): Promise<string> {
  await holdfast.startWorker();
  const plan = name === 'applied' ? { planId: 'lite-monthly' } : { priceId: 'unmapped' };
  await holdfast.ledger.billing.record(paid(name, plan));
  return finished(holdfast, name);
}

async function applyLater(holdfast: Holdfast): Promise<string> {
  await holdfast.startWorker();
  const { billing, subscriptions } = holdfast.ledger;
  const key = { source: 'test', eventId: 'early' };
  await billing.record({
    ...told('early', 'subscription-cancelled', { accountId: ACCOUNT, subscriptionId: 's' }),
    occurredAt: START_OF_EVENTS,
  });
  await holdfast.client.billingEvents.takeUp(key);
  await eventually(async () => (await billing.get(key))?.state === 'waiting');
  await subscriptions.subscribe(ACCOUNT, 's', {
    ...{ planId: 'lite-monthly', paymentReference: 'first' },
  });
  return finished(holdfast, 'early');
}

async function finished(holdfast: Holdfast, eventId: string): Promise<string> {
  if (eventId === 'unknown') await holdfast.startWorker();
  await holdfast.client.billingEvents.takeUp({ source: 'test', eventId });
  const workflowId = `billing-event/test/${eventId}`;
  await holdfast.temporal.client.workflow.getHandle(workflowId).result();
  return workflowId;
}
