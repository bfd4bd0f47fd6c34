import type { OperatorLimitsRequest } from '../../../contract/operator-limits';
import type { TopUpRule } from '../../../contract/top-up';
import {
  atOnce,
  DAY_MS,
  granted,
  later,
  MINUTE_MS,
  newId,
  refusal,
  START,
} from '../ledger-support';
import { PACK, Shop } from '../purchase/purchase-support';
import { HOUR_MS } from '../subscription/subscription-support';

const RULE: TopUpRule = { packId: PACK, belowCredits: 20, monthlyCapCents: 1_000_000 };
const PAUSE_MS = 10 * MINUTE_MS;

let shop: Shop;
beforeEach(async () => {
  shop = await Shop.open({}, 20);
});
afterEach(async () => {
  await shop.subs.expectBalanced();
  await shop.books.close();
});

const set = (accountId: string, rule: Partial<TopUpRule> | null, isOwned?: boolean) =>
  shop.books.ledger.settings.setTopUp(
    { accountId, key: newId('key'), topUp: rule && { ...RULE, ...rule } },
    isOwned,
  );

const limit = (accountId: string | null, limits: OperatorLimitsRequest['limits']) =>
  granted(
    shop.books.ledger.settings.setOperatorLimits({ accountId, limits, reason: 'r', by: 'sam' }),
  );

const begin = (account: string) => granted(shop.books.ledger.topUps.begin(account));

/** A subscriber who has spent all of the cycle's credits and tops up below 20. */
async function dry(rule: Partial<TopUpRule> = {}): Promise<string> {
  const account = await shop.subs.subscribed();
  await granted(set(account, rule));
  await spend(account, 150);
  return account;
}

const spend = (account: string, credits: number) =>
  granted(shop.books.reserve(account, newId('r'), credits));

async function bought(account: string): Promise<string> {
  const step = await begin(account);
  if (step.step !== 'buy') throw new Error(`Nothing is bought: ${JSON.stringify(step)}`);
  return step.purchase.purchaseId;
}

/** Buys a pack, which is paid, and spends it. */
async function buyAndSpend(account: string): Promise<void> {
  await granted(shop.settle(account, await bought(account), newId('pay')));
  await spend(account, 125);
}

async function decline(account: string, neverAgain = false): Promise<void> {
  const purchaseId = await bought(account);
  await granted(shop.purchases.close(account, purchaseId, 'declined', 'card-declined', neverAgain));
}

const told = async (account: string) =>
  (await shop.books.ledger.accountNotices(account))
    .filter(({ type }) => type === 'top-up-failed')
    .map(({ data }) => data)
    .reverse();

const topUpOf = async (account: string) => (await shop.books.ledger.accountSettings(account)).topUp;

describe('a threshold lies below the pack’s credits', () => {
  test.each([125, 126, Number.MAX_SAFE_INTEGER])(
    'so %p of a pack of 125 is refused, and the earlier rule stays',
    async (belowCredits) => {
      const account = await dry();
      expect(await refusal(set(account, { belowCredits }))).toEqual({
        code: 'TOP_UP_THRESHOLD_TOO_HIGH',
        details: { packId: PACK, belowCredits, credits: 125 },
      });
      expect(await topUpOf(account)).toMatchObject(RULE);
      await granted(set(account, { belowCredits: 124 }));
    },
  );

  test('so a rule of an earlier version buys one pack, not one after the other', async () => {
    const account = await dry();
    const rule = 'UPDATE holdfast.account_settings SET top_up_below = 9007199254740991';
    await shop.books.owner.query(rule);
    await granted(shop.settle(account, await bought(account)));
    await shop.books.advanceClock(DAY_MS);
    expect(await begin(account)).toEqual({ step: 'none', reason: 'enough' });
    expect(await topUpOf(account)).toMatchObject({ belowCredits: Number.MAX_SAFE_INTEGER });
  });

  test('also where the pack’s credits have fallen since', async () => {
    const account = await dry({ belowCredits: 100 });
    const at = later(START, HOUR_MS);
    await shop.sellFrom(at, { credits: 50, priceCents: 4900, currency: 'USD' });
    await shop.books.setClock(at);
    await granted(shop.settle(account, await bought(account)));
    await shop.books.advanceClock(DAY_MS);
    expect(await begin(account)).toEqual({ step: 'none', reason: 'enough' });
  });
});

