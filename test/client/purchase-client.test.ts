import { createHoldfastClient } from '../../client/client';
import { createLedger } from '../../ledger/ledger';
import { order, Shop, simulated } from '../workflows/purchase/shop';
import { openTcpProxy } from '../workflows/tcp-proxy';

describe('the client’s purchases', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
    await shop.holdfast.startWorker();
  });
  afterAll(() => shop.close());

  test('need no ledger, except for what only the ledger knows', async () => {
    const { temporal, payments } = shop.holdfast;
    const { purchases } = createHoldfastClient({
      temporal: temporal.client,
      taskQueue: temporal.taskQueue,
    });
    const accountId = await shop.buyer();
    const pending = order(accountId, simulated('pending'));
    expect(await purchases.buy(pending)).toMatchObject({ status: 'pending' });
    expect(await purchases.buy(pending)).toMatchObject({ status: 'pending' });
    await expect(purchases.buy(order(accountId))).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    await payments.settle(`purchase/${accountId}/p`);
    await purchases.paymentUpdated(accountId, 'p');
    expect(await purchases.result(accountId, 'p')).toMatchObject({ status: 'granted' });
    await expect(purchases.get(accountId, 'p')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    for (const ask of ['result', 'paymentUpdated', 'cancel'] as const) {
      await expect(purchases[ask](accountId, 'nobody')).rejects.toMatchObject({
        code: 'PURCHASE_NOT_FOUND',
      });
    }
  });

  test('are made and cancelled while the caller’s ledger can’t be reached any more', async () => {
    const { temporal, database } = shop.holdfast;
    const wire = await openTcpProxy(database.ledgerUrl);
    const ledger = createLedger({ databaseUrl: wire.url });
    const { purchases, operations } = createHoldfastClient({
      temporal: temporal.client,
      ledger,
      taskQueue: temporal.taskQueue,
    });
    // Whose namespace it is must have been known once.
    await operations.checkLedger();
    wire.cut();
    const [accountId, other] = [await shop.buyer(), await shop.buyer()];
    expect(await purchases.buy(order(accountId))).toMatchObject({ status: 'granted' });
    expect(await purchases.result(accountId, 'p')).toMatchObject({ status: 'granted' });
    await shop.buy(other, simulated('pending'));
    await purchases.cancel(other, 'p');
    expect(await purchases.result(other, 'p')).toMatchObject({ status: 'voided' });
    const unavailable = { name: 'HoldfastError', code: 'LEDGER_UNAVAILABLE' };
    await expect(purchases.get(accountId, 'p')).rejects.toMatchObject(unavailable);
    await ledger.close();
    await wire.close();
  });

  test('refuse ids with a slash, a colon or other characters', async () => {
    const { purchases } = shop.holdfast.client;
    for (const id of ['', 'x'.repeat(10_000), 'a/b', 'a:b', 'a"b', 'a\0b', '🐙']) {
      for (const ask of ['result', 'paymentUpdated', 'cancel', 'get'] as const) {
        await expect(purchases[ask](id, 'p')).rejects.toMatchObject({ code: 'INVALID_ACCOUNT_ID' });
        await expect(purchases[ask]('acme', id)).rejects.toMatchObject({
          code: 'INVALID_PURCHASE_ID',
        });
      }
    }
  });
});
