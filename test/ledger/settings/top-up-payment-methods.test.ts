import { DAY_MS, granted, later, MINUTE_MS, refusal, START } from '../ledger-support';
import type { Shop } from '../purchase/purchase-support';
import { HOUR_MS } from '../subscription/subscription-support';
import { RULE, TopUpBooks } from './top-up-support';

let topUps: TopUpBooks;
let shop: Shop;
beforeEach(async () => {
  topUps = await TopUpBooks.open();
  ({ shop } = topUps);
});
afterEach(() => topUps.close());

describe('declines belong to their payment method', () => {
  test('saving the same one again forgets none: the next attempt comes when it would have come', async () => {
    const account = await topUps.dry();
    await topUps.decline(account);
    const retryAt = later(START, HOUR_MS);
    for (const rule of [{}, { belowCredits: 30 }, null, {}]) {
      await granted(topUps.set(account, rule));
      if (rule === null) continue;
      expect(await topUps.begin(account)).toEqual({ step: 'later', at: START, retryAt });
    }
    expect(await topUps.topUpOf(account)).toMatchObject({ failures: 1, retryAt });
  });

  test('a stopped one that is saved again is charged once a day at most', async () => {
    const account = await topUps.dry();
    for (let times = 0; times < 3; times += 1) {
      await topUps.decline(account);
      await shop.books.advanceClock(6 * HOUR_MS);
    }
    const third = 12 * HOUR_MS;
    expect(await topUps.begin(account)).toEqual({ step: 'none', reason: 'stopped' });
    expect(await topUps.topUpOf(account)).toMatchObject({
      stoppedWhy: 'card-declined',
      retryAt: null,
    });
    for (let times = 0; times < 20; times += 1) await granted(topUps.set(account, {}));
    const retryAt = later(START, third + DAY_MS);
    expect(await topUps.begin(account)).toMatchObject({ step: 'later', retryAt });
    await shop.books.setClock(retryAt);
    await topUps.decline(account);
    expect(await topUps.topUpOf(account)).toMatchObject({
      failures: 4,
      stoppedWhy: 'card-declined',
    });
  });

  test('so going to and fro between two cards charges neither sooner', async () => {
    const account = await topUps.dry({ paymentMethod: 'card_1' });
    await topUps.decline(account);
    await granted(topUps.set(account, { paymentMethod: 'card_2' }));
    await topUps.decline(account);
    const retryAt = later(START, HOUR_MS);
    for (const paymentMethod of ['card_1', 'card_2', 'card_1']) {
      await granted(topUps.set(account, { paymentMethod }));
      expect(await topUps.begin(account)).toEqual({ step: 'later', at: START, retryAt });
      expect(await topUps.topUpOf(account)).toMatchObject({ failures: 1 });
    }
    await granted(topUps.set(account, { paymentMethod: 'card_3' }));
    await topUps.bought(account);
  });

  test('and a purchase by hand that is paid with it begins anew', async () => {
    const account = await topUps.dry();
    await topUps.decline(account);
    await granted(shop.buy(account, 'by-hand'));
    await granted(shop.settle(account, 'by-hand'));
    expect(await topUps.topUpOf(account)).toMatchObject({ failures: 0, retryAt: null });
  });

  test('one that must never be charged again stops the top-up at once, until another is given', async () => {
    const account = await topUps.dry({ paymentMethod: 'card_1' });
    await topUps.decline(account, true);
    expect(await topUps.begin(account)).toEqual({ step: 'none', reason: 'stopped' });
    expect(await topUps.told(account)).toMatchObject([{ stopped: true, retryAt: null }]);
    const refused = { code: 'PAYMENT_METHOD_REFUSED', details: { reason: 'card-declined' } };
    expect(await refusal(topUps.set(account, { paymentMethod: 'card_1' }))).toEqual(refused);
    await shop.books.advanceClock(100 * DAY_MS);
    expect(await refusal(topUps.set(account, { paymentMethod: 'card_1' }))).toEqual(refused);
    await shop.books.setClock(START);
    await granted(topUps.set(account, { paymentMethod: 'card_2' }));
    await topUps.bought(account);
  });

  test('one that was refused for good by hand is not charged automatically either, told once', async () => {
    const account = await topUps.dry();
    await granted(shop.buy(account, 'by-hand'));
    await granted(shop.purchases.close(account, 'by-hand', 'declined', 'card-stolen', true));
    expect(await topUps.begin(account)).toEqual({ step: 'none', reason: 'payment-method-refused' });
    for (let times = 0; times < 2; times += 1) await shop.books.ledger.outbox.attend(account);
    expect(await topUps.told(account)).toMatchObject([
      { reason: 'payment-method-refused', stopped: true, retryAt: null },
    ]);
    expect(await topUps.topUpOf(account)).toMatchObject({ stoppedWhy: 'card-stolen' });
  });

  test('fifteen in 30 days are the most, however the settings change in between', async () => {
    const account = await topUps.dry();
    let clock = START;
    for (let times = 0; times < 15; times += 1) {
      await granted(topUps.set(account, { paymentMethod: `card_${times}` }));
      await topUps.decline(account);
      clock = later(clock, 10 * MINUTE_MS);
      await shop.books.setClock(clock);
    }
    await granted(topUps.set(account, { paymentMethod: 'card_15' }));
    expect(await topUps.begin(account)).toEqual({ step: 'none', reason: 'payment-attempts' });
    const retryAt = later(START, 30 * DAY_MS);
    expect((await topUps.told(account)).at(-1)).toMatchObject({
      reason: 'payment-attempts',
      retryAt,
    });
    expect(await refusal(shop.buy(account, 'by-hand'))).toEqual({
      code: 'PAYMENT_ATTEMPTS_EXCEEDED',
      details: { attempts: 15, within: 'P30D', retryAt },
    });
    await topUps.limit(account, { declinesMax: 16 });
    await topUps.bought(account);
  });
});

test('purchases that are withdrawn by one setting after the other are tried ten times an hour', async () => {
  const account = await topUps.dry();
  for (let times = 0; times < 10; times += 1) {
    const purchaseId = await topUps.bought(account);
    await granted(topUps.set(account, { paymentMethod: `card_${times}` }));
    await granted(shop.purchases.close(account, purchaseId, 'voided', 'void-requested'));
  }
  expect(await topUps.begin(account)).toEqual({ step: 'none', reason: 'payment-attempts' });
  const retryAt = later(START, HOUR_MS);
  expect(await topUps.told(account)).toMatchObject([{ reason: 'payment-attempts', retryAt }]);
  await shop.books.setClock(retryAt);
  await topUps.bought(account);
});

test.each([true, undefined])(
  'a payment method of which the provider says %p is kept',
  async (isOwned) => {
    const account = await shop.subs.subscribed();
    await granted(topUps.set(account, { paymentMethod: 'card_1' }, isOwned));
    expect(await topUps.topUpOf(account)).toMatchObject({ paymentMethod: 'card_1' });
  },
);

test('a payment method that is not the account’s by the provider’s word is refused, but a known key is answered', async () => {
  const account = await shop.subs.subscribed();
  const request = { accountId: account, key: 'k', topUp: { ...RULE, paymentMethod: 'card_1' } };
  const { settings } = shop.books.ledger;
  expect(await refusal(settings.setTopUp(request, false))).toMatchObject({
    code: 'PAYMENT_METHOD_NOT_OWNED',
  });
  expect(await topUps.topUpOf(account)).toBeNull();
  const first = await granted(settings.setTopUp(request, true));
  expect(await settings.setTopUp(request, false)).toMatchObject({ replayed: true, value: first });
});
