import type { StuckLine } from '../../../contract/stuck';
import { stuckLines } from '../../../contract/stuck';
import { DAY_MS, granted, HOLD_MS, later, MINUTE_MS, newId, START } from '../ledger-support';
import { Shop } from '../purchase/purchase-support';
import { FEBRUARY, HOUR_MS } from '../subscription/subscription-support';

const INTERVAL_MS = MINUTE_MS;
/** Two intervals, which is what workflows and reconciliation have. */
const GRACE_MS = 2 * INTERVAL_MS;
/** The time limit of `text-to-image` in the built-in catalog. */
const TIME_LIMIT_MS = 10 * MINUTE_MS;

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
});
beforeEach(() => shop.books.setClock(START));
afterAll(() => shop.books.close());

/** The account's stuck things, as the ledger finds them at that time. */
async function stuckIn(account: string, at: string): Promise<StuckLine[]> {
  await shop.books.setClock(at);
  const { stuck } = stuckLines.parse(
    await shop.books.ledger.interventions.stuck(1_000, INTERVAL_MS),
  );
  return stuck.filter(({ accountId }) => accountId === account);
}

async function funded(credits = 10): Promise<string> {
  const account = newId();
  await shop.books.grantPromotion(account, credits);
  return account;
}

describe('a reservation is stuck', () => {
  test('from two intervals after its generation’s time limit, although its workflow is watched', async () => {
    const account = await funded();
    await granted(shop.books.reserve(account, 'r', 4));
    await shop.books.advanceClock(TIME_LIMIT_MS);
    await shop.books.ledger.holds.extend(account, 'r', HOLD_MS);
    const limit = later(START, TIME_LIMIT_MS);
    expect(await stuckIn(account, later(limit, GRACE_MS - 1))).toEqual([]);
    const line = { what: 'reservation', accountId: account, id: 'r', credits: 4, detail: 'open' };
    expect(await stuckIn(account, later(limit, GRACE_MS))).toEqual([
      { ...line, since: limit, problem: 'past-time-limit' },
    ]);
    await granted(shop.books.ledger.commit(account, 'r', 4, 'file:///o'));
    expect(await stuckIn(account, later(limit, HOUR_MS))).toEqual([]);
  });

  test('from two intervals after its hold where it is unattended, with any kind', async () => {
    const account = await funded();
    const body = { kind: 'no-longer-sold' };
    await granted(shop.books.reserve(account, 'r', 4, body));
    const due = later(START, HOLD_MS);
    expect(await stuckIn(account, later(due, GRACE_MS - 1))).toEqual([]);
    expect(await stuckIn(account, later(due, GRACE_MS))).toMatchObject([
      { since: due, problem: 'unattended' },
    ]);
    await shop.books.ledger.holds.extend(account, 'r', HOLD_MS);
    expect(await stuckIn(account, later(due, GRACE_MS))).toEqual([]);
  });

  test('from two intervals after its deadline where it still waits', async () => {
    const account = await funded(1);
    await shop.books.park(account, 'r', 4, { timeout: 'PT1H' });
    await shop.books.setClock(later(START, HOUR_MS));
    await shop.books.ledger.holds.extend(account, 'r', HOUR_MS);
    const over = later(START, HOUR_MS);
    expect(await stuckIn(account, later(over, GRACE_MS - 1))).toEqual([]);
    expect(await stuckIn(account, later(over, GRACE_MS))).toMatchObject([
      {
        what: 'reservation',
        id: 'r',
        since: over,
        problem: 'wait-over',
        credits: 4,
        detail: 'waiting',
      },
    ]);
  });

  test('never while it is attended, where its time limit is too large for an interval', async () => {
    const { rows } = await shop.books.owner.query(
      'SELECT document FROM holdfast.catalog_versions WHERE version = 1',
    );
    const { document } = rows[0];
    await shop.books.owner.query(
      'UPDATE holdfast.catalog_versions SET document = $1 WHERE version = 1',
      [
        {
          ...document,
          kinds: {
            ...document.kinds,
            eternal: { ...document.kinds['ai-avatar'], timeLimitSeconds: 9007199254740991 },
          },
        },
      ],
    );
    const account = await funded();
    await granted(shop.books.reserve(account, 'r', 4, { kind: 'eternal' }));
    await shop.books.advanceClock(DAY_MS);
    await shop.books.ledger.holds.extend(account, 'r', HOLD_MS);
    expect(await stuckIn(account, later(START, DAY_MS))).toEqual([]);
  });
});

