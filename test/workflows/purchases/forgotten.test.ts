import type { PurchaseResult } from '../../../client';
import { Shop, simulated } from './shop';

const CONFLICT = { name: 'HoldfastError', code: 'IDEMPOTENCY_CONFLICT' };
const OTHER = { packId: 'pack-300', shownPriceCents: 9900 };

describe('once Temporal has forgotten a purchase', () => {
  let shop: Shop;
  const ended: Record<string, PurchaseResult> = {};
  let [accountId, pending, told, asked, cancelled] = ['', '', '', '', ''];
  beforeAll(async () => {
    shop = await Shop.open();
    await shop.holdfast.startWorker();
    accountId = await shop.buyer();
    for (const purchaseId of ['same', 'conflict']) ended[purchaseId] = await shop.buy(accountId, { purchaseId });
    await shop.buy(accountId, { purchaseId: 'refused', shownPriceCents: 1 });
    [pending, told, asked, cancelled] = [
      await shop.buyer(),
      await shop.buyer(),
      await shop.buyer(),
      await shop.buyer(),
    ];
    for (const buyer of [pending, told, asked, cancelled]) await shop.buy(buyer, simulated('pending'));
    await Promise.all([
      ...['same', 'conflict', 'refused'].map((purchaseId) => shop.forget(accountId, purchaseId)),
      ...[pending, told, asked, cancelled].map((buyer) => shop.forget(buyer)),
    ]);
  }, 90_000);
  afterAll(() => shop.close());

  test('its result is the ledger’s; asked for again, it is neither charged nor granted again', async () => {
    const { client } = shop.holdfast;
    expect(await shop.result(accountId, 'same')).toEqual(ended.same);
    await client.purchases.cancel(accountId, 'same');
    await client.purchases.paymentUpdated(accountId, 'same');
    expect(await shop.buy(accountId, { purchaseId: 'same' })).toEqual(ended.same);
    expect(await shop.result(accountId, 'same')).toEqual(ended.same);
    expect(await shop.payment(accountId, 'same')).toMatchObject({ timesTaken: 1 });
    expect(await client.balance(accountId)).toMatchObject({ available: 400 });
  });

  test('another purchase under its id is a conflict, and doesn’t take the id away from whose it is', async () => {
    const purchaseId = 'conflict';
    await expect(shop.buy(accountId, { ...OTHER, purchaseId })).rejects.toMatchObject(CONFLICT);
    // Temporal now remembers the conflict alone.
    expect(await shop.result(accountId, purchaseId)).toEqual(ended.conflict);
    expect(await shop.buy(accountId, { purchaseId })).toEqual(ended.conflict);
    await expect(shop.buy(accountId, { ...OTHER, purchaseId })).rejects.toMatchObject(CONFLICT);
    await expect(shop.buy(accountId, { shownPriceCents: 1, purchaseId })).rejects.toMatchObject(CONFLICT);
    expect(await shop.payment(accountId, purchaseId)).toMatchObject({ timesTaken: 1 });
  });

  test('a refusal is forgotten with it', async () => {
    await expect(shop.result(accountId, 'refused')).rejects.toMatchObject({ code: 'PURCHASE_NOT_FOUND' });
  });

  test('one that was pending goes on where its buyer asks again', async () => {
    await expect(shop.result(pending)).rejects.toMatchObject({ code: 'PURCHASE_INTERRUPTED' });
    expect(await shop.buy(pending, simulated('pending'))).toMatchObject({ status: 'pending' });
    await shop.holdfast.payments.settle(`purchase/${pending}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(pending, 'p');
    expect(await shop.result(pending)).toMatchObject({ status: 'granted' });
  });

  test('one that was pending goes on where its payment is told of, though a conflict is all that Temporal remembers', async () => {
    await expect(shop.buy(told, OTHER)).rejects.toMatchObject(CONFLICT);
    await expect(shop.result(told)).rejects.toMatchObject({ code: 'PURCHASE_INTERRUPTED' });
    await shop.holdfast.payments.settle(`purchase/${told}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(told, 'p');
    expect(await shop.result(told)).toMatchObject({ status: 'granted' });
  });

  test('one that was pending goes on where its buyer asks again, though a conflict is all that Temporal remembers', async () => {
    await expect(shop.buy(asked, OTHER)).rejects.toMatchObject(CONFLICT);
    expect(await shop.buy(asked, simulated('pending'))).toMatchObject({ status: 'pending' });
    await expect(shop.buy(asked, OTHER)).rejects.toMatchObject(CONFLICT);
    await shop.holdfast.payments.settle(`purchase/${asked}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(asked, 'p');
    expect(await shop.result(asked)).toMatchObject({ status: 'granted' });
  });

  test('one that was pending can still be cancelled', async () => {
    await shop.holdfast.client.purchases.cancel(cancelled, 'p');
    expect(await shop.result(cancelled)).toMatchObject({ status: 'voided', reason: 'void-requested' });
    expect(await shop.payment(cancelled)).toMatchObject({ timesTaken: 0 });
  });
});