describe('automatic purchases have limits that no owner sets', () => {
  test('three a day, told once, and again on the next day', async () => {
    const account = await dry();
    for (let times = 0; times < 3; times += 1) {
      await buyAndSpend(account);
      await shop.books.advanceClock(PAUSE_MS);
    }
    expect(await begin(account)).toEqual({ step: 'none', reason: 'top-ups-per-day' });
    for (let times = 0; times < 3; times += 1) await shop.books.ledger.outbox.attend(account);
    const tomorrow = later(START, DAY_MS);
    expect(await told(account)).toMatchObject([
      { reason: 'top-ups-per-day', retryAt: tomorrow, stopped: false },
    ]);
    // An account that has run dry may have no operations of its own.
    const { rows } = await shop.books.owner.query(
      'SELECT next_notice_at <= $2 AS due FROM holdfast.accounts WHERE account_id = $1',
      [account, tomorrow],
    );
    expect(rows).toEqual([{ due: true }]);
    await shop.books.setClock(tomorrow);
    shop.books.messageKinds(account);
    await shop.books.ledger.outbox.attend(account);
    expect(shop.books.messageKinds(account)).toContain('top-up');
    await buyAndSpend(account);
  });

  test('a pause of ten minutes after each that was bought, which no notice tells', async () => {
    const account = await dry();
    await buyAndSpend(account);
    shop.books.messageKinds(account);
    expect(await begin(account)).toEqual({ step: 'none', reason: 'pausing' });
    await shop.books.setClock(later(START, PAUSE_MS - 1));
    await shop.books.ledger.outbox.attend(account);
    expect(shop.books.messageKinds(account)).not.toContain('top-up');
    await shop.books.setClock(later(START, PAUSE_MS));
    await shop.books.ledger.outbox.attend(account);
    expect(shop.books.messageKinds(account)).toContain('top-up');
    expect(await told(account)).toEqual([]);
    await bought(account);
  });

  test('and an operator sets them otherwise, for one account or for all', async () => {
    const [account, other] = [await dry(), await dry()];
    await limit(account, { topUpsPerDayMax: 5, topUpPauseSeconds: 0 });
    await limit(null, { topUpsPerDayMax: 0 });
    for (let times = 0; times < 5; times += 1) await buyAndSpend(account);
    expect(await begin(account)).toEqual({ step: 'none', reason: 'top-ups-per-day' });
    expect(await begin(other)).toEqual({ step: 'none', reason: 'top-ups-per-day' });
  });

  test('an operator’s cap counts where it is below the owner’s, and withdraws an open purchase', async () => {
    const account = await dry();
    await limit(account, { topUpMonthlyCapCents: 5_000, topUpPauseSeconds: 0 });
    await buyAndSpend(account);
    expect(await begin(account)).toEqual({ step: 'none', reason: 'monthly-cap' });
    expect(await told(account)).toMatchObject([{ reason: 'monthly-cap', retryAt: null }]);
    await limit(account, { topUpMonthlyCapCents: 10_000 });
    const purchaseId = await bought(account);
    await limit(account, { topUpMonthlyCapCents: 5_000 });
    expect(await shop.purchase(account, purchaseId)).toMatchObject({ mayCharge: false });
  });

  test('an operator’s number of purchases a day counts those by hand as well', async () => {
    const account = await dry();
    await limit(account, { purchasesPerDayMax: 1 });
    await granted(shop.buy(account, 'by-hand'));
    expect(await begin(account)).toEqual({ step: 'none', reason: 'purchases-per-day' });
    expect(await refusal(shop.buy(account, 'more'))).toEqual({
      code: 'PURCHASE_LIMIT_REACHED',
      details: { purchasesPerDayMax: 1, resetsAt: later(START, DAY_MS) },
    });
    await granted(shop.purchases.close(account, 'by-hand', 'voided', 'cancelled'));
    await granted(shop.buy(account, 'more'));
  });

  test('whatever is asked for at once', async () => {
    const account = await dry();
    for (let day = 0; day < 2; day += 1) {
      for (let times = 0; times < 10; times += 1) {
        const steps = await atOnce(10, () => begin(account));
        for (const step of steps) {
          if (step.step === 'buy') await granted(shop.settle(account, step.purchase.purchaseId));
        }
        const { available } = await shop.books.ledger.balance(account);
        if (available > 0) await spend(account, available);
        await shop.books.advanceClock(HOUR_MS);
      }
      expect(await shop.packGrants(account)).toHaveLength(3 * (day + 1));
      await shop.books.setClock(later(START, (day + 1) * DAY_MS));
    }
  });
});