describe('a purchase is stuck', () => {
  const LOOK_FROM = later(START, 2 * MINUTE_MS);

  test('from fifteen minutes after its look was due where it is unattended', async () => {
    const account = await shop.subs.subscribed();
    await granted(shop.buy(account));
    expect(await stuckIn(account, later(LOOK_FROM, 15 * MINUTE_MS - 1))).toEqual([]);
    expect(await stuckIn(account, later(LOOK_FROM, 15 * MINUTE_MS))).toEqual([
      {
        ...{
          what: 'purchase',
          accountId: account,
          id: 'p',
          since: LOOK_FROM,
          problem: 'unattended',
        },
        ...{ credits: 125, detail: 'open' },
      },
    ]);
    await shop.books.ledger.upkeep.watchPurchase(account, 'p', HOUR_MS);
    expect(await stuckIn(account, later(LOOK_FROM, 15 * MINUTE_MS))).toEqual([]);
  });

  test('after a week undecided or a day with its money not returned, although it is attended', async () => {
    const account = await shop.subs.subscribed();
    for (const purchase of ['undecided', 'returning']) await granted(shop.buy(account, purchase));
    await granted(shop.subs.subscriptions.endNow(account, 's', 'k'));
    await granted(shop.settle(account, 'returning'));
    for (const purchase of ['undecided', 'returning']) {
      await shop.books.ledger.upkeep.watchPurchase(account, purchase, 365 * DAY_MS);
    }
    expect(await stuckIn(account, later(START, DAY_MS - 1))).toEqual([]);
    const returning = {
      id: 'returning',
      since: START,
      problem: 'not-returned',
      detail: 'returning, subscription-ended',
    };
    expect(await stuckIn(account, later(START, DAY_MS))).toMatchObject([returning]);
    expect(await stuckIn(account, later(START, 7 * DAY_MS))).toMatchObject([
      returning,
      { id: 'undecided', since: START, problem: 'undecided', detail: 'open' },
    ]);
  });
});

describe('a stray payment is stuck', () => {
  test('where its return is unattended, or it has not gone back for a day', async () => {
    const [left, watched] = [await shop.subs.subscribed(), await shop.subs.subscribed()];
    for (const account of [left, watched]) {
      await granted(shop.buy(account));
      await granted(shop.settle(account));
      await granted(shop.settle(account, 'p', `pay-2-${account}`));
    }
    await shop.books.ledger.upkeep.watchPurchase(watched, 'p', 365 * DAY_MS);
    const line = {
      what: 'purchase',
      id: 'p',
      since: START,
      problem: 'not-returned',
      credits: null,
    };
    const due = later(START, 17 * MINUTE_MS);
    expect(await stuckIn(left, later(due, -1))).toEqual([]);
    expect(await stuckIn(left, due)).toEqual([
      { ...line, accountId: left, detail: `returning, payment pay-2-${left}` },
    ]);
    expect(await stuckIn(watched, later(START, DAY_MS - 1))).toEqual([]);
    expect(await stuckIn(watched, later(START, DAY_MS))).toHaveLength(1);
  });
});

