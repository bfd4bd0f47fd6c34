import type { PurchaseRequest } from '../../../client/client';
import { applyCatalog } from '../../../ledger/apply-catalog';
import { eventually } from '../../support/eventually';
import { uniqueId } from '../harness';
import { order, Shop, simulated } from './shop';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
  await shop.holdfast.startWorker();
});
afterAll(() => shop.close());

async function expectUntouched(accountId: string): Promise<void> {
  expect(await shop.record(accountId)).toBeNull();
  expect(await shop.payment(accountId)).toBeUndefined();
}

test.each<[string, Partial<PurchaseRequest>, object]>([
  ['lower than the shown one', { shownPriceCents: 5000 }, { shownPriceCents: 5000 }],
  ['higher than the shown one', { shownPriceCents: 4800 }, { shownPriceCents: 4800 }],
  [
    'in another currency than the shown one',
    { currency: 'EUR' },
    { shownPriceCents: 4900, shownCurrency: 'EUR' },
  ],
])(
  'a purchase whose price is %s is refused with both, and charges nothing',
  async (_what, shown, details) => {
    const accountId = await shop.buyer();
    expect(await shop.buy(accountId, shown)).toMatchObject({
      ...{
        status: 'refused',
        reason: 'PRICE_CHANGED',
        message: expect.stringMatching(/^pack-125 costs 49 USD now/),
      },
      details: { packId: 'pack-125', priceCents: 4900, currency: 'USD', ...details },
    });
    await expectUntouched(accountId);
  },
);

test('a purchase without a live subscription is refused, also when it is repeated with one', async () => {
  const accountId = uniqueId('unsubscribed');
  const refused = await shop.buy(accountId);
  expect(refused).toMatchObject({ status: 'refused', reason: 'SUBSCRIPTION_REQUIRED' });
  await shop.subscribe(accountId, 's');
  expect(await shop.buy(accountId)).toEqual(refused);
  expect(await shop.result(accountId)).toEqual(refused);
  await expectUntouched(accountId);
  expect(await shop.buy(accountId, { purchaseId: 'anew' })).toMatchObject({ status: 'granted' });
});

test('a purchase of an unknown pack throws UNKNOWN_PACK', async () => {
  const accountId = await shop.buyer();
  const mistake = { name: 'HoldfastError', code: 'UNKNOWN_PACK' };
  await expect(shop.buy(accountId, { packId: 'pack-1' })).rejects.toMatchObject(mistake);
  await expect(shop.result(accountId)).rejects.toMatchObject(mistake);
  await expectUntouched(accountId);
});

test('a purchase beyond what an account can hold is refused before it is charged', async () => {
  const accountId = await shop.buyer();
  await shop.holdfast.fund(accountId, Number.MAX_SAFE_INTEGER - 150 - 124);
  expect(await shop.buy(accountId)).toMatchObject({
    status: 'refused',
    reason: 'BALANCE_LIMIT_EXCEEDED',
  });
  await expectUntouched(accountId);
});

test.each<[string, unknown]>([
  ['INVALID_SHOWN_PRICE', { shownPriceCents: 49.5 }],
  ['INVALID_SHOWN_PRICE', { shownPriceCents: -1 }],
  ['INVALID_SHOWN_PRICE', { currency: 'usd' }],
  ['UNKNOWN_PACK', { packId: '' }],
  ['INVALID_PAYMENT_METHOD', { paymentMethod: '\0' }],
  ['INVALID_PURCHASE_ID', { purchaseId: 'a/b' }],
  ['INVALID_ACCOUNT_ID', { accountId: 'a:b' }],
  ['INVALID_ARGUMENT', { quantity: 2 }],
])('the client throws %s for a purchase with %j', async (code, more) => {
  const asked = { ...order('acme'), ...(more as object) };
  await expect(shop.holdfast.client.purchases.buy(asked)).rejects.toMatchObject({
    name: 'HoldfastError',
    code,
  });
});

/** This test is the last one, because it raises the pack's price. */
test('a pending purchase keeps the price at which it was made, although the pack costs more by then', async () => {
  const accountId = await shop.buyer();
  expect(await shop.buy(accountId, simulated('pending'))).toMatchObject({ status: 'pending' });
  await raisePrice();
  const { details } = await shop.buy(accountId, { purchaseId: 'changed' });
  expect(details).toMatchObject({ shownPriceCents: 4900, priceCents: 5900 });
  expect(await shop.buy(accountId, { purchaseId: 'anew', shownPriceCents: 5900 })).toMatchObject({
    ...{ status: 'granted', credits: 100, priceCents: 5900 },
  });
  await shop.holdfast.payments.settle(`purchase/${accountId}/p`);
  await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
  expect(await shop.result(accountId)).toMatchObject({
    status: 'granted',
    credits: 125,
    priceCents: 4900,
  });
});

async function raisePrice(): Promise<void> {
  const { ledger, database } = shop.holdfast;
  const { catalog } = await ledger.catalogVersion('1');
  const packs = {
    ...catalog.packs,
    'pack-125': { credits: 100, priceCents: 5900, currency: 'USD' },
  };
  const effectiveFrom = new Date(Date.now() + 6_000).toISOString();
  await applyCatalog(database.ownerUrl, [{ ...catalog, version: 2, effectiveFrom, packs }]);
  await eventually(async () => (await ledger.effectiveCatalog()).catalogVersion === '2');
}
