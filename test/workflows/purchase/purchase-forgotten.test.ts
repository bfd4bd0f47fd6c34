import type { PurchaseResult } from '../../../client/client';
import { Shop, simulated } from './shop';

const CONFLICT = { name: 'HoldfastError', code: 'IDEMPOTENCY_CONFLICT' };
const OTHER = { packId: 'pack-300', shownPriceCents: 9900 };

describe('a purchase that Temporal has forgotten', () => {
  let shop: Shop;
  const ended: Record<string, PurchaseResult> = {};
  let accountId: string;
  /** The buyers of pending purchases, by what becomes of them. */
  const buyers = { pending: '', told: '', asked: '', cancelled: '', found: '' };
  beforeAll(async () => {
    shop = await Shop.open();
    await shop.holdfast.startWorker();
    accountId = await shop.buyer();
    for (const purchaseId of ['same', 'conflict'])
      ended[purchaseId] = await shop.buy(accountId, { purchaseId });
    await shop.buy(accountId, { purchaseId: 'refused', shownPriceCents: 1 });
    for (const becomes of Object.keys(buyers) as (keyof typeof buyers)[]) {
      buyers[becomes] = await shop.buyer();
      await shop.buy(buyers[becomes], simulated('pending'));
    }
    await Promise.all([
      ...['same', 'conflict', 'refused'].map((purchaseId) => shop.forget(accountId, purchaseId)),
      ...Object.values(buyers).map((buyer) => shop.forget(buyer)),
    ]);
  });
  afterAll(() => shop.close());

  test('has the result that the ledger knows, and is not charged or granted again if it is sent again', async () => {
    const { client } = shop.holdfast;
    expect(await shop.result(accountId, 'same')).toEqual(ended.same);
    await client.purchases.cancel(accountId, 'same');
    await client.purchases.paymentUpdated(accountId, 'same');
    expect(await shop.buy(accountId, { purchaseId: 'same' })).toEqual(ended.same);
    expect(await shop.result(accountId, 'same')).toEqual(ended.same);
    expect(await shop.payment(accountId, 'same')).toMatchObject({ timesTaken: 1 });
    expect(await client.balance(accountId)).toMatchObject({ available: 400 });
  });

  test('keeps its id: another purchase under it is a conflict, and the first result stays', async () => {
    const purchaseId = 'conflict';
    await expect(shop.buy(accountId, { ...OTHER, purchaseId })).rejects.toMatchObject(CONFLICT);
    // Temporal now remembers only the conflict.
    expect(await shop.result(accountId, purchaseId)).toEqual(ended.conflict);
    expect(await shop.buy(accountId, { purchaseId })).toEqual(ended.conflict);
    await expect(shop.buy(accountId, { ...OTHER, purchaseId })).rejects.toMatchObject(CONFLICT);
    await expect(shop.buy(accountId, { shownPriceCents: 1, purchaseId })).rejects.toMatchObject(
      CONFLICT,
    );
    expect(await shop.payment(accountId, purchaseId)).toMatchObject({ timesTaken: 1 });
  });

  test('is not found if it was refused', async () => {
    await expect(shop.result(accountId, 'refused')).rejects.toMatchObject({
      code: 'PURCHASE_NOT_FOUND',
    });
  });

  test('goes on from pending when its buyer sends it again', async () => {
    await expect(shop.result(buyers.pending)).rejects.toMatchObject({
      code: 'PURCHASE_INTERRUPTED',
    });
    expect(await shop.buy(buyers.pending, simulated('pending'))).toMatchObject({
      status: 'pending',
    });
    await shop.holdfast.payments.settle(`purchase/${buyers.pending}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(buyers.pending, 'p');
    expect(await shop.result(buyers.pending)).toMatchObject({ status: 'granted' });
  });

  test('goes on from pending when its payment is reported, though Temporal remembers only a conflict', async () => {
    await expect(shop.buy(buyers.told, OTHER)).rejects.toMatchObject(CONFLICT);
    await expect(shop.result(buyers.told)).rejects.toMatchObject({ code: 'PURCHASE_INTERRUPTED' });
    await shop.holdfast.payments.settle(`purchase/${buyers.told}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(buyers.told, 'p');
    expect(await shop.result(buyers.told)).toMatchObject({ status: 'granted' });
  });

  test('goes on from pending when its buyer sends it again, though Temporal remembers only a conflict', async () => {
    await expect(shop.buy(buyers.asked, OTHER)).rejects.toMatchObject(CONFLICT);
    expect(await shop.buy(buyers.asked, simulated('pending'))).toMatchObject({ status: 'pending' });
    await expect(shop.buy(buyers.asked, OTHER)).rejects.toMatchObject(CONFLICT);
    await shop.holdfast.payments.settle(`purchase/${buyers.asked}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(buyers.asked, 'p');
    expect(await shop.result(buyers.asked)).toMatchObject({ status: 'granted' });
  });

  test('goes on from pending when reconciliation finds it', async () => {
    expect(await shop.reconcile(buyers.found)).toBe(1);
    expect(await shop.reconcile(buyers.found)).toBe(0);
    await shop.holdfast.payments.settle(`purchase/${buyers.found}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(buyers.found, 'p');
    expect(await shop.result(buyers.found)).toMatchObject({ status: 'granted' });
  });

  test('can be cancelled if it was pending', async () => {
    await shop.holdfast.client.purchases.cancel(buyers.cancelled, 'p');
    expect(await shop.result(buyers.cancelled)).toMatchObject({
      status: 'voided',
      reason: 'void-requested',
    });
    expect(await shop.payment(buyers.cancelled)).toMatchObject({ timesTaken: 0 });
  });
});
