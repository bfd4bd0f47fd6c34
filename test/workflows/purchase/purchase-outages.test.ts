import { createStubPaymentProvider } from '../../../providers/stub-payment/stub-payment-provider';
import { eventually } from '../../support/eventually';
import { openTcpProxy, type TcpProxy } from '../tcp-proxy';
import { Shop, simulated } from './shop';

const PLANS = { 'two-seconds': { name: 'Two seconds', credits: 10, cycle: 'PT2S' } };

describe('while Postgres is away', () => {
  let shop: Shop;
  let wire: TcpProxy;
  let beforeRefund = async () => {};
  beforeAll(async () => {
    shop = await Shop.open({ plans: PLANS });
    wire = await openTcpProxy(shop.holdfast.database.ledgerUrl);
    const { outputDir } = shop.holdfast;
    const payments = createStubPaymentProvider({ outputDir, pendingMs: 86_400_000, slowMs: 1_000 });
    const paymentProvider = {
      ...payments,
      async refund(key: string) {
        await beforeRefund();
        return payments.refund(key);
      },
    };
    await shop.holdfast.startWorker({ databaseUrl: wire.url }, { paymentProvider });
  });
  afterEach(() => wire.mend());
  afterAll(async () => {
    await shop.close();
    await wire.close();
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

  test('a purchase is opened as soon as it is back, if that is soon', async () => {
    const accountId = await shop.buyer();
    wire.cut();
    const bought = shop.buy(accountId);
    await untilAsked('openPurchase', accountId);
    expect(await shop.payment(accountId)).toBeUndefined();
    wire.mend();
    expect(await bought).toMatchObject({ status: 'granted' });
    await expectBoughtOnce(accountId);
  });

  test('a purchase that could not be opened within half a minute is refused, and nothing is charged', async () => {
    const accountId = await shop.buyer();
    wire.cut();
    const bought = shop.buy(accountId, {}, { timeoutMs: 100_000 });
    await untilAsked('turnPurchaseAway', accountId);
    wire.mend();
    expect(await bought).toMatchObject({ status: 'refused', reason: 'PURCHASE_TIMED_OUT' });
    expect(await shop.record(accountId)).toMatchObject({ status: 'voided', body: null });
    expect(await shop.payment(accountId)).toBeUndefined();
  });

  test('what was paid meanwhile is granted when it is back', async () => {
    const accountId = await shop.buyer();
    const bought = shop.buy(accountId, simulated('slow'));
    await eventually(async () => (await shop.payment(accountId)) !== undefined);
    wire.cut();
    await shop.untilRetrying('settlePurchase', accountId);
    expect(await shop.payment(accountId)).toMatchObject({ state: 'paid' });
    wire.mend();
    expect(await bought).toMatchObject({ status: 'granted' });
    await expectBoughtOnce(accountId);
  });

  test('what is settled meanwhile is granted when it is back', async () => {
    const accountId = await shop.buyer();
    await shop.buy(accountId, simulated('pending'));
    wire.cut();
    await shop.holdfast.payments.settle(`purchase/${accountId}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
    await shop.untilRetrying('settlePurchase', accountId);
    wire.mend();
    expect(await shop.result(accountId)).toMatchObject({ status: 'granted' });
    await expectBoughtOnce(accountId);
  });

  test('what is given back meanwhile is returned when it is back', async () => {
    const accountId = await shop.buyer('two-seconds');
    await shop.buy(accountId, simulated('pending'));
    await eventually(
      async () => (await shop.holdfast.ledger.subscription(accountId))?.status === 'lapsed',
    );
    beforeRefund = async () => wire.cut();
    await shop.holdfast.payments.settle(`purchase/${accountId}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
    await shop.untilRetrying('closePurchase', accountId);
    expect(await shop.record(accountId)).toMatchObject({ status: 'returning' });
    wire.mend();
    expect(await shop.result(accountId)).toMatchObject({ status: 'returned' });
    expect(await shop.payment(accountId)).toMatchObject({ state: 'refunded', timesTaken: 1 });
  });
});
