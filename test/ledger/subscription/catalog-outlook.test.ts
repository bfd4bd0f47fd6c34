import { builtInCatalog } from '../../../catalog/catalog';
import type { CatalogVersion } from '../../../contract/catalog';
import { applyCatalog } from '../../../ledger/apply-catalog';
import { catalogOutlook, type PlanHolder } from '../../../ledger/catalog-outlook';
import { atOnce, DAY_MS, granted, later, newId, START } from '../ledger-support';
import {
  ADVANCED,
  APRIL,
  FEBRUARY,
  LITE,
  MARCH,
  PROFESSIONAL,
  SubscriptionBooks,
} from './subscription-support';

const BUILT_IN = builtInCatalog()[0] as CatalogVersion;
const MID_FEBRUARY = '2030-02-15T00:00:00.000Z';
const YEARLY = 'lite-yearly';
let subs: SubscriptionBooks;

beforeEach(async () => {
  subs = await SubscriptionBooks.open();
});
afterEach(async () => {
  await subs.expectBalanced();
  await subs.books.close();
});

/** A version like the built-in one, with these plans changed, or removed where null. */
function versionWith(
  number: number,
  effectiveFrom: string,
  plans: Record<string, object | null>,
): CatalogVersion {
  const next = structuredClone({ ...BUILT_IN, version: number, effectiveFrom });
  for (const [id, change] of Object.entries(plans)) {
    if (change === null) delete next.plans[id];
    else Object.assign(next.plans[id] as object, change);
  }
  return next;
}

const outlook = (...versions: CatalogVersion[]) =>
  catalogOutlook(subs.books.urls.ledgerUrl, versions);

/** The holders of a plan that the only version changes. */
async function holdersOf(planId: string, ...versions: CatalogVersion[]): Promise<PlanHolder[]> {
  const [version] = (await outlook(...versions)).versions;
  const change = version?.plans.find(({ id }) => id === planId);
  if (!change) throw new Error(`${planId} doesn't change.`);
  expect(change.holders).toMatchObject({
    count: change.holders.subscriptions.length,
    truncated: false,
  });
  return change.holders.subscriptions;
}

const held = (accountId: string, from: string | null, credits: number | null): PlanHolder => {
  return { accountId, subscriptionId: 's', scheduled: false, from, credits };
};

async function schedule(account: string, planId: string): Promise<void> {
  const changed = await granted(
    subs.subscriptions.changePlan(account, 's', newId('change'), { planId }),
  );
  expect(changed.effect).toBe('at-boundary');
}

test('a plan’s new credits reach its holders with the first cycle that begins under them', async () => {
  const unpaid = await subs.subscribed();
  const paidAhead = await subs.subscribed();
  await granted(subs.renew(paidAhead));
  await granted(subs.renew(paidAhead));
  await subs.subscribed(PROFESSIONAL);
  const more = { [LITE]: { credits: 180 } };
  expect(await holdersOf(LITE, versionWith(2, MID_FEBRUARY, more))).toEqual([
    held(unpaid, MARCH, 180),
    held(paidAhead, MARCH, 180),
  ]);
  // Exactly at a boundary counts; the answer is what the ledger then does.
  const next = versionWith(2, FEBRUARY, more);
  expect(await holdersOf(LITE, next)).toEqual([
    held(unpaid, FEBRUARY, 180),
    held(paidAhead, FEBRUARY, 180),
  ]);
  await applyCatalog(subs.books.urls.ownerUrl, [next]);
  await subs.books.setClock(FEBRUARY);
  await granted(subs.subscriptions.grantCycles(paidAhead, 's'));
  expect(await subs.planGrants(paidAhead)).toEqual([
    [1, 150],
    [2, 180],
  ]);
});

test('boundaries far away follow the anchor and the time zone', async () => {
  await subs.books.setClock('2030-01-31T12:00:00.000Z');
  const account = await subs.subscribed(LITE, 'Europe/Berlin');
  const from = async (at: string) =>
    (await holdersOf(LITE, versionWith(2, at, { [LITE]: { credits: 180 } })))[0]?.from;
  expect(await from('2030-02-28T12:00:00.000Z')).toBe('2030-02-28T12:00:00.000Z');
  expect(await from('2030-02-28T12:00:00.001Z')).toBe('2030-03-31T11:00:00.000Z');
  expect(await from('2057-11-05T00:00:00.000Z')).toBe('2057-11-30T12:00:00.000Z');
  expect(await subs.subscription(account)).toMatchObject({ paidUntil: '2030-02-28T12:00:00.000Z' });
});

