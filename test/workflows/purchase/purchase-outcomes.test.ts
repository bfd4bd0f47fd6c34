import { eventually } from '../../support/eventually';
import { workflowIdsOf } from '../workflow-support';
import { Shop, simulated } from './shop';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
  await shop.holdfast.startWorker();
});
afterAll(() => shop.close());

test('a paid purchase is in the balance at once, after 15 events', async () => {
  const accountId = await shop.buyer();
  const result = await shop.buy(accountId);
  expect(result).toEqual({
    ...{
      accountId,
      purchaseId: 'p',
      purchaseHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      status: 'granted',
    },
    ...{ packId: 'pack-125', credits: 125, priceCents: 4900, currency: 'USD', grantId: '2' },
    paymentId: (await shop.payment(accountId))?.paymentId,
    validUntil: (await shop.holdfast.ledger.subscription(accountId))?.validUntil,
  });
  expect(await shop.holdfast.client.balance(accountId)).toMatchObject({
    available: 275,
    granted: 275,
  });
  expect(await shop.result(accountId)).toEqual(result);
  expect(await shop.eventsOf(accountId)).toHaveLength(15);
});

test.each([
  ['the provider is unreachable for a moment', 'transient'],
  ['the provider asks to come back later', 'rate-limited'],
  ['the answer of the charge is lost', 'lost-answer'],
  ['the provider takes its time', 'slow'],
])('a purchase is charged once and granted once if %s', async (_what, simulation) => {
  const accountId = await shop.buyer();
  expect(await shop.buy(accountId, simulated(simulation))).toMatchObject({
    status: 'granted',
    credits: 125,
  });
  expect(await shop.payment(accountId)).toMatchObject({
    timesTaken: 1,
    refunded: false,
    amountCents: 4900,
  });
  expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 275 });
});

test.each([
  ['declined by the bank', 'declined', 'card-declined'],
  ['refused by the provider', 'refused', 'payment-method-invalid'],
])(
  'a payment that is %s grants nothing and gives the reason',
  async (_what, simulation, reason) => {
    const accountId = await shop.buyer();
    const result = await shop.buy(accountId, simulated(simulation));
    expect(result).toMatchObject({ status: 'declined', reason, credits: 125, priceCents: 4900 });
    expect(result).not.toHaveProperty('grantId');
    expect(await shop.buy(accountId, simulated(simulation))).toEqual(result);
    expect(await shop.record(accountId)).toMatchObject({
      status: 'declined',
      reason,
      grantId: null,
      paymentId: null,
    });
    expect((await shop.payment(accountId))?.timesTaken ?? 0).toBe(0);
    expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 150 });
    // Another card needs another purchase.
    expect(await shop.buy(accountId, { purchaseId: 'again' })).toMatchObject({ status: 'granted' });
  },
);

test('a declined purchase is found by the state failed, and a refused one by rejected', async () => {
  const accountId = await shop.buyer();
  await shop.buy(accountId, simulated('declined'));
  await shop.buy(accountId, { purchaseId: 'dear', shownPriceCents: 1 });
  await shop.buy(accountId, { purchaseId: 'fine' });
  const found = (state: string) =>
    workflowIdsOf(
      shop.holdfast.temporal,
      `HoldfastAccount = "${accountId}" AND HoldfastState = "${state}"`,
    );
  await eventually(
    async () => (await found('failed')).length === 1 && (await found('rejected')).length === 1,
  );
  expect(await found('failed')).toEqual([`purchase/${accountId}/p`]);
  expect(await found('rejected')).toEqual([`purchase/${accountId}/dear`]);
});

test('packs of different prices are bought at the same time', async () => {
  const accountId = await shop.buyer();
  const packs = { 'pack-125': 4900, 'pack-300': 9900, 'pack-450': 14_900 };
  const bought = await Promise.all(
    Object.entries(packs).map(([packId, shownPriceCents]) =>
      shop.buy(accountId, { purchaseId: packId, packId, shownPriceCents, currency: 'USD' }),
    ),
  );
  expect(bought.map(({ status, credits }) => [status, credits])).toEqual([
    ['granted', 125],
    ['granted', 300],
    ['granted', 450],
  ]);
  expect(await shop.holdfast.client.balance(accountId)).toMatchObject({ available: 1025 });
});
