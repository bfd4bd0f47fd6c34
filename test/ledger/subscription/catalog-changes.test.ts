import { builtInCatalog } from '../../../catalog/catalog';
import type { CatalogVersion } from '../../../contract/catalog';
import { applyCatalog } from '../../../ledger/apply-catalog';
import { granted, later, newId, refusal, START } from '../ledger-support';
import {
  APRIL,
  FEBRUARY,
  HOUR_MS,
  LITE,
  MARCH,
  PROFESSIONAL,
  SubscriptionBooks,
} from './subscription-support';

const MID_JANUARY = '2030-01-15T00:00:00.000Z';
const MID_FEBRUARY = '2030-02-15T00:00:00.000Z';
let subs: SubscriptionBooks;

beforeEach(async () => {
  subs = await SubscriptionBooks.open();
});
afterEach(async () => {
  await subs.expectBalanced();
  await subs.books.close();
});

/** A version like the built-in one, with other plans. */
function versionWith(
  version: number,
  effectiveFrom: string,
  change: (plans: CatalogVersion['plans']) => void,
) {
  const next = structuredClone({
    ...(builtInCatalog()[0] as CatalogVersion),
    version,
    effectiveFrom,
  });
  change(next.plans);
  return next;
}

const apply = (...versions: CatalogVersion[]) => applyCatalog(subs.books.urls.ownerUrl, versions);

const withLite =
  (credits: number, cycle = 'P1M') =>
  (plans: CatalogVersion['plans']) => {
    plans[LITE] = { name: 'Lite Monthly', credits, cycle };
  };

test('a running cycle keeps what was granted; the next one brings what the catalog has at its boundary, however late', async () => {
  const account = await subs.subscribed();
  await granted(subs.renew(account));
  await granted(subs.renew(account));
  await apply(
    versionWith(2, MID_JANUARY, withLite(180)),
    versionWith(3, MID_FEBRUARY, withLite(100)),
  );
  await subs.books.setClock(later(MID_JANUARY, 1));
  await granted(subs.subscriptions.grantCycles(account, 's'));
  await subs.books.setClock(MARCH);
  await granted(subs.subscriptions.grantCycles(account, 's'));
  expect(await subs.planGrants(account)).toEqual([
    [1, 150],
    [2, 180],
    [3, 100],
  ]);
});

test('a plan that is no longer sold goes on for its holders, and can’t be chosen', async () => {
  const account = await subs.subscribed();
  await apply(versionWith(2, MID_JANUARY, (plans) => delete plans[LITE]));
  await subs.books.setClock(FEBRUARY);
  await granted(subs.renew(account, later(FEBRUARY, -1)));
  expect(await subs.planGrants(account)).toEqual([
    [1, 150],
    [2, 150],
  ]);
  const body = { planId: LITE, paymentReference: newId('pay') };
  expect((await refusal(subs.subscriptions.subscribe(newId(), 's', body))).code).toBe(
    'UNKNOWN_PLAN',
  );
});

test('a plan that is sold with another cycle now keeps the old length and credits for its holders', async () => {
  const account = await subs.subscribed();
  await apply(versionWith(2, MID_JANUARY, withLite(1_800, 'P1Y')));
  await subs.books.setClock(later(FEBRUARY, -1));
  expect((await granted(subs.renew(account))).subscription).toMatchObject({ validUntil: MARCH });
  await subs.books.setClock(FEBRUARY);
  await granted(subs.subscriptions.grantCycles(account, 's'));
  expect(await subs.planGrants(account)).toEqual([
    [1, 150],
    [2, 150],
  ]);
  expect(await subs.subscribe(newId(), 's')).toMatchObject({
    subscription: { cycleLength: 'P1Y' },
  });
});

test('an upgrade brings what the new plan gives now above what this cycle has had', async () => {
  const account = await subs.subscribed();
  await apply(
    versionWith(2, MID_JANUARY, (plans) => {
      (plans[PROFESSIONAL] as { credits: number }).credits = 400;
    }),
  );
  await subs.books.setClock(MID_JANUARY);
  const change = { planId: PROFESSIONAL, paymentReference: newId('pay') };
  await granted(subs.subscriptions.changePlan(account, 's', 'k', change));
  expect(await subs.planGrants(account)).toEqual([
    [1, 150],
    [1, 250],
  ]);
});

test('a plan that gives more than the held one would today, but no more than this cycle has had, waits for the boundary', async () => {
  const account = await subs.subscribed();
  await apply(
    versionWith(2, MID_JANUARY, (plans) => {
      withLite(100)(plans);
      (plans[PROFESSIONAL] as { credits: number }).credits = 150;
    }),
  );
  await subs.books.setClock(MID_JANUARY);
  const change = { planId: PROFESSIONAL, paymentReference: newId('pay') };
  expect(await granted(subs.subscriptions.changePlan(account, 's', 'k', change))).toMatchObject({
    ...{ effect: 'at-boundary', paymentUsed: false, granted: [] },
  });
});

test('a settlement window and a grace in a new version count from the next payment on', async () => {
  const account = await subs.subscribed();
  const next = versionWith(2, MID_JANUARY, () => {});
  await apply({ ...next, renewalGrace: 'P1D', settlementWindow: 'PT0S' });
  await subs.books.setClock(MID_JANUARY);
  expect(await subs.subscription(account)).toMatchObject({
    validUntil: FEBRUARY,
    windowEnd: later(FEBRUARY, HOUR_MS),
  });
  await granted(subs.renew(account, START));
  await granted(subs.renew(account, START));
  const lapse = later(APRIL, 24 * HOUR_MS);
  expect(await subs.subscription(account)).toMatchObject({
    paidUntil: APRIL,
    validUntil: lapse,
    windowEnd: lapse,
  });
});
