import { atOnce, granted, later, MINUTE_MS, refusal, START, TestLedger } from '../ledger-support';
import { boughtBy, subscriberOf } from './top-up-support';

const HOUR_MS = 60 * MINUTE_MS;
const RULE = { packId: 'pack-125', belowCredits: 20, monthlyCapCents: 10_000 };

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open(20);
});
beforeEach(() => books.setClock(START));
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

const subscriber = (rule: object = {}) => subscriberOf(books, { ...RULE, ...rule });

let requests = 0;
async function reserve(account: string, credits: number): Promise<void> {
  requests += 1;
  await granted(books.reserve(account, `r-${requests}`, credits));
}

const begin = (account: string) => granted(books.ledger.topUps.begin(account));
const bought = (account: string) => boughtBy(books, account);

async function decline(account: string): Promise<void> {
  const { purchaseId } = await bought(account);
  await granted(books.ledger.purchases.close(account, purchaseId, 'declined', 'card-declined'));
}

test('a top-up is due when fewer credits are available than it says, and opens the purchase at today’s price', async () => {
  const account = await subscriber({ paymentMethod: 'card_1' });
  await reserve(account, 130);
  expect(books.messageKinds(account)).toEqual([]);
  expect(await begin(account)).toEqual({ step: 'none', reason: 'enough' });
  await reserve(account, 1);
  expect(books.messageKinds(account)).toEqual(['top-up']);
  const purchase = await bought(account);
  expect(purchase).toEqual({
    accountId: account,
    purchaseId: 'top-up-1',
    packId: 'pack-125',
    shownPriceCents: 4900,
    currency: 'USD',
    paymentMethod: 'card_1',
  });
  // The purchase's own workflow finds its intent.
  const { accountId, purchaseId, ...body } = purchase;
  expect(await books.ledger.purchases.open(accountId, purchaseId, body)).toMatchObject({
    ok: true,
    replayed: true,
  });
});

test('a top-up buys one pack at a time, however many requests ask at once; a pending purchase is answered again', async () => {
  const account = await subscriber();
  await atOnce(32, (index) => books.reserve(account, `dry-${index}`, 10));
  const steps = await atOnce(20, () => begin(account));
  expect(new Set(steps.map((step) => JSON.stringify(step))).size).toBe(1);
  expect(steps[0]).toMatchObject({ step: 'buy', purchase: { purchaseId: 'top-up-1' } });
  books.messageKinds(account);
  await books.reserve(account, 'again', 150);
  expect(books.messageKinds(account)).not.toContain('top-up');
});

test('a top-up goes on while it is needed, up to the month’s cap and never beyond, and gives one notice of it', async () => {
  const account = await subscriber();
  await reserve(account, 150);
  for (const payment of ['a', 'b']) {
    const { purchaseId } = await bought(account);
    await granted(books.ledger.purchases.settle(account, purchaseId, payment));
    await reserve(account, 125);
  }
  expect(await begin(account)).toEqual({ step: 'none', reason: 'monthly-cap' });
  await books.reserve(account, 'more', 1);
  const told = (await books.ledger.accountNotices(account)).filter(
    ({ type }) => type === 'top-up-failed',
  );
  expect(told).toMatchObject([
    { data: { packId: 'pack-125', reason: 'monthly-cap', stopped: false, retryAt: null } },
  ]);
  expect(await books.ledger.accountSettings(account)).toMatchObject({
    topUp: { spentThisMonthCents: 9800 },
  });
  await granted(books.ledger.subscriptions.renew(account, 's', 'p2'));
  await books.setClock('2030-02-01T00:00:00.000Z');
  await granted(books.ledger.subscriptions.grantCycles(account, 's'));
  await reserve(account, 150);
  expect(await bought(account)).toMatchObject({ purchaseId: 'top-up-3' });
});

test('a top-up of a pack that is no longer sold buys nothing, and gives a notice with the old price', async () => {
  const account = await subscriber({ packId: 'pack-300', monthlyCapCents: 20_000 });
  await reserve(account, 140);
  const damage =
    "UPDATE holdfast.catalog_versions SET document = document #- '{packs,pack-300}' WHERE version = 2";
  await books.owner.query(
    "INSERT INTO holdfast.catalog_versions (version, effective_from, document) SELECT 2, $1, jsonb_set(document, '{version}', '2') FROM holdfast.catalog_versions",
    [START],
  );
  await books.owner.query(damage);
  try {
    await books.ledger.outbox.attend(account);
    expect(await begin(account)).toEqual({ step: 'none', reason: 'pack-not-sold' });
    const [told] = await books.ledger.accountNotices(account);
    expect(told).toMatchObject({
      data: { reason: 'pack-not-sold', packId: 'pack-300', priceCents: 9900, currency: 'USD' },
    });
  } finally {
    await books.owner.query('DELETE FROM holdfast.catalog_versions WHERE version = 2');
  }
});

test('a top-up counts what waiting requests need', async () => {
  const account = await subscriber();
  await books.park(account, 'parked', 200);
  expect(books.messageKinds(account)).toContain('top-up');
  const { purchaseId } = await bought(account);
  await granted(books.ledger.purchases.settle(account, purchaseId, 'x'));
  expect(books.woken(account)).toEqual(['parked']);
});

