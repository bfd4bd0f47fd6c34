import type { UpkeepCursor } from '../../../ledger/ledger';
import { DAY_MS, granted, later, MINUTE_MS, newId, START } from '../ledger-support';
import { Shop } from '../purchase/purchase-support';
import { FEBRUARY, HOUR_MS, LITE, MARCH } from '../subscription/subscription-support';

const ALL = 1_000;
const WINDOW_END = later(FEBRUARY, HOUR_MS);
let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
});
beforeEach(() => shop.subs.reset());
afterAll(() => shop.books.close());

type Page = (dueBy: string) => Promise<UpkeepCursor[]>;
const upkeep = () => shop.books.ledger.upkeep;
const dueCycles: Page = (dueBy) => upkeep().dueCycles(dueBy, null, ALL);
const dueExpiries: Page = (dueBy) => upkeep().dueExpiries(dueBy, null, ALL);
const endedGrants: Page = (dueBy) => upkeep().endedGrants(dueBy, null, ALL);
const unfinishedPurchases: Page = (dueBy) => upkeep().unfinishedPurchases(dueBy, null, ALL);
const unwatched: Page = (dueBy) => upkeep().unwatchedSubscriptions(dueBy, null, ALL);

/** The lines of one account in the whole list of things that are due at that time. */
async function found(page: Page, account: string, dueBy: string): Promise<unknown[]> {
  return (await page(dueBy)).filter(({ accountId }) => accountId === account);
}

describe('paid cycles that have begun and are not granted', () => {
  test('are due from their boundary until they are granted, one line for a subscription', async () => {
    const account = await shop.subs.subscribed();
    await granted(shop.subs.renew(account));
    await granted(shop.subs.renew(account));
    const line = { at: FEBRUARY, accountId: account, subscriptionId: 's' };
    expect(await found(dueCycles, account, later(FEBRUARY, -1))).toEqual([]);
    expect(await found(dueCycles, account, FEBRUARY)).toEqual([line]);
    expect(await found(dueCycles, account, MARCH)).toEqual([line]);
    await shop.books.setClock(FEBRUARY);
    await granted(shop.subs.subscriptions.grantCycles(account, 's'));
    expect(await found(dueCycles, account, FEBRUARY)).toEqual([]);
    expect(await found(dueCycles, account, MARCH)).toEqual([{ ...line, at: MARCH }]);
  });

  test('are due after the lapse as well, and never after an end at once', async () => {
    const lapsed = await shop.subs.subscribed();
    const ended = await shop.subs.subscribed();
    for (const account of [lapsed, ended]) await granted(shop.subs.renew(account));
    await granted(shop.subs.subscriptions.endNow(ended, 's', 'k'));
    expect(await found(dueCycles, lapsed, later(MARCH, 1))).toHaveLength(1);
    expect(await found(dueCycles, ended, later(MARCH, 1))).toEqual([]);
  });
});

describe('terms whose settlement window is over', () => {
  test('are due from the window’s end until their expiry is booked', async () => {
    const account = await shop.subs.subscribed();
    expect(await found(dueExpiries, account, later(WINDOW_END, -1))).toEqual([]);
    expect(await found(dueExpiries, account, WINDOW_END)).toEqual([
      { at: FEBRUARY, accountId: account, subscriptionId: 's', term: 1 },
    ]);
    await shop.books.setClock(WINDOW_END);
    await granted(shop.subs.subscriptions.expireTerm(account, 's', 1));
    expect(await found(dueExpiries, account, WINDOW_END)).toEqual([]);
  });

  test('are not due where they were renewed, ended or superseded, or have no subscription', async () => {
    const [renewed, ended, superseded] = [
      await shop.subs.subscribed(),
      await shop.subs.subscribed(),
      await shop.subs.subscribed(),
    ];
    const bare = newId();
    await shop.books.setTerm(bare, 1, FEBRUARY);
    await shop.books.setClock(later(FEBRUARY, 1));
    await granted(shop.subs.renew(renewed, START));
    await granted(shop.subs.subscriptions.endNow(ended, 's', 'k'));
    await shop.subs.subscribe(superseded, 's2', LITE);
    for (const account of [renewed, ended, superseded, bare]) {
      expect(await found(dueExpiries, account, WINDOW_END)).toEqual([]);
    }
    // The new subscription's own window ends in its own time.
    expect(await found(dueExpiries, superseded, later(MARCH, 2 * DAY_MS))).toMatchObject([
      { subscriptionId: 's2', term: 2 },
    ]);
  });
});

