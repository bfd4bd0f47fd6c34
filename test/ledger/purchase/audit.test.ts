import { DAY_MS, granted, later } from '../ledger-support';
import { FEBRUARY } from '../subscription/subscription-support';
import { BODY, Shop } from './purchase-support';

let shop: Shop;
let account: string;

beforeAll(async () => {
  shop = await Shop.open();
  account = await busyAccount();
  await busyAccount();
});
afterAll(() => shop.books.close());

/** One purchase of each status, a second one that is granted, with a stray payment, and a tombstone. */
async function busyAccount(): Promise<string> {
  await shop.subs.reset();
  const id = await shop.subs.subscribed();
  for (const purchase of ['granted', 'open', 'declined', 'returning', 'returned'])
    await granted(shop.buy(id, purchase));
  await granted(shop.buy(id, 'larger', { ...BODY, packId: 'pack-450', shownPriceCents: 14_900 }));
  await shop.books.advanceClock(1_000);
  await granted(shop.settle(id, 'granted'));
  await granted(shop.settle(id, 'larger'));
  await granted(shop.settle(id, 'larger', 'stray'));
  await granted(shop.purchases.close(id, 'declined', 'declined', 'card-declined'));
  await granted(shop.purchases.close(id, 'tombstone', 'voided', 'timed-out'));
  await shop.books.setClock(FEBRUARY);
  await granted(shop.settle(id, 'returning'));
  await granted(shop.settle(id, 'returned'));
  await granted(shop.purchases.close(id, 'returned', 'returned', 'refunded'));
  return id;
}

const brokenBy = (damage: string) => shop.books.brokenBy(damage, account);

const purchase = (id: string) => `WHERE account_id = $account AND purchase_id = '${id}'`;
const without = (constraint: string) =>
  `ALTER TABLE holdfast.purchases DROP CONSTRAINT purchases_${constraint};`;
const PURCHASE = 'UPDATE holdfast.purchases SET';
const PACK = "WHERE account_id = $account AND source = 'pack' AND credits = 125";

test('the audit of an undamaged ledger finds nothing, however old an unfinished purchase is', async () => {
  await shop.books.expectBalanced();
  await shop.books.setClock(later(FEBRUARY, 30 * DAY_MS));
  await shop.books.expectBalanced();
});

test.each([
  [
    'refused-payment-method-not-charged',
    `INSERT INTO holdfast.refused_payment_methods (account_id, payment_method, purchase_id, reason, at)
     SELECT account_id, '', purchase_id, reason, opened_at - interval '1 ms' FROM holdfast.purchases ${purchase('declined')}`,
  ],
  ['pack-granted-once', `${PURCHASE} credits = credits + 1 ${purchase('granted')}`],
  ['pack-granted-once', `${PURCHASE} price_cents = price_cents + 1 ${purchase('granted')}`],
  ['pack-granted-once', `${PURCHASE} currency = 'EUR' ${purchase('granted')}`],
  [
    'pack-granted-once',
    `${PURCHASE} resolved_at = resolved_at + interval '1 ms' ${purchase('granted')}`,
  ],
  ['pack-granted-once', `${PURCHASE} grant_id = 1 ${purchase('granted')}`],
  [
    'pack-granted-once',
    `DROP INDEX holdfast.purchases_grant_once; ${PURCHASE} grant_id = 3 ${purchase('granted')}`,
  ],
  ['pack-granted-once', `DELETE FROM holdfast.purchases ${purchase('granted')}`],
  [
    'pack-granted-once',
    `${PURCHASE} status = 'returned', reason = 'x', grant_id = NULL ${purchase('granted')}`,
  ],
  ['pack-granted-once', `UPDATE holdfast.grants SET cost_cents = cost_cents + 1 ${PACK}`],
  ['pack-granted-once', `UPDATE holdfast.grants SET priority = 20 ${PACK}`],
  ['pack-granted-once', `UPDATE holdfast.grants SET source = 'adjustment' ${PACK}`],
  [
    'pack-granted-once',
    "UPDATE holdfast.grants SET source = 'pack', subscription_id = NULL, cycle = NULL WHERE account_id = $account AND grant_id = 1",
  ],
  [
    'pack-granted-once',
    "DELETE FROM holdfast.idempotency_keys WHERE account_id = $account AND key = 'purchase:granted'",
  ],
  [
    'pack-granted-once',
    "UPDATE holdfast.idempotency_keys SET key = 'purchase:open' WHERE account_id = $account AND key = 'purchase:granted'",
  ],
  ['pack-granted-while-live', `UPDATE holdfast.grants SET term = 2 ${PACK}`],
  [
    'pack-granted-while-live',
    `UPDATE holdfast.grants SET ends_at = granted_at + interval '1 day', term = NULL ${PACK}`,
  ],
  [
    'pack-granted-while-live',
    'UPDATE holdfast.terms SET valid_until = at WHERE account_id = $account',
  ],
  [
    'purchase-paid-once',
    `${without('paid_has_payment')} ${PURCHASE} payment_id = NULL ${purchase('granted')}`,
  ],
  [
    'purchase-paid-once',
    `${without('paid_has_payment')} ${PURCHASE} payment_id = NULL ${purchase('returning')}`,
  ],
  [
    'purchase-paid-once',
    `DROP INDEX holdfast.purchases_payment_buys_once; ${PURCHASE} payment_id = 'pay-larger' ${purchase('granted')}`,
  ],
  ['stray-payment-bought-nothing', `${PURCHASE} payment_id = 'stray' ${purchase('granted')}`],
  ['stray-payment-bought-nothing', `${PURCHASE} payment_id = 'stray' ${purchase('returning')}`],
  [
    'stray-payment-bought-nothing',
    "UPDATE holdfast.stray_payments SET payment_id = 'pay-larger' WHERE account_id = $account",
  ],
  [
    'purchase-resolved-once',
    `${without('granted_has_grant')} ${PURCHASE} status = 'open', payment_id = NULL, resolved_at = NULL, look_from = now() ${purchase('granted')}`,
  ],
  [
    'purchase-resolved-once',
    `${without('resolved_has_time')} ${PURCHASE} resolved_at = now(), look_from = NULL ${purchase('open')}`,
  ],
  [
    'purchase-resolved-once',
    `${without('unfinished_is_looked_after')} ${PURCHASE} look_from = NULL ${purchase('open')}`,
  ],
  [
    'purchase-resolved-once',
    `${PURCHASE} resolved_at = opened_at - interval '1 ms' ${purchase('declined')}`,
  ],
  ['purchase-as-sold', `${PURCHASE} credits = credits + 1 ${purchase('open')}`],
  ['purchase-as-sold', `${PURCHASE} price_cents = price_cents - 1 ${purchase('open')}`],
  ['purchase-as-sold', `${PURCHASE} currency = 'EUR' ${purchase('open')}`],
  ['purchase-as-sold', `${PURCHASE} pack_id = 'pack-300' ${purchase('open')}`],
  ['purchase-as-sold', `${PURCHASE} catalog_version = 9 ${purchase('open')}`],
  ['purchase-as-sold', `${PURCHASE} body = body || '{"shownPriceCents": 1}' ${purchase('open')}`],
  ['purchase-as-sold', `${PURCHASE} opened_at = '2019-12-31T00:00:00Z' ${purchase('open')}`],
])('the audit finds %s broken: %s', async (invariant, damage) => {
  expect(await brokenBy(damage)).toContain(invariant);
});

test('the ledger is undamaged again after every test above', () => shop.books.expectBalanced());
