import type { TopUpRule } from '../../../contract/top-up';
import { granted, later, MINUTE_MS, newId, START } from '../ledger-support';
import { PACK, Shop } from '../purchase/purchase-support';
import { FEBRUARY, HOUR_MS } from '../subscription/subscription-support';

const RULE: TopUpRule = { packId: PACK, belowCredits: 20, monthlyCapCents: 10_000 };
const USD_PACK = { credits: 125, priceCents: 4900, currency: 'USD' };

let shop: Shop;
beforeEach(async () => {
  shop = await Shop.open();
});
afterEach(async () => {
  await shop.subs.expectBalanced();
  await shop.books.close();
});

/** A subscriber who has spent all of the cycle's credits and tops up below 20. */
async function dry(rule: Partial<TopUpRule> = {}): Promise<string> {
  const account = await shop.subs.subscribed();
  await set(account, rule);
  await granted(shop.books.reserve(account, newId('r'), 150));
  // test/ledger/settings/top-up-limits.test.ts has the pause.
  const limits = { topUpPauseSeconds: 0 };
  const word = { reason: 'no pause', by: 'test' };
  const { settings } = shop.books.ledger;
  await granted(settings.setOperatorLimits({ accountId: account, limits, ...word }));
  return account;
}

const set = (accountId: string, rule: Partial<TopUpRule> | null) =>
  granted(
    shop.books.ledger.settings.setTopUp({
      accountId,
      key: newId('key'),
      topUp: rule && { ...RULE, ...rule },
    }),
  );

const begin = (account: string) => granted(shop.books.ledger.topUps.begin(account));

async function bought(account: string): Promise<string> {
  const step = await begin(account);
  if (step.step !== 'buy') throw new Error(`Nothing is bought: ${JSON.stringify(step)}`);
  return step.purchase.purchaseId;
}

async function told(account: string) {
  const notices = await shop.books.ledger.accountNotices(account);
  return notices.filter(({ type }) => type === 'top-up-failed').map(({ data }) => data);
}

const topUpOf = async (account: string) => (await shop.books.ledger.accountSettings(account)).topUp;

describe('an automatic purchase is not charged', () => {
  const WITHDRAWN: [string, (account: string) => Promise<unknown>][] = [
    [
      'after a cancellation at the period’s end',
      (account) => granted(shop.subs.subscriptions.cancelAtPeriodEnd(account, 's', 'c')),
    ],
    [
      'after an end at once',
      (account) => granted(shop.subs.subscriptions.endNow(account, 's', 'e')),
    ],
    ['after the top-up was turned off', (account) => set(account, null)],
    [
      'after another pack was set',
      (account) => set(account, { packId: 'pack-300', monthlyCapCents: 20_000 }),
    ],
    [
      'after all its admissions were stopped',
      (accountId) =>
        granted(
          shop.books.ledger.settings.stop({
            accountId,
            kind: null,
            reason: 'chargeback',
            by: 'sam',
          }),
        ),
    ],
    ['after something else was to pay', (account) => set(account, { paymentMethod: 'card_2' })],
  ];
  test.each(WITHDRAWN)(
    '%s between its opening and the charge, and that is no decline',
    async (_, withdraw) => {
      const account = await dry();
      const purchaseId = await bought(account);
      expect(await shop.purchase(account, purchaseId)).toMatchObject({
        status: 'open',
        mayCharge: true,
      });
      await withdraw(account);
      expect(await shop.purchase(account, purchaseId)).toMatchObject({
        status: 'open',
        mayCharge: false,
      });
      await granted(shop.purchases.close(account, purchaseId, 'voided', 'void-requested'));
      expect(await told(account)).toEqual([]);
      const { rows } = await shop.books.owner.query(
        'SELECT top_up_failures AS failures FROM holdfast.account_settings WHERE account_id = $1',
        [account],
      );
      expect(rows).toEqual([{ failures: 0 }]);
    },
  );

  test('after the cap was lowered below what it spends together with this purchase', async () => {
    const account = await dry();
    await granted(shop.settle(account, await bought(account), 'first'));
    await granted(shop.books.reserve(account, 'more', 125));
    const purchaseId = await bought(account);
    await set(account, { monthlyCapCents: 9_799 });
    expect(await shop.purchase(account, purchaseId)).toMatchObject({ mayCharge: false });
  });

  test('after a cancellation, and a new one is bought once the cancellation is taken back', async () => {
    const account = await dry();
    const purchaseId = await bought(account);
    await granted(shop.subs.subscriptions.cancelAtPeriodEnd(account, 's', 'c'));
    await granted(shop.purchases.close(account, purchaseId, 'voided', 'void-requested'));
    expect(await begin(account)).toEqual({ step: 'none', reason: 'subscription-cancelled' });
    await granted(shop.subs.subscriptions.resume(account, 's', 'r'));
    expect(await bought(account)).toBe('top-up-2');
  });

  test('only where the setting has changed: the same setting again keeps it, and a decline counts under any setting', async () => {
    const account = await dry();
    const purchaseId = await bought(account);
    await set(account, {});
    expect(await shop.purchase(account, purchaseId)).toMatchObject({ mayCharge: true });
    await granted(shop.subs.subscriptions.cancelAtPeriodEnd(account, 's', 'c'));
    await granted(shop.purchases.close(account, purchaseId, 'declined', 'card-declined'));
    expect(await topUpOf(account)).toMatchObject({ failures: 1 });
  });
});