describe('declines belong to their payment method', () => {
  test('saving the same one again forgets none: the next attempt comes when it would have come', async () => {
    const account = await dry();
    await decline(account);
    const retryAt = later(START, HOUR_MS);
    for (const rule of [{}, { belowCredits: 30 }, null, {}]) {
      await granted(set(account, rule));
      if (rule === null) continue;
      expect(await begin(account)).toEqual({ step: 'later', at: START, retryAt });
    }
    expect(await topUpOf(account)).toMatchObject({ failures: 1, retryAt });
  });

  test('a stopped one that is saved again is charged once a day at most', async () => {
    const account = await dry();
    for (let times = 0; times < 3; times += 1) {
      await decline(account);
      await shop.books.advanceClock(6 * HOUR_MS);
    }
    const third = 12 * HOUR_MS;
    expect(await begin(account)).toEqual({ step: 'none', reason: 'stopped' });
    expect(await topUpOf(account)).toMatchObject({ stoppedWhy: 'card-declined', retryAt: null });
    for (let times = 0; times < 20; times += 1) await granted(set(account, {}));
    const retryAt = later(START, third + DAY_MS);
    expect(await begin(account)).toMatchObject({ step: 'later', retryAt });
    await shop.books.setClock(retryAt);
    await decline(account);
    expect(await topUpOf(account)).toMatchObject({ failures: 4, stoppedWhy: 'card-declined' });
  });

  test('so going to and fro between two cards charges neither sooner', async () => {
    const account = await dry({ paymentMethod: 'card_1' });
    await decline(account);
    await granted(set(account, { paymentMethod: 'card_2' }));
    await decline(account);
    const retryAt = later(START, HOUR_MS);
    for (const paymentMethod of ['card_1', 'card_2', 'card_1']) {
      await granted(set(account, { paymentMethod }));
      expect(await begin(account)).toEqual({ step: 'later', at: START, retryAt });
      expect(await topUpOf(account)).toMatchObject({ failures: 1 });
    }
    await granted(set(account, { paymentMethod: 'card_3' }));
    await bought(account);
  });

  test('and a purchase by hand that is paid with it begins anew', async () => {
    const account = await dry();
    await decline(account);
    await granted(shop.buy(account, 'by-hand'));
    await granted(shop.settle(account, 'by-hand'));
    expect(await topUpOf(account)).toMatchObject({ failures: 0, retryAt: null });
  });

  test('one that must never be charged again stops the top-up at once, until another is given', async () => {
    const account = await dry({ paymentMethod: 'card_1' });
    await decline(account, true);
    expect(await begin(account)).toEqual({ step: 'none', reason: 'stopped' });
    expect(await told(account)).toMatchObject([{ stopped: true, retryAt: null }]);
    const refused = { code: 'PAYMENT_METHOD_REFUSED', details: { reason: 'card-declined' } };
    expect(await refusal(set(account, { paymentMethod: 'card_1' }))).toEqual(refused);
    await shop.books.advanceClock(100 * DAY_MS);
    expect(await refusal(set(account, { paymentMethod: 'card_1' }))).toEqual(refused);
    await shop.books.setClock(START);
    await granted(set(account, { paymentMethod: 'card_2' }));
    await bought(account);
  });

  test('one that was refused for good by hand is not charged automatically either, told once', async () => {
    const account = await dry();
    await granted(shop.buy(account, 'by-hand'));
    await granted(shop.purchases.close(account, 'by-hand', 'declined', 'card-stolen', true));
    expect(await begin(account)).toEqual({ step: 'none', reason: 'payment-method-refused' });
    for (let times = 0; times < 2; times += 1) await shop.books.ledger.outbox.attend(account);
    expect(await told(account)).toMatchObject([
      { reason: 'payment-method-refused', stopped: true, retryAt: null },
    ]);
    expect(await topUpOf(account)).toMatchObject({ stoppedWhy: 'card-stolen' });
  });

  test('fifteen in 30 days are the most, however the settings change in between', async () => {
    const account = await dry();
    let clock = START;
    for (let times = 0; times < 15; times += 1) {
      await granted(set(account, { paymentMethod: `card_${times}` }));
      await decline(account);
      clock = later(clock, 10 * MINUTE_MS);
      await shop.books.setClock(clock);
    }
    await granted(set(account, { paymentMethod: 'card_15' }));
    expect(await begin(account)).toEqual({ step: 'none', reason: 'payment-attempts' });
    const retryAt = later(START, 30 * DAY_MS);
    expect((await told(account)).at(-1)).toMatchObject({ reason: 'payment-attempts', retryAt });
    expect(await refusal(shop.buy(account, 'by-hand'))).toEqual({
      code: 'PAYMENT_ATTEMPTS_EXCEEDED',
      details: { attempts: 15, within: 'P30D', retryAt },
    });
    await limit(account, { declinesMax: 16 });
    await bought(account);
  });
});

