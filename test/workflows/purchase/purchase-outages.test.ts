import { createStubPaymentProvider } from '../../../providers/stub-payment/stub-payment-provider';
import { eventually } from '../../support/eventually';
import { openTcpProxy, type TcpProxy } from '../tcp-proxy';
import { Shop, simulated } from './shop';

/** Long enough on a busy machine for a purchase before its end. */
const PLANS = { 'eight-seconds': { name: 'Eight seconds', credits: 10, cycle: 'PT8S' } };

describe('an outage of Postgres', () => {
  let shop: Shop;
  let proxy: TcpProxy;
  let beforeRefund = async () => {};
  beforeAll(async () => {
    shop = await Shop.open({ plans: PLANS });
    proxy = await openTcpProxy(shop.holdfast.database.workerUrl);
    const { outputDir } = shop.holdfast;
    const payments = createStubPaymentProvider({ outputDir, pendingMs: 86_400_000, slowMs: 5_000 });
    const paymentProvider = {
      ...payments,
      async refund(key: string) {
        await beforeRefund();
        return payments.refund(key);
      },
    };
    await shop.holdfast.startWorker({ databaseUrl: proxy.url }, { paymentProvider });
  });
  afterEach(() => proxy.mend());
  afterAll(async () => {
    await shop.close();
    await proxy.close();
  });

  async function untilAsked(activity: string, accountId: string): Promise<void> {
    await shop.untilStarted(accountId);
    await eventually(async () => {
      const { raw } = await shop.workflow(accountId).describe();
      return raw.pendingActivities?.[0]?.activityType?.name === activity;
    });
  }

  async function expectBoughtOnce(accountId: string): Promise<void> {
    expect(await shop.payment(accountId)).toMatchObject({ timesTaken: 1, refunded: false });
    expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 275 });
  }

  test('delays the opening of a purchase if it is short', async () => {
    const accountId = await shop.buyer();
    proxy.cut();
    const bought = shop.buy(accountId);
    await untilAsked('openPurchase', accountId);
    expect(await shop.payment(accountId)).toBeUndefined();
    proxy.mend();
    expect(await bought).toMatchObject({ status: 'granted' });
    await expectBoughtOnce(accountId);
  });

  test('of half a minute refuses a purchase that could not be opened, and charges nothing', async () => {
    const accountId = await shop.buyer();
    proxy.cut();
    const bought = shop.buy(accountId, {}, { timeoutMs: 100_000 });
    await untilAsked('turnPurchaseAway', accountId);
    proxy.mend();
    expect(await bought).toMatchObject({ status: 'refused', reason: 'PURCHASE_TIMED_OUT' });
    expect(await shop.record(accountId)).toMatchObject({ status: 'voided', body: null });
    expect(await shop.payment(accountId)).toBeUndefined();
  });

  test('delays the grant of a payment that is charged during it', async () => {
    const accountId = await shop.buyer();
    const bought = shop.buy(accountId, simulated('slow'));
    await eventually(async () => (await shop.payment(accountId)) !== undefined);
    proxy.cut();
    await shop.untilRetrying('settlePurchase', accountId);
    expect(await shop.payment(accountId)).toMatchObject({ state: 'paid' });
    proxy.mend();
    expect(await bought).toMatchObject({ status: 'granted' });
    await expectBoughtOnce(accountId);
  });

  test('delays the grant of a pending payment that settles during it', async () => {
    const accountId = await shop.buyer();
    await shop.buy(accountId, simulated('pending'));
    proxy.cut();
    await shop.holdfast.payments.settle(`purchase/${accountId}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
    await shop.untilRetrying('settlePurchase', accountId);
    proxy.mend();
    expect(await shop.result(accountId)).toMatchObject({ status: 'granted' });
    await expectBoughtOnce(accountId);
  });

  test('delays the record of a refund that is made during it', async () => {
    const accountId = await shop.buyer('eight-seconds');
    await shop.buy(accountId, simulated('pending'));
    await eventually(
      async () => (await shop.holdfast.ledger.subscription(accountId))?.status === 'lapsed',
    );
    beforeRefund = async () => proxy.cut();
    await shop.holdfast.payments.settle(`purchase/${accountId}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
    await shop.untilRetrying('closePurchase', accountId);
    expect(await shop.record(accountId)).toMatchObject({ status: 'returning' });
    proxy.mend();
    expect(await shop.result(accountId)).toMatchObject({ status: 'returned' });
    expect(await shop.payment(accountId)).toMatchObject({ state: 'refunded', timesTaken: 1 });
  });
});
