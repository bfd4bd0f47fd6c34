import { Shop } from './shop';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
  await shop.holdfast.startWorker({ payments: undefined }, { paymentProvider: undefined });
});
afterAll(() => shop.close());

test('a worker without a payment provider refuses a purchase as PAYMENTS_NOT_CONFIGURED', async () => {
  const accountId = await shop.buyer();
  const refused = await shop.buy(accountId);
  expect(refused).toMatchObject({
    ...{
      status: 'refused',
      reason: 'PAYMENTS_NOT_CONFIGURED',
      message: expect.stringContaining('Nothing was charged'),
    },
  });
  expect(await shop.buy(accountId)).toEqual(refused);
  expect(await shop.record(accountId)).toBeNull();
});

test('a worker without a payment provider still gives the results of earlier purchases', async () => {
  const { holdfast } = shop;
  const accountId = await shop.buyer();
  // The state that a worker with a provider leaves, after Temporal has forgotten the workflow.
  await holdfast.ledger.purchases.open(accountId, 'p', {
    packId: 'pack-125',
    shownPriceCents: 4900,
  });
  const payment = {
    idempotencyKey: `purchase/${accountId}/p`,
    accountId,
    amountCents: 4900,
    currency: 'USD',
  };
  await holdfast.payments.charge({ ...payment, description: '125 credits', paymentMethod: null });
  const { paymentId = '' } = (await shop.payment(accountId)) ?? {};
  await holdfast.ledger.purchases.settle(accountId, 'p', paymentId);

  expect(await shop.buy(accountId)).toMatchObject({ status: 'granted', credits: 125, paymentId });
  await expect(shop.buy(accountId, { shownPriceCents: 1 })).rejects.toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
  });
});