describe('a price that its owner has not seen', () => {
  const RAISED = later(START, HOUR_MS);

  test('is not charged: one notice is given, and the top-up goes on when it is set again', async () => {
    const account = await dry();
    await shop.sellFrom(RAISED, { ...USD_PACK, priceCents: 4901 });
    await shop.books.setClock(RAISED);
    expect(await begin(account)).toEqual({ step: 'none', reason: 'price-changed' });
    for (let times = 0; times < 2; times += 1) await shop.books.ledger.outbox.attend(account);
    const failure = { packId: PACK, priceCents: 4901, currency: 'USD', reason: 'price-changed' };
    expect(await told(account)).toEqual([{ ...failure, retryAt: null, stopped: true }]);
    expect(await topUpOf(account)).toMatchObject({ failures: 0, stoppedWhy: 'price-changed' });
    await set(account, {});
    expect(await topUpOf(account)).toMatchObject({ stoppedWhy: null });
    expect(await shop.purchase(account, await bought(account))).toMatchObject({ priceCents: 4901 });
  });

  test('is charged where the price has fallen', async () => {
    const account = await dry();
    await shop.sellFrom(RAISED, { ...USD_PACK, priceCents: 4800 });
    await shop.books.setClock(RAISED);
    expect(await shop.purchase(account, await bought(account))).toMatchObject({ priceCents: 4800 });
  });

  test('is not charged in another currency, in which the cap would mean something else', async () => {
    const account = await dry();
    await granted(shop.settle(account, await bought(account), 'first'));
    await granted(shop.books.reserve(account, 'more', 125));
    await shop.sellFrom(RAISED, { ...USD_PACK, currency: 'KWD' });
    await shop.books.setClock(RAISED);
    expect(await begin(account)).toEqual({ step: 'none', reason: 'price-changed' });
    await set(account, {});
    // Spending in the other currency does not count towards this currency's cap.
    expect(await topUpOf(account)).toMatchObject({ spentThisMonthCents: 0, stoppedWhy: null });
    await bought(account);
    expect(await topUpOf(account)).toMatchObject({ spentThisMonthCents: 4900 });
  });

  test('does not apply to a purchase that was opened before', async () => {
    const account = await dry();
    const purchaseId = await bought(account);
    await shop.sellFrom(later(START, MINUTE_MS), { ...USD_PACK, priceCents: 9900 });
    await shop.books.setClock(later(START, MINUTE_MS));
    expect(await shop.purchase(account, purchaseId)).toMatchObject({
      priceCents: 4900,
      mayCharge: true,
    });
    await granted(shop.settle(account, purchaseId));
    expect(await topUpOf(account)).toMatchObject({ spentThisMonthCents: 4900 });
  });
});

test('a payment that is pending over the turn of the month counts in the month in which it is paid', async () => {
  const account = await dry({ monthlyCapCents: 4900 });
  await shop.books.setClock('2030-01-31T23:59:59.999Z');
  const purchaseId = await bought(account);
  await granted(shop.subs.renew(account));
  await shop.books.setClock(FEBRUARY);
  await granted(shop.subs.subscriptions.grantCycles(account, 's'));
  expect(await topUpOf(account)).toMatchObject({ spentThisMonthCents: 4900 });
  await granted(shop.settle(account, purchaseId));
  expect(await topUpOf(account)).toMatchObject({ spentThisMonthCents: 4900 });
  await granted(shop.books.reserve(account, newId('r'), 150 + 125));
  expect(await begin(account)).toEqual({ step: 'none', reason: 'monthly-cap' });
});

