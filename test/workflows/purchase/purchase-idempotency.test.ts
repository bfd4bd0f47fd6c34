import type { PurchaseRequest } from '../../../client/client';
import { Shop, simulated } from './shop';

const CONFLICT = { name: 'HoldfastError', code: 'IDEMPOTENCY_CONFLICT' };

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
  await shop.holdfast.startWorker();
});
afterAll(() => shop.close());

const OTHERS: [string, Partial<PurchaseRequest>][] = [
  ['pack', { packId: 'pack-300', shownPriceCents: 9900 }],
  ['price', { shownPriceCents: 4800 }],
  ['currency', { currency: 'USD' }],
  ['payment method', { paymentMethod: 'another card' }],
];

test.each(OTHERS)(
  'a purchase with another %s under the same id is a conflict, while the first runs and after its end',
  async (_w, other) => {
    const accountId = await shop.buyer();
    await shop.buy(accountId, simulated('pending'));
    await expect(shop.buy(accountId, { ...simulated('pending'), ...other })).rejects.toMatchObject(
      CONFLICT,
    );
    await shop.holdfast.payments.settle(`purchase/${accountId}/p`);
    await shop.holdfast.client.purchases.paymentUpdated(accountId, 'p');
    const result = await shop.result(accountId);
    expect(result).toMatchObject({ status: 'granted' });
    await expect(shop.buy(accountId, { ...simulated('pending'), ...other })).rejects.toMatchObject(
      CONFLICT,
    );
    expect(await shop.buy(accountId, simulated('pending'))).toEqual(result);
  },
);

test('twenty equal purchases at once buy once and all get the same answer', async () => {
  const accountId = await shop.buyer();
  const clicks = await Promise.all(Array.from({ length: 20 }, () => shop.buy(accountId)));
  expect(new Set(clicks.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(clicks[0]).toMatchObject({ status: 'granted', credits: 125 });
  expect(await shop.payment(accountId)).toMatchObject({ timesTaken: 1 });
  expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 275 });
});

test('one of several different purchases under one id at once is made, and the others are conflicts', async () => {
  const accountId = await shop.buyer();
  const packs = { 'pack-125': 4900, 'pack-300': 9900, 'pack-450': 14_900 };
  const clicks = await Promise.allSettled(
    Object.entries(packs).map(([packId, shownPriceCents]) =>
      shop.buy(accountId, { packId, shownPriceCents }),
    ),
  );
  const made = clicks.filter((click) => click.status === 'fulfilled');
  expect(made.map(({ value }) => value.status)).toEqual(['granted']);
  for (const click of clicks)
    if (click.status === 'rejected') expect(click.reason).toMatchObject(CONFLICT);
});

test('the same purchase id in two accounts names two purchases', async () => {
  const [one, two] = [await shop.buyer(), await shop.buyer()];
  expect(await shop.buy(one)).toMatchObject({ status: 'granted' });
  expect(await shop.buy(two, { packId: 'pack-300', shownPriceCents: 9900 })).toMatchObject({
    status: 'granted',
  });
});

test('ten purchases of one account at once are all granted', async () => {
  const accountId = await shop.buyer();
  const ids = Array.from({ length: 10 }, (_, index) => `p-${index}`);
  const bought = await Promise.all(ids.map((purchaseId) => shop.buy(accountId, { purchaseId })));
  expect(bought.map(({ status }) => status)).toEqual(ids.map(() => 'granted'));
  expect(await shop.holdfast.client.balance(accountId)).toMatchObject({
    available: 150 + 10 * 125,
  });
});