test('purchases that are withdrawn by one setting after the other are tried ten times an hour', async () => {
  const account = await dry();
  for (let times = 0; times < 10; times += 1) {
    const purchaseId = await bought(account);
    await granted(set(account, { paymentMethod: `card_${times}` }));
    await granted(shop.purchases.close(account, purchaseId, 'voided', 'void-requested'));
  }
  expect(await begin(account)).toEqual({ step: 'none', reason: 'payment-attempts' });
  const retryAt = later(START, HOUR_MS);
  expect(await told(account)).toMatchObject([{ reason: 'payment-attempts', retryAt }]);
  await shop.books.setClock(retryAt);
  await bought(account);
});

test.each([true, undefined])(
  'a payment method of which the provider says %p is kept',
  async (isOwned) => {
    const account = await shop.subs.subscribed();
    await granted(set(account, { paymentMethod: 'card_1' }, isOwned));
    expect(await topUpOf(account)).toMatchObject({ paymentMethod: 'card_1' });
  },
);

test('a payment method that is not the account’s by the provider’s word is refused, but a known key is answered', async () => {
  const account = await shop.subs.subscribed();
  const request = { accountId: account, key: 'k', topUp: { ...RULE, paymentMethod: 'card_1' } };
  const { settings } = shop.books.ledger;
  expect(await refusal(settings.setTopUp(request, false))).toMatchObject({
    code: 'PAYMENT_METHOD_NOT_OWNED',
  });
  expect(await topUpOf(account)).toBeNull();
  const first = await granted(settings.setTopUp(request, true));
  expect(await settings.setTopUp(request, false)).toMatchObject({ replayed: true, value: first });
});