test('a plan that is gone, or sold with another cycle, goes on as it was last sold for its holders', async () => {
  const account = await subs.subscribed();
  expect(await holdersOf(LITE, versionWith(2, MID_FEBRUARY, { [LITE]: null }))).toEqual([
    held(account, MARCH, null),
  ]);
  const yearly = versionWith(2, MID_FEBRUARY, { [LITE]: { cycle: 'P1Y', credits: 1_800 } });
  expect(await holdersOf(LITE, yearly)).toEqual([held(account, MARCH, null)]);
});

test('a plan that comes back reaches the accounts that have held it all the while', async () => {
  const account = await subs.subscribed();
  await applyCatalog(subs.books.urls.ownerUrl, [versionWith(2, FEBRUARY, { [LITE]: null })]);
  const back = versionWith(3, MARCH, { [LITE]: { credits: 90 } });
  expect(await holdersOf(LITE, back)).toEqual([held(account, MARCH, 90)]);
});

test('an account with a scheduled plan holds it from the first unpaid boundary on, and the old one no longer', async () => {
  const account = await subs.subscribed(PROFESSIONAL);
  await schedule(account, LITE);
  const next = versionWith(2, MID_FEBRUARY, {
    [LITE]: { credits: 180 },
    [PROFESSIONAL]: { credits: 400 },
  });
  expect(await holdersOf(LITE, next)).toEqual([{ ...held(account, MARCH, 180), scheduled: true }]);
  expect(await holdersOf(PROFESSIONAL, next)).toEqual([held(account, null, null)]);
  // Cycles that are paid ahead are still the old plan's.
  await granted(subs.subscriptions.changePlan(account, 's', 'back', { planId: PROFESSIONAL }));
  await granted(subs.renew(account));
  await granted(subs.renew(account));
  await schedule(account, LITE);
  expect(await holdersOf(PROFESSIONAL, next)).toEqual([held(account, MARCH, 400)]);
  expect(await holdersOf(LITE, next)).toEqual([{ ...held(account, APRIL, 180), scheduled: true }]);
});

test('a scheduled plan begins with the cycle that it is sold with by then', async () => {
  const account = await subs.subscribed(YEARLY);
  await schedule(account, LITE);
  const weekly = versionWith(2, MARCH, { [LITE]: { credits: 40, cycle: 'P1W' } });
  const nextYear = '2031-01-01T00:00:00.000Z';
  expect(await holdersOf(LITE, weekly)).toEqual([
    { ...held(account, nextYear, 40), scheduled: true },
  ]);
  // By the boundary it would have begun monthly, and goes on so.
  const lateWeekly = versionWith(2, '2031-03-15T00:00:00Z', {
    [LITE]: { credits: 40, cycle: 'P1W' },
  });
  const goesOn = { ...held(account, '2031-04-01T00:00:00.000Z', null), scheduled: true };
  expect(await holdersOf(LITE, lateWeekly)).toEqual([goesOn]);
});

test('a plan that was paid ahead between two others counts as held', async () => {
  const account = await subs.subscribed(ADVANCED);
  await schedule(account, PROFESSIONAL);
  await granted(subs.renew(account));
  await schedule(account, LITE);
  await granted(subs.renew(account));
  const next = versionWith(2, START.replace('01-01', '01-20'), {
    [ADVANCED]: { credits: 900 },
    [PROFESSIONAL]: { credits: 400 },
    [LITE]: { credits: 180 },
  });
  expect(await holdersOf(ADVANCED, next)).toEqual([held(account, null, null)]);
  expect(await holdersOf(PROFESSIONAL, next)).toEqual([held(account, FEBRUARY, 400)]);
  expect(await holdersOf(LITE, next)).toEqual([held(account, MARCH, 180)]);
});

test('a new version reaches a cancelled subscription up to its last paid cycle, and no further', async () => {
  const account = await subs.subscribed();
  await granted(subs.renew(account));
  await granted(subs.subscriptions.cancelAtPeriodEnd(account, 's', 'k'));
  const from = async (at: string) =>
    holdersOf(LITE, versionWith(2, at, { [LITE]: { credits: 180 } }));
  expect(await from('2030-01-15T00:00:00Z')).toEqual([held(account, FEBRUARY, 180)]);
  expect(await from(MID_FEBRUARY)).toEqual([held(account, null, null)]);
});

