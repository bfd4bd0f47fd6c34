import type { PaymentState } from '../../../providers/payment-provider';
import { eventually } from '../../support/eventually';
import { Shop, simulated } from './shop';

let shop: Shop;
/** Replaces the provider's answer about a payment, if a test sets it. */
let instead: (() => Promise<PaymentState>) | undefined;
beforeAll(async () => {
  shop = await Shop.open();
  const { payments } = shop.holdfast;
  const state = (key: string) => instead?.() ?? payments.state(key);
  await shop.holdfast.startWorker({}, { paymentProvider: { ...payments, state } });
});
afterEach(() => {
  instead = undefined;
});
afterAll(() => shop.close());

async function pendingBuyer(): Promise<string> {
  const accountId = await shop.buyer();
  expect(await shop.buy(accountId, simulated('pending'))).toMatchObject({ status: 'pending' });
  return accountId;
}

/** Reports news of the payment until the run has that many events. */
async function growHistory(accountId: string, eventsMin: number): Promise<void> {
  await eventually(async () => {
    await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
    return (await shop.workflow(accountId).describe()).historyLength >= eventsMin;
  });
}

test('a pending payment that the provider does not find for a while stays pending, and is granted later', async () => {
  const { client, payments } = shop.holdfast;
  const accountId = await pendingBuyer();
  let looks = 0;
  instead = async () => {
    looks += 1;
    return { state: 'unknown' };
  };
  await client.purchases.paymentUpdated(accountId, 'p');
  await eventually(async () => looks > 0);
  await payments.settle(`purchase/${accountId}/p`);
  instead = undefined;
  await client.purchases.paymentUpdated(accountId, 'p');
  expect(await shop.result(accountId)).toMatchObject({ status: 'granted' });
});

test('a pending purchase that is cancelled while it continues in a new run is voided', async () => {
  const { client } = shop.holdfast;
  const accountId = await pendingBuyer();
  await growHistory(accountId, 340);
  let answer: (state: PaymentState) => void = () => {};
  const answered = new Promise<PaymentState>((resolve) => {
    answer = resolve;
  });
  instead = () => answered;
  await growHistory(accountId, 430);
  await client.purchases.cancel(accountId, 'p');
  const { paymentId } = (await shop.payment(accountId)) ?? {};
  answer({ state: 'pending', paymentId: String(paymentId) });
  instead = undefined;
  expect(await shop.result(accountId)).toMatchObject({
    status: 'voided',
    reason: 'void-requested',
  });
});
