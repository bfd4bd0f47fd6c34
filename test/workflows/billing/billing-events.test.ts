import { told } from '../../ledger/billing/told';
import { eventually } from '../../support/eventually';
import { type Holdfast, openHoldfast, uniqueId } from '../harness';

let holdfast: Holdfast;
beforeAll(async () => {
  holdfast = await openHoldfast();
});
afterAll(() => holdfast.closeSettled());

const key = (eventId: string) => ({ source: 'test', eventId });
const stateOf = async (eventId: string) => (await holdfast.ledger.billing.get(key(eventId)))?.state;
const applied = (eventId: string) =>
  eventually(async () => (await stateOf(eventId)) === 'applied', 30_000);

function paid(accountId: string, more: object = {}) {
  const eventId = uniqueId('evt');
  return told(eventId, 'invoice-paid', {
    ...{ accountId, subscriptionId: 's', planId: 'lite-monthly', paymentReference: eventId },
    ...more,
  });
}

test('an event that is told while no worker runs is applied once there is one', async () => {
  const account = uniqueId('acme');
  const event = paid(account);
  await holdfast.ledger.billing.record(event);
  await holdfast.client.billingEvents.takeUp(event);
  await holdfast.client.billingEvents.takeUp(event);
  expect(await stateOf(event.eventId)).toBe('received');
  await holdfast.startWorker();
  await applied(event.eventId);
  expect(await holdfast.client.subscriptions.get(account)).toMatchObject({
    planId: 'lite-monthly',
  });
  const workflows = holdfast.temporal.client.workflow;
  await eventually(async () => {
    const { status } = await workflows.getHandle(`subscription/${account}/s`).describe();
    return status.name === 'RUNNING';
  });
});

test('an event that was kept, and whose workflow was never started, is taken up by reconciliation', async () => {
  const account = uniqueId('acme');
  const event = paid(account);
  await holdfast.ledger.billing.record(event);
  await holdfast.sql('UPDATE holdfast.billing_events SET look_from = now() WHERE event_id = $1', [
    event.eventId,
  ]);
  const report = await holdfast.client.reconciliation.run();
  expect(report.upkeep).toMatchObject({ billingEventsRestarted: 1 });
  await applied(event.eventId);
  expect(await holdfast.client.balance(account)).toMatchObject({ granted: 150 });
});

test('what an event has changed is known to the subscription’s workflow', async () => {
  const account = uniqueId('acme');
  await holdfast.client.subscriptions.subscribe({
    ...{ accountId: account, subscriptionId: 's' },
    ...{ planId: 'lite-monthly', paymentReference: 'first' },
  });
  const cancelled = told(uniqueId('evt'), 'subscription-cancelled', {
    ...{ accountId: account, subscriptionId: 's', occurredAt: new Date().toISOString() },
  });
  await holdfast.ledger.billing.record(cancelled);
  await holdfast.client.billingEvents.takeUp(cancelled);
  await applied(cancelled.eventId);
  const handle = holdfast.temporal.client.workflow.getHandle(`subscription/${account}/s`);
  await eventually(
    async () => (await handle.query<{ cancelAtPeriodEnd: boolean }>('status')).cancelAtPeriodEnd,
  );
  const resumed = await holdfast.client.subscriptions.resume({
    ...{ accountId: account, subscriptionId: 's', key: 'resume' },
  });
  expect(resumed.subscription).toMatchObject({ cancelAtPeriodEnd: false });
});

test('an event that comes before its subscription is applied with the one that begins it', async () => {
  const account = uniqueId('acme');
  const early = told(uniqueId('evt'), 'pack-paid', {
    ...{ accountId: account, packId: 'pack-125', paymentReference: 'pi_1' },
  });
  await holdfast.ledger.billing.record(early);
  await holdfast.client.billingEvents.takeUp(early);
  await eventually(async () => (await stateOf(early.eventId)) === 'waiting');
  const begins = paid(account);
  await holdfast.ledger.billing.record(begins);
  await holdfast.client.billingEvents.takeUp(begins);
  await applied(begins.eventId);
  await applied(early.eventId);
  expect(await holdfast.client.balance(account)).toMatchObject({ granted: 275 });
});