test('a version that is over before the next cycle begins reaches no holder', async () => {
  const account = await subs.subscribed();
  const short = versionWith(2, '2030-02-10T00:00:00Z', { [LITE]: { credits: 180 } });
  const next = versionWith(3, MID_FEBRUARY, { [LITE]: { credits: 200 } });
  expect(await holdersOf(LITE, short, next)).toEqual([held(account, null, null)]);
  const { versions } = await outlook(short, next);
  expect(versions[1]?.plans[0]?.holders.subscriptions).toEqual([held(account, MARCH, 200)]);
});

test('lapsed and closed subscriptions hold no plan; one in its grace does', async () => {
  await subs.setCatalog({ renewalGrace: 'P3D' });
  const inGrace = await subs.subscribed();
  await subs.setCatalog({ renewalGrace: 'P0D' });
  await subs.subscribed();
  const ended = await subs.subscribed();
  await granted(subs.subscriptions.endNow(ended, 's', 'k'));
  const next = versionWith(2, MID_FEBRUARY, { [LITE]: { credits: 180 } });
  await subs.books.setClock(later(FEBRUARY, -1));
  expect(await holdersOf(LITE, next)).toHaveLength(2);
  await subs.books.setClock(FEBRUARY);
  expect(await holdersOf(LITE, next)).toEqual([held(inGrace, MARCH, 180)]);
  await subs.books.setClock(later(FEBRUARY, 3 * DAY_MS));
  expect(await holdersOf(LITE, next)).toEqual([]);
});

test('more than 1,000 holders are counted, and the first 1,000 listed', async () => {
  const accounts = Array.from(
    { length: 1_001 },
    (_, index) => `many-${String(index).padStart(4, '0')}`,
  );
  for (let start = 0; start < accounts.length; start += 143) {
    const some = accounts.slice(start, start + 143);
    await atOnce(some.length, (index) => subs.subscribe(some[index] as string, 's'));
  }
  const { versions } = await outlook(versionWith(2, MID_FEBRUARY, { [LITE]: null }));
  const holders = versions[0]?.plans[0]?.holders;
  expect(holders).toMatchObject({ count: 1_001, truncated: true });
  expect(holders?.subscriptions.map(({ accountId }) => accountId)).toEqual(
    accounts.slice(0, 1_000),
  );
});

test.each<[string, CatalogVersion]>([
  ['CATALOG_VERSION_GAP', versionWith(4, MARCH, { [LITE]: null })],
  ['CATALOG_VERSION_EFFECTIVE', versionWith(1, BUILT_IN.effectiveFrom, { [LITE]: null })],
  ['CATALOG_EFFECTIVE_IN_PAST', versionWith(3, START, { [LITE]: null })],
  ['CATALOG_DUPLICATE', versionWith(3, MID_FEBRUARY, { [LITE]: null })],
  ['INVALID_CATALOG', versionWith(3, FEBRUARY, { [LITE]: null })],
])(
  'the outlook says %s where applying would, beside the changes, and writes nothing',
  async (code, version) => {
    await applyCatalog(subs.books.urls.ownerUrl, [versionWith(2, MID_FEBRUARY, {})]);
    const stored = async () =>
      (await subs.books.owner.query('SELECT * FROM holdfast.catalog_versions')).rows;
    const before = await stored();
    const { now, refusal, versions } = await outlook(version);
    const thrown = await applyCatalog(subs.books.urls.ownerUrl, [version]).catch((error) =>
      error.toRefusal(),
    );
    expect(refusal).toEqual(thrown);
    expect(refusal?.code).toBe(code);
    expect(now).toBe(START);
    expect(versions[0]?.plans).toMatchObject([{ id: LITE, change: 'removed' }]);
    expect(await stored()).toEqual(before);
  },
);

test('the outlook of a good file refuses nothing, and applies nothing', async () => {
  const next = versionWith(2, MID_FEBRUARY, {});
  expect(await outlook(BUILT_IN, next)).toMatchObject({
    refusal: null,
    versions: [{ version: 2, plans: [] }],
  });
  expect(await subs.books.ledger.effectiveCatalog()).toMatchObject({
    catalogVersion: '1',
    validUntil: null,
  });
});
