import { eventually } from '../../support/eventually';
import { Shop, simulated } from './shop';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
  await shop.holdfast.startWorker();
});
afterAll(() => shop.close());

/** A buyer with a pending payment, and the payment's key. */
async function pendingBuyer(): Promise<{ accountId: string; key: string }> {
  const accountId = await shop.buyer();
  const answer = await shop.buy(accountId, simulated('pending'));
  const { paymentId } = (await shop.payment(accountId)) ?? {};
  expect(answer).toMatchObject({ status: 'pending', credits: 125, priceCents: 4900, paymentId });
  expect(await shop.record(accountId)).toMatchObject({ status: 'open', grantId: null });
  expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 150 });
  return { accountId, key: `purchase/${accountId}/p` };
}

test('a pending purchase is granted as soon as its payment is reported settled, and not before', async () => {
  const { client, payments } = shop.holdfast;
  const { accountId, key } = await pendingBuyer();
  // The report carries no authority: the workflow asks the provider, which has nothing new.
  await client.purchases.paymentUpdated(accountId, 'p');
  await eventually(async () => (await looksAt(accountId)) === 1);
  expect(await shop.record(accountId)).toMatchObject({ status: 'open' });

  await payments.settle(key);
  await client.purchases.paymentUpdated(accountId, 'p');
  expect(await shop.result(accountId)).toMatchObject({ status: 'granted', credits: 125 });
  const events = await shop.eventsOf(accountId);
  const told = events.findLastIndex((event) => event.workflowExecutionSignaledEventAttributes);
  expect(told).toBeGreaterThan(0);
  // A look without a report begins with a timer.
  expect(events.slice(told).filter((event) => event.timerFiredEventAttributes)).toEqual([]);
  expect(await client.balance(accountId)).toMatchObject({ available: 275 });
});

test('a pending purchase is granted without a report, because its workflow looks by itself', async () => {
  const { accountId, key } = await pendingBuyer();
  await shop.holdfast.payments.settle(key);
  expect(await shop.result(accountId)).toMatchObject({ status: 'granted' });
  expect(await looksAt(accountId)).toBe(1);
});

test('reports of a pending payment put off no look, however many come', async () => {
  const { accountId, key } = await pendingBuyer();
  for (let reports = 1; reports <= 4; reports += 1) {
    await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
    await eventually(async () => (await looksAt(accountId)) >= reports);
  }
  const events = await shop.eventsOf(accountId);
  const waits = events.flatMap(
    (event) => event.timerStartedEventAttributes?.startToFireTimeout?.seconds ?? [],
  );
  expect(new Set(waits.slice(0, 4).map(Number))).toEqual(new Set([5]));
  await shop.holdfast.payments.settle(key);
  expect(await shop.result(accountId)).toMatchObject({ status: 'granted' });
});

test('a pending purchase that is sent again after its end gets its end instead of its first answer', async () => {
  const { accountId, key } = await pendingBuyer();
  expect(await shop.buy(accountId, simulated('pending'))).toMatchObject({ status: 'pending' });
  await shop.holdfast.payments.settle(key);
  await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
  const result = await shop.result(accountId);
  expect(await shop.buy(accountId, simulated('pending'))).toEqual(result);
  // A repeated report finds nothing to do.
  await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
});

test('a pending purchase that the bank voids is voided and grants nothing', async () => {
  const { accountId, key } = await pendingBuyer();
  await shop.holdfast.payments.voidByBank(key);
  await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
  expect(await shop.result(accountId)).toMatchObject({
    status: 'voided',
    reason: 'voided-by-bank',
  });
  expect(await shop.payment(accountId)).toMatchObject({ timesTaken: 0, state: 'voided' });
});

test('a pending purchase that its buyer cancels is voided, and can’t be paid any more', async () => {
  const { client, payments } = shop.holdfast;
  const { accountId, key } = await pendingBuyer();
  await client.purchases.cancel(accountId, 'p');
  expect(await shop.result(accountId)).toMatchObject({
    status: 'voided',
    reason: 'void-requested',
  });
  expect(await payments.settle(key)).toMatchObject({ state: 'voided' });
  expect(await shop.payment(accountId)).toMatchObject({ timesTaken: 0 });
  await client.purchases.cancel(accountId, 'p');
});

test('a pending purchase that its buyer cancels after it was paid is granted', async () => {
  const { accountId, key } = await pendingBuyer();
  await shop.holdfast.payments.settle(key);
  await shop.holdfast.client.purchases.cancel(accountId, 'p');
  expect(await shop.result(accountId)).toMatchObject({ status: 'granted' });
});

test('a pending purchase with many reports continues in a new run, and is granted once', async () => {
  const { client, payments } = shop.holdfast;
  const { accountId, key } = await pendingBuyer();
  const firstRun = (await shop.workflow(accountId).describe()).runId;
  await eventually(async () => {
    await client.purchases.paymentUpdated(accountId, 'p');
    return (await shop.workflow(accountId).describe()).runId !== firstRun;
  });
  expect(await shop.buy(accountId, simulated('pending'))).toMatchObject({ status: 'pending' });
  await payments.settle(key);
  await client.purchases.paymentUpdated(accountId, 'p');
  expect(await shop.result(accountId)).toMatchObject({ status: 'granted' });
  expect(await shop.payment(accountId)).toMatchObject({ timesTaken: 1 });
});

async function looksAt(accountId: string): Promise<number> {
  const events = await shop.eventsOf(accountId);
  const started = events.flatMap(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? [],
  );
  return started.filter((name) => name === 'paymentState').length;
}
