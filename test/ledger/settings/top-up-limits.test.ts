import { atOnce, DAY_MS, granted, later, MINUTE_MS, refusal, START } from '../ledger-support';
import { PACK, type Shop } from '../purchase/purchase-support';
import { HOUR_MS } from '../subscription/subscription-support';
import { RULE, TopUpBooks } from './top-up-support';

const PAUSE_MS = 10 * MINUTE_MS;

let topUps: TopUpBooks;
let shop: Shop;
beforeEach(async () => {
  topUps = await TopUpBooks.open();
  ({ shop } = topUps);
});
afterEach(() => topUps.close());

describe('a threshold lies below the pack’s credits', () => {
  test.each([125, 126, Number.MAX_SAFE_INTEGER])(
    'so %p of a pack of 125 is refused, and the earlier rule stays',
    async (belowCredits) => {
      const account = await topUps.dry();
      expect(await refusal(topUps.set(account, { belowCredits }))).toEqual({
        code: 'TOP_UP_THRESHOLD_TOO_HIGH',
        details: { packId: PACK, belowCredits, credits: 125 },
      });
      expect(await topUps.topUpOf(account)).toMatchObject(RULE);
      await granted(topUps.set(account, { belowCredits: 124 }));
    },
  );

  test('so a rule of an earlier version buys one pack, not one after the other', async () => {
    const account = await topUps.dry();
    const setBelow = (credits: number) =>
      shop.books.owner.query('UPDATE holdfast.account_settings SET top_up_below = $1', [credits]);
    await setBelow(Number.MAX_SAFE_INTEGER);
    await granted(shop.settle(account, await topUps.bought(account)));
    await shop.books.advanceClock(DAY_MS);
    expect(await topUps.begin(account)).toEqual({ step: 'none', reason: 'enough' });
    expect(await topUps.topUpOf(account)).toMatchObject({ belowCredits: Number.MAX_SAFE_INTEGER });
    await setBelow(RULE.belowCredits);
  });

  test('also where the pack’s credits have fallen since', async () => {
    const account = await topUps.dry({ belowCredits: 100 });
    const at = later(START, HOUR_MS);
    await shop.sellFrom(at, { credits: 50, priceCents: 4900, currency: 'USD' });
    await shop.books.setClock(at);
    await granted(shop.settle(account, await topUps.bought(account)));
    await shop.books.advanceClock(DAY_MS);
    expect(await topUps.begin(account)).toEqual({ step: 'none', reason: 'enough' });
  });
});

describe('automatic purchases have limits that no owner sets', () => {
  test('three a day, told once, and again on the next day', async () => {
    const account = await topUps.dry();
    for (let times = 0; times < 3; times += 1) {
      await topUps.buyAndSpend(account);
      await shop.books.advanceClock(PAUSE_MS);
    }
    expect(await topUps.begin(account)).toEqual({ step: 'none', reason: 'top-ups-per-day' });
    for (let times = 0; times < 3; times += 1) await shop.books.ledger.outbox.attend(account);
    const tomorrow = later(START, DAY_MS);
    expect(await topUps.told(account)).toMatchObject([
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
    await topUps.buyAndSpend(account);
  });

  test('a pause of ten minutes after each that was bought, which no notice tells', async () => {
    const account = await topUps.dry();
    await topUps.buyAndSpend(account);
    shop.books.messageKinds(account);
    expect(await topUps.begin(account)).toEqual({ step: 'none', reason: 'pausing' });
    await shop.books.setClock(later(START, PAUSE_MS - 1));
    await shop.books.ledger.outbox.attend(account);
    expect(shop.books.messageKinds(account)).not.toContain('top-up');
    await shop.books.setClock(later(START, PAUSE_MS));
    await shop.books.ledger.outbox.attend(account);
    expect(shop.books.messageKinds(account)).toContain('top-up');
    expect(await topUps.told(account)).toEqual([]);
    await topUps.bought(account);
  });

  test('and an operator sets them otherwise, for one account or for all', async () => {
    const [account, other] = [await topUps.dry(), await topUps.dry()];
    await topUps.limit(account, { topUpsPerDayMax: 5, topUpPauseSeconds: 0 });
    await topUps.limit(null, { topUpsPerDayMax: 0 });
    for (let times = 0; times < 5; times += 1) await topUps.buyAndSpend(account);
    expect(await topUps.begin(account)).toEqual({ step: 'none', reason: 'top-ups-per-day' });
    expect(await topUps.begin(other)).toEqual({ step: 'none', reason: 'top-ups-per-day' });
  });

  test('an operator’s cap counts where it is below the owner’s, and withdraws an open purchase', async () => {
    const account = await topUps.dry();
    await topUps.limit(account, { topUpMonthlyCapCents: 5_000, topUpPauseSeconds: 0 });
    await topUps.buyAndSpend(account);
    expect(await topUps.begin(account)).toEqual({ step: 'none', reason: 'monthly-cap' });
    expect(await topUps.told(account)).toMatchObject([{ reason: 'monthly-cap', retryAt: null }]);
    await topUps.limit(account, { topUpMonthlyCapCents: 10_000 });
    const purchaseId = await topUps.bought(account);
    await topUps.limit(account, { topUpMonthlyCapCents: 5_000 });
    expect(await shop.purchase(account, purchaseId)).toMatchObject({ mayCharge: false });
  });

  test('an operator’s number of purchases a day counts those by hand as well', async () => {
    const account = await topUps.dry();
    await topUps.limit(account, { purchasesPerDayMax: 1 });
    await granted(shop.buy(account, 'by-hand'));
    expect(await topUps.begin(account)).toEqual({ step: 'none', reason: 'purchases-per-day' });
    expect(await refusal(shop.buy(account, 'more'))).toEqual({
      code: 'PURCHASE_LIMIT_REACHED',
      details: { purchasesPerDayMax: 1, resetsAt: later(START, DAY_MS) },
    });
    await granted(shop.purchases.close(account, 'by-hand', 'voided', 'cancelled'));
    await granted(shop.buy(account, 'more'));
  });

  test('also for many requests at once', async () => {
    const account = await topUps.dry();
    for (let day = 0; day < 2; day += 1) {
      for (let times = 0; times < 10; times += 1) {
        const steps = await atOnce(10, () => topUps.begin(account));
        for (const step of steps) {
          if (step.step === 'buy') await granted(shop.settle(account, step.purchase.purchaseId));
        }
        const { available } = await shop.books.ledger.balance(account);
        if (available > 0) await topUps.spend(account, available);
        await shop.books.advanceClock(HOUR_MS);
      }
      expect(await shop.packGrants(account)).toHaveLength(3 * (day + 1));
      await shop.books.setClock(later(START, (day + 1) * DAY_MS));
    }
  });
});