describe('a subscription is stuck', () => {
  test('from two intervals after a paid cycle’s beginning that is not granted, or a lapse that is not booked', async () => {
    const account = await shop.subs.subscribed();
    await granted(shop.subs.renew(account));
    expect(await stuckIn(account, later(FEBRUARY, GRACE_MS - 1))).toEqual([]);
    const line = { what: 'subscription', accountId: account, id: 's', credits: null };
    expect(await stuckIn(account, later(FEBRUARY, GRACE_MS))).toEqual([
      { ...line, since: FEBRUARY, problem: 'cycle-not-granted', detail: null },
    ]);
    await granted(shop.subs.subscriptions.grantCycles(account, 's'));
    const { validUntil, windowEnd } = await shop.subs.subscription(account);
    expect(await stuckIn(account, later(windowEnd, GRACE_MS - 1))).toEqual([]);
    expect(await stuckIn(account, later(windowEnd, GRACE_MS))).toEqual([
      { ...line, since: validUntil, problem: 'expiry-not-booked', detail: '1' },
    ]);
    await granted(shop.subs.subscriptions.expireTerm(account, 's', 1));
    expect(await stuckIn(account, later(windowEnd, DAY_MS))).toEqual([]);
  });
});

const DRY = { left: 0, available: 0 };

describe('a notice is stuck', () => {
  const tell = (account: string) =>
    shop.books.owner.query("SELECT holdfast.write_notice($1, 'ran-dry', $2, NULL, $3)", [
      account,
      DRY,
      START,
    ]);

  test('at once where its delivery has failed, with the reason', async () => {
    const account = await funded();
    for (const _ of [1, 2]) await tell(account);
    await shop.books.ledger.notices.settle(account, 1, null);
    await shop.books.ledger.notices.settle(account, 2, '410 Gone');
    expect((await stuckIn(account, START)).filter(({ what }) => what === 'notice')).toEqual([
      {
        ...{
          what: 'notice',
          accountId: account,
          id: '2',
          since: START,
          problem: 'not-delivered',
          credits: null,
        },
        detail: 'ran-dry, 410 Gone',
      },
    ]);
  });

  test('after four days neither delivered nor given up, and only the first one of its account', async () => {
    const account = await funded();
    for (const _ of [1, 2]) await tell(account);
    const notices = async (at: string) =>
      (await stuckIn(account, at)).filter(({ what }) => what === 'notice');
    expect(await notices(later(START, 4 * DAY_MS - 1))).toEqual([]);
    expect(await notices(later(START, 4 * DAY_MS))).toMatchObject([
      { id: '1', since: START, problem: 'undelivered' },
    ]);
  });
});

test('an event is stuck from two intervals after it was written where it was not handed over', async () => {
  const account = await funded(1);
  shop.books.isCut = true;
  await shop.books.park(account, 'r', 4);
  await shop.books.grantPromotion(account, 4);
  shop.books.isCut = false;
  const events = async (at: string) =>
    (await stuckIn(account, at)).filter(({ what }) => what === 'event');
  expect(await events(later(START, GRACE_MS - 1))).toEqual([]);
  const line = {
    what: 'event',
    accountId: account,
    since: START,
    problem: 'not-handed-over',
    credits: null,
  };
  expect(await events(later(START, GRACE_MS))).toEqual([
    { ...line, id: 'notices', detail: 'notices' },
    { ...line, id: 'wake/r', detail: 'wake' },
  ]);
  await shop.books.ledger.outbox.attend(account);
  expect(await events(later(START, GRACE_MS))).toEqual([]);
});

test('the list of stuck things begins with the oldest, and says when it is truncated', async () => {
  await shop.books.setClock(later(START, 365 * DAY_MS));
  const { interventions } = shop.books.ledger;
  const whole = await interventions.stuck(1_000, INTERVAL_MS);
  expect(whole.more).toBe(false);
  expect(whole.stuck.length).toBeGreaterThan(3);
  expect(whole.stuck.map(({ since }) => since)).toEqual(
    whole.stuck.map(({ since }) => since).toSorted(),
  );
  for (const limit of [1, 2, whole.stuck.length - 1]) {
    expect(await interventions.stuck(limit, INTERVAL_MS)).toEqual({
      stuck: whole.stuck.slice(0, limit),
      more: true,
    });
  }
  expect(await interventions.stuck(whole.stuck.length, INTERVAL_MS)).toEqual(whole);
});