test('a top-up waits an hour after a decline, then six, and is given up after the third, each with a notice', async () => {
  const account = await subscriber();
  await reserve(account, 150);
  await decline(account);
  expect(books.messageKinds(account)).toContain('top-up');
  const retryAt = later(START, HOUR_MS);
  expect(await begin(account)).toEqual({ step: 'later', at: START, retryAt });
  await books.reserve(account, 'dry', 1);
  expect(books.messageKinds(account)).not.toContain('top-up');
  await books.setClock(retryAt);
  await decline(account);
  expect(await begin(account)).toMatchObject({
    step: 'later',
    retryAt: later(retryAt, 6 * HOUR_MS),
  });
  await books.setClock(later(retryAt, 6 * HOUR_MS));
  await decline(account);
  expect(await begin(account)).toEqual({ step: 'none', reason: 'stopped' });
  expect(await books.ledger.accountSettings(account)).toMatchObject({
    topUp: { failures: 3, retryAt: null, stoppedWhy: 'card-declined', spentThisMonthCents: 0 },
  });
  const told = (await books.ledger.accountNotices(account))
    .filter(({ type }) => type === 'top-up-failed')
    .reverse();
  expect(told.map(({ data }) => data)).toMatchObject([
    {
      purchaseId: 'top-up-1',
      priceCents: 4900,
      currency: 'USD',
      reason: 'card-declined',
      retryAt,
      stopped: false,
    },
    { purchaseId: 'top-up-2', stopped: false },
    { purchaseId: 'top-up-3', retryAt: null, stopped: true },
  ]);
  const another = { ...RULE, paymentMethod: 'card_2' };
  await granted(
    books.ledger.settings.setTopUp({ accountId: account, key: 'again', topUp: another }),
  );
  expect(await bought(account)).toMatchObject({ purchaseId: 'top-up-4' });
});

test('a top-up whose payments are all given back is not repeated in a loop either', async () => {
  const account = await subscriber();
  await reserve(account, 150);
  const { purchaseId } = await bought(account);
  await granted(
    books.ledger.purchases.close(account, purchaseId, 'returned', 'refunded-by-provider'),
  );
  expect(await begin(account)).toMatchObject({ step: 'later', retryAt: later(START, HOUR_MS) });
});

test('a successful top-up ends a row of declines', async () => {
  const account = await subscriber();
  await reserve(account, 150);
  await decline(account);
  await books.setClock(later(START, HOUR_MS));
  const { purchaseId } = await bought(account);
  await granted(books.ledger.purchases.settle(account, purchaseId, 'x'));
  expect(await books.ledger.accountSettings(account)).toMatchObject({
    topUp: { failures: 0, retryAt: null },
  });
});

test('a top-up buys nothing after a cancellation, without a subscription, or when it is off', async () => {
  const [cancelled, lapsed, off] = [await subscriber(), await subscriber(), await subscriber()];
  await granted(books.ledger.subscriptions.cancelAtPeriodEnd(cancelled, 's', 'k'));
  await granted(books.ledger.subscriptions.endNow(lapsed, 's', 'k'));
  await granted(books.ledger.settings.setTopUp({ accountId: off, key: 'off', topUp: null }));
  books.messageKinds(cancelled);
  await books.reserve(cancelled, 'r', 150);
  await books.reserve(off, 'r', 150);
  expect(books.messageKinds(cancelled)).not.toContain('top-up');
  expect(await begin(cancelled)).toEqual({ step: 'none', reason: 'subscription-cancelled' });
  expect(await begin(lapsed)).toEqual({ step: 'none', reason: 'no-subscription' });
  expect(await begin(off)).toEqual({ step: 'none', reason: 'off' });
  expect(await begin('nobody')).toEqual({ step: 'none', reason: 'off' });
});

test('purchases by hand are neither counted towards the cap nor mistaken for a top-up', async () => {
  const account = await subscriber();
  await granted(
    books.ledger.purchases.open(account, 'top-up-1', {
      packId: 'pack-450',
      shownPriceCents: 14_900,
    }),
  );
  await reserve(account, 150);
  expect(await bought(account)).toMatchObject({ purchaseId: 'top-up-2', packId: 'pack-125' });
  expect(await books.ledger.accountSettings(account)).toMatchObject({
    topUp: { spentThisMonthCents: 4900 },
  });
});

test.each([
  ['a cap below the pack’s price', { ...RULE, monthlyCapCents: 4_899 }, 'TOP_UP_CAP_TOO_LOW'],
  ['a pack that is not sold', { ...RULE, packId: 'pack-1' }, 'UNKNOWN_PACK'],
])('a top-up with %s is refused, and the earlier setting stays', async (_, topUp, code) => {
  const account = await subscriber();
  expect(
    await refusal(books.ledger.settings.setTopUp({ accountId: account, key: 'bad', topUp })),
  ).toMatchObject({
    code,
  });
  expect(await books.ledger.accountSettings(account)).toMatchObject({ topUp: RULE });
});
