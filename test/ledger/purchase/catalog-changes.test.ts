import { granted, later, MINUTE_MS, refusal, START } from '../ledger-support';
import { FEBRUARY } from '../subscription/subscription-support';
import { BODY, PACK, Shop } from './purchase-support';

const USD_PACK = { credits: 125, priceCents: 4900, currency: 'USD' };
let shop: Shop;

beforeEach(async () => {
  shop = await Shop.open();
});
afterEach(async () => {
  await shop.subs.expectBalanced();
  await shop.books.close();
});

test('a new price applies to purchases that are opened from the millisecond of the catalog’s change on', async () => {
  const account = await shop.subs.subscribed();
  const change = later(START, MINUTE_MS);
  await shop.sellFrom(change, { ...USD_PACK, credits: 130, priceCents: 5900 });
  await shop.books.setClock(later(change, -1));
  const before = await granted(shop.buy(account, 'before'));
  expect(before).toMatchObject({ priceCents: 4900, catalogVersion: '1' });
  await shop.books.setClock(change);
  expect(await refusal(shop.buy(account, 'late'))).toEqual({
    code: 'PRICE_CHANGED',
    details: { packId: PACK, shownPriceCents: 4900, priceCents: 5900, currency: 'USD' },
  });
  const after = await granted(shop.buy(account, 'after', { ...BODY, shownPriceCents: 5900 }));
  expect(after).toMatchObject({ credits: 130, priceCents: 5900, catalogVersion: '2' });
  // A purchase that was opened at the old price is granted as it was sold.
  await granted(shop.settle(account, 'before'));
  await granted(shop.settle(account, 'after'));
  expect(await shop.packGrants(account)).toEqual([125, 130]);
});

test('a known purchase answers with its record, also after subscription, price and pack have changed', async () => {
  const account = await shop.subs.subscribed();
  await shop.sellFrom(later(START, MINUTE_MS), null);
  const first = await granted(shop.buy(account));
  await shop.books.setClock(later(FEBRUARY, 1));
  expect(await shop.buy(account)).toEqual({
    ok: true,
    replayed: true,
    value: { ...first, mayCharge: false },
  });
  await granted(shop.purchases.close(account, 'p', 'declined', 'card-declined'));
  expect(await shop.buy(account)).toMatchObject({ replayed: true, value: { status: 'declined' } });
});

test('a pack that is no longer sold is refused from then on, and granted where the purchase was open', async () => {
  const account = await shop.subs.subscribed();
  await granted(shop.buy(account));
  await shop.sellFrom(later(START, MINUTE_MS), null);
  await shop.books.setClock(later(START, MINUTE_MS));
  expect(await refusal(shop.buy(account, 'late'))).toEqual({
    code: 'UNKNOWN_PACK',
    details: { packId: PACK },
  });
  expect(await granted(shop.settle(account))).toMatchObject({
    status: 'granted',
    credits: 125,
    catalogVersion: '1',
  });
});