describe('grants whose own end has come', () => {
  test('are due as one line for an account, from the first end until they are booked', async () => {
    const account = newId();
    await shop.books.grantPromotion(account, 5, { expiresAt: later(START, 2_000) });
    for (const _ of ['one', 'another']) {
      await shop.books.grantPromotion(account, 5, { expiresAt: later(START, 1_000) });
    }
    await shop.books.grantPromotion(account, 5, { expiresAt: later(START, 9_000) });
    expect(await found(endedGrants, account, later(START, 999))).toEqual([]);
    expect(await found(endedGrants, account, later(START, 1_000))).toEqual([
      { at: later(START, 1_000), accountId: account },
    ]);
    expect(await found(endedGrants, account, later(START, 2_000))).toHaveLength(1);
    await shop.books.setClock(later(START, 2_000));
    expect(await granted(shop.books.ledger.expire(account))).toMatchObject({ entries: 3 });
    expect(await found(endedGrants, account, later(START, 2_000))).toEqual([]);
  });

  test('are not due where nothing is left or the grant belongs to a term', async () => {
    const account = newId();
    await shop.books.grantPromotion(account, 5, { expiresAt: later(START, 1_000) });
    await granted(shop.books.reserve(account, 'r', 5));
    expect(await found(endedGrants, account, later(START, 1_000))).toEqual([]);
    const subscribed = await shop.subs.subscribed();
    expect(await found(endedGrants, subscribed, MARCH)).toEqual([]);
  });
});

describe('unfinished purchases', () => {
  test('are looked at two minutes after they were opened, with what the buyer had said', async () => {
    const account = await shop.subs.subscribed();
    const body = { packId: 'pack-300', shownPriceCents: 9_900, paymentMethod: 'card-1' };
    await granted(shop.buy(account, 'p', body));
    const at = later(START, 2 * MINUTE_MS);
    expect(await found(unfinishedPurchases, account, later(at, -1))).toEqual([]);
    expect(await found(unfinishedPurchases, account, at)).toEqual([
      { at, accountId: account, purchaseId: 'p', status: 'open', body },
    ]);
  });

  test('are left alone for as long as their workflow is known to run', async () => {
    const account = await shop.subs.subscribed();
    await granted(shop.buy(account));
    await shop.books.advanceClock(5 * MINUTE_MS);
    await upkeep().watchPurchase(account, 'p', 3_000);
    const at = later(START, 5 * MINUTE_MS + 3_000);
    expect(await found(unfinishedPurchases, account, later(at, -1))).toEqual([]);
    expect(await found(unfinishedPurchases, account, at)).toMatchObject([{ at }]);
  });

  test('include those that are to be given back, also where they were never opened', async () => {
    const account = await shop.subs.subscribed();
    for (const purchase of ['granted', 'declined', 'late', 'returned'])
      await granted(shop.buy(account, purchase));
    await granted(shop.settle(account, 'granted'));
    await granted(shop.purchases.close(account, 'declined', 'declined', 'x'));
    await granted(shop.purchases.close(account, 'tombstone', 'voided', 'x'));
    await shop.books.setClock(FEBRUARY);
    for (const purchase of ['late', 'returned', 'tombstone'])
      await granted(shop.settle(account, purchase));
    await granted(shop.purchases.close(account, 'returned', 'returned', 'x'));
    const at = later(FEBRUARY, 2 * MINUTE_MS);
    expect(await found(unfinishedPurchases, account, later(at, -1))).toEqual([]);
    expect(await found(unfinishedPurchases, account, at)).toMatchObject([
      { at, purchaseId: 'late', status: 'returning', body: { packId: 'pack-125' } },
      { at, purchaseId: 'tombstone', status: 'returning', body: null },
    ]);
    // A finished purchase stays finished, however often its workflow is watched.
    await upkeep().watchPurchase(account, 'granted', 1);
    expect(await found(unfinishedPurchases, account, at)).toHaveLength(2);
  });
});

describe('active subscriptions', () => {
  test('are looked at two minutes after they began, and when their workflow was not seen for the interval', async () => {
    const account = await shop.subs.subscribed();
    const at = later(START, 2 * MINUTE_MS);
    expect(await found(unwatched, account, later(at, -1))).toEqual([]);
    expect(await found(unwatched, account, at)).toEqual([
      { at, accountId: account, subscriptionId: 's' },
    ]);
    await shop.books.setClock(at);
    await upkeep().watch(account, 's', HOUR_MS);
    expect(await found(unwatched, account, later(at, HOUR_MS - 1))).toEqual([]);
    expect(await found(unwatched, account, later(at, HOUR_MS))).toHaveLength(1);
  });

  test('are looked at after the lapse too, until they are closed; a new term begins the count again', async () => {
    const account = await shop.subs.subscribed();
    await shop.books.setClock(WINDOW_END);
    expect(await found(unwatched, account, WINDOW_END)).toHaveLength(1);
    await granted(shop.subs.subscriptions.expireTerm(account, 's', 1));
    await upkeep().watch(account, 's', 1);
    expect(await found(unwatched, account, MARCH)).toEqual([]);
    await granted(shop.subs.renew(account));
    expect(await found(unwatched, account, later(WINDOW_END, 2 * MINUTE_MS))).toMatchObject([
      { at: later(WINDOW_END, 2 * MINUTE_MS) },
    ]);
  });
});