test('a top-up that has reached its cap is due when the month turns, though nothing happens in the account', async () => {
  const account = await dry({ packId: 'pack-450', belowCredits: 400, monthlyCapCents: 14_900 });
  await granted(shop.settle(account, await bought(account)));
  await granted(shop.books.reserve(account, newId('r'), 450));
  await granted(shop.subs.renew(account));
  const { outbox } = shop.books.ledger;
  const told =
    "UPDATE holdfast.notices SET status = 'delivered', settled_at = now() WHERE status = 'pending'";
  // Looked after meanwhile for another reason: the credits that would have expired without the renewal.
  await shop.books.setClock(later(FEBRUARY, -5 * 24 * HOUR_MS));
  await outbox.attend(account);
  await shop.books.owner.query(told);
  const due = (at: string) => outbox.unattended(at, START, null, 10);
  expect(await due(later(FEBRUARY, -1))).toEqual([]);
  expect(await due(FEBRUARY)).toEqual([{ accountId: account }]);
  await shop.books.setClock(FEBRUARY);
  shop.books.messageKinds(account);
  await outbox.attend(account);
  expect(shop.books.messageKinds(account)).toEqual(['top-up']);
  expect(await bought(account)).toBe('top-up-2');
});

test('credits of a paid cycle that has begun count before they are granted', async () => {
  const account = await dry();
  await granted(shop.subs.renew(account));
  await shop.books.setClock(FEBRUARY);
  await shop.books.ledger.outbox.attend(account);
  expect(await begin(account)).toEqual({ step: 'none', reason: 'enough' });
  await granted(shop.subs.subscriptions.grantCycles(account, 's'));
  expect(await begin(account)).toEqual({ step: 'none', reason: 'enough' });
  expect((await shop.books.ledger.balance(account)).available).toBe(150);
});

test.each([
  ['the account', (accountId: string) => ({ accountId, kind: null })],
  ['everything', () => ({ accountId: null, kind: null })],
])(
  'a top-up buys nothing while %s is stopped, and goes on after the stop’s end',
  async (_, scopeOf) => {
    const account = await dry();
    const scope = scopeOf(account);
    await granted(shop.books.ledger.settings.stop({ ...scope, reason: 'chargeback', by: 'sam' }));
    shop.books.messageKinds(account);
    expect(await begin(account)).toEqual({ step: 'none', reason: 'admissions-stopped' });
    await granted(shop.books.ledger.settings.admit(scope));
    expect(await bought(account)).toBe('top-up-1');
  },
);

test('a top-up still buys credits for the other kinds during a stop of one kind', async () => {
  const account = await dry();
  const stop = { accountId: account, kind: 'ai-avatar', reason: 'it is down', by: 'sam' };
  await granted(shop.books.ledger.settings.stop(stop));
  expect(await bought(account)).toBe('top-up-1');
});

test('a top-up that is paid when no subscription is live any more is given back with a notice, and not bought again', async () => {
  const account = await dry();
  const purchaseId = await bought(account);
  await granted(shop.subs.subscriptions.endNow(account, 's', 'e'));
  expect(await granted(shop.settle(account, purchaseId))).toMatchObject({ status: 'returning' });
  expect(await begin(account)).toEqual({ step: 'none', reason: 'pending' });
  await granted(shop.purchases.close(account, purchaseId, 'returned', 'returned'));
  expect(await begin(account)).toEqual({ step: 'none', reason: 'no-subscription' });
  expect(await told(account)).toMatchObject([
    { purchaseId, reason: 'subscription-ended', stopped: false },
  ]);
});

test('a cap that was raised and is reached again gives a notice again', async () => {
  const account = await dry({ monthlyCapCents: 4900 });
  for (const monthlyCapCents of [4900, 4900, 9800]) {
    await set(account, { monthlyCapCents });
    const step = await begin(account);
    if (step.step === 'buy') await granted(shop.settle(account, step.purchase.purchaseId));
    await granted(shop.books.reserve(account, newId('r'), step.step === 'buy' ? 125 : 1)).catch(
      () => {},
    );
  }
  expect(await told(account)).toMatchObject([{ reason: 'monthly-cap' }, { reason: 'monthly-cap' }]);
});
