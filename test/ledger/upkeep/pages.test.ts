import type { Upkeep, UpkeepCursor } from '../../../ledger/ledger';
import { granted, later } from '../ledger-support';
import { BODY, Shop } from '../purchase/purchase-support';
import { FEBRUARY, HOUR_MS, MARCH } from '../subscription/subscription-support';

const ACCOUNTS = 7;
const DUE_BY = later(MARCH, HOUR_MS);
const PAGES = [
  'dueCycles',
  'dueExpiries',
  'endedGrants',
  'unfinishedPurchases',
  'unwatchedSubscriptions',
] as const satisfies (keyof Upkeep)[];
let shop: Shop;
const accounts: string[] = [];

/** Accounts in which everything is due, at the same moments. */
beforeAll(async () => {
  shop = await Shop.open();
  for (let i = 0; i < ACCOUNTS; i += 1) {
    const account = await shop.subs.subscribed();
    accounts.push(account);
    await granted(shop.subs.renew(account));
    await shop.books.grantPromotion(account, 5, { expiresAt: FEBRUARY });
    for (const purchase of ['p1', 'p2', 'p3']) await granted(shop.buy(account, purchase, BODY));
  }
});
afterAll(() => shop.books.close());

/** Every page has its own rows and its own cursor; here only that the last row is the cursor matters. */
type AnyPage = (
  dueBy: string,
  after: UpkeepCursor | null,
  limit: number,
) => Promise<UpkeepCursor[]>;

function pageOf(name: (typeof PAGES)[number]): AnyPage {
  const { upkeep } = shop.books.ledger;
  return (upkeep[name] as AnyPage).bind(upkeep);
}

test.each(PAGES)('pages of %s of any size hold every row once, in a stable order', async (name) => {
  const page = pageOf(name);
  const whole = await page(DUE_BY, null, 1_000);
  expect([...new Set(whole.map(({ accountId }) => accountId))].sort()).toEqual(
    [...accounts].sort(),
  );
  expect(whole).toHaveLength(name === 'unfinishedPurchases' ? 3 * ACCOUNTS : ACCOUNTS);
  for (const limit of [1, 2, 5, whole.length]) {
    const rows: UpkeepCursor[] = [];
    for (let last: UpkeepCursor | undefined; rows.length < whole.length; last = rows.at(-1)) {
      const next = await page(DUE_BY, last ?? null, limit);
      expect(next).toHaveLength(Math.min(limit, whole.length - rows.length));
      rows.push(...next);
    }
    expect(rows).toEqual(whole);
    expect(await page(DUE_BY, rows.at(-1) ?? null, limit)).toEqual([]);
  }
});
