import { atOnce, granted, later, newId, START, TestLedger } from '../ledger-support';
import { newsOf, spendOf } from './settings-support';

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
beforeEach(() => books.setClock(START));
afterAll(async () => {
  await books.expectBalanced();
  await books.close();
});

const news = (account: string) => newsOf(books, account);
const spend = (account: string, credits: number) => spendOf(books, account, credits);

describe('the notice of a low balance', () => {
  async function watched(credits: number): Promise<string> {
    const account = newId();
    await books.grantPromotion(account, credits);
    await granted(
      books.ledger.settings.setLowBalance({
        accountId: account,
        key: 'k',
        lowBalance: [{ credits: 20 }],
      }),
    );
    return account;
  }

  test('comes once per crossing, not once per generation, and again only after a grant has raised the balance', async () => {
    const account = await watched(25);
    await spend(account, 5);
    expect(await news(account)).toEqual([]);
    for (const credits of [1, 1, 1]) await spend(account, credits);
    const low = { left: 19, available: 19, threshold: { credits: 20 }, thresholdCredits: 20 };
    expect(await news(account)).toEqual([{ type: 'balance-low', data: low }]);
    expect(books.messageKinds(account)).toEqual(['notices']);
    await books.grantPromotion(account, 2);
    await spend(account, 1);
    expect(await news(account)).toEqual([]);
    await books.grantPromotion(account, 3);
    await spend(account, 3);
    expect(await news(account)).toMatchObject([{ type: 'balance-low', data: { left: 18 } }]);
  });

  test('does not come for credits that are only reserved: they may come back', async () => {
    const account = await watched(25);
    await granted(books.reserve(account, 'held', 24));
    await granted(books.ledger.release(account, 'held', 'failed'));
    await granted(books.reserve(account, 'partly', 24));
    expect(await news(account)).toEqual([]);
    await granted(books.ledger.commit(account, 'partly', 6, 'file:///o'));
    expect(await news(account)).toMatchObject([{ type: 'balance-low', data: { left: 19 } }]);
  });

  test('comes once where many generations cross the threshold at the same time', async () => {
    const account = await watched(100);
    await atOnce(32, async (index) => {
      await granted(books.reserve(account, `r${index}`, 3));
      await granted(books.ledger.commit(account, `r${index}`, 3, 'file:///o'));
    });
    expect(await news(account)).toMatchObject([{ type: 'balance-low' }]);
  });

  test('follows a share of what the current cycle grants, where the threshold is a percentage', async () => {
    const account = newId();
    const { settings, subscriptions } = books.ledger;
    const lowBalance = [{ percentOfCycle: 10 }, { percentOfCycle: 50 }];
    await granted(settings.setLowBalance({ accountId: account, key: 'k', lowBalance }));
    // Without a subscription there is no share.
    await books.grantPromotion(account, 1);
    expect(await news(account)).toEqual([]);
    await granted(
      subscriptions.subscribe(account, 's', { planId: 'lite-monthly', paymentReference: 'p' }),
    );
    await spend(account, 77);
    expect(await news(account)).toMatchObject([
      { data: { threshold: { percentOfCycle: 50 }, thresholdCredits: 75, left: 74 } },
    ]);
    await spend(account, 60);
    expect(await news(account)).toMatchObject([
      { data: { threshold: { percentOfCycle: 10 }, thresholdCredits: 15, left: 14 } },
    ]);
  });

  test('follows the plan: a larger grant raises the threshold, and the next cycle’s plan lowers it', async () => {
    const account = newId();
    const { settings, subscriptions } = books.ledger;
    await granted(
      subscriptions.subscribe(account, 's', { planId: 'lite-monthly', paymentReference: 'p' }),
    );
    const half = [{ percentOfCycle: 50 }];
    await granted(settings.setLowBalance({ accountId: account, key: 'k', lowBalance: half }));
    await spend(account, 76);
    expect(await news(account)).toMatchObject([{ data: { left: 74, thresholdCredits: 75 } }]);
    const dearer = { planId: 'professional-monthly', paymentReference: 'u' };
    await granted(subscriptions.changePlan(account, 's', 'up', dearer));
    await spend(account, 99);
    expect(await news(account)).toEqual([]);
    await spend(account, 1);
    expect(await news(account)).toMatchObject([{ data: { left: 174, thresholdCredits: 175 } }]);
    await granted(subscriptions.changePlan(account, 's', 'down', { planId: 'lite-monthly' }));
    await granted(subscriptions.renew(account, 's', 'p2'));
    await books.setClock('2030-02-01T00:00:00.000Z');
    await granted(subscriptions.grantCycles(account, 's'));
    await spend(account, 249);
    expect(await news(account)).toEqual([]);
    await spend(account, 1);
    expect(await news(account)).toMatchObject([{ data: { left: 74, thresholdCredits: 75 } }]);
    // Taken away and set anew, it begins anew.
    await granted(settings.setLowBalance({ accountId: account, key: 'off', lowBalance: [] }));
    await spend(account, 1);
    expect(await news(account)).toEqual([]);
    await granted(settings.setLowBalance({ accountId: account, key: 'on', lowBalance: half }));
    expect(await news(account)).toMatchObject([{ data: { left: 73, thresholdCredits: 75 } }]);
  });

  test('comes at once where a threshold is set above what is left, and not again when it is set again', async () => {
    const account = await watched(25);
    const { settings } = books.ledger;
    await granted(
      settings.setLowBalance({ accountId: account, key: 'k2', lowBalance: [{ credits: 30 }] }),
    );
    expect(await news(account)).toMatchObject([{ data: { thresholdCredits: 30, left: 25 } }]);
    const both = [{ credits: 10 }, { credits: 30 }];
    expect(
      await granted(settings.setLowBalance({ accountId: account, key: 'k3', lowBalance: both })),
    ).toMatchObject({
      lowBalance: both,
    });
    expect(await news(account)).toEqual([]);
  });
});

describe('the notice of running dry', () => {
  test('comes once, with the generation that needed more, and again only after a grant', async () => {
    const account = newId();
    await books.grantPromotion(account, 5);
    for (const id of ['a', 'b']) await books.reserve(account, id, 8);
    await books.park(account, 'c', 8);
    expect(await news(account)).toEqual([
      { type: 'ran-dry', data: { left: 5, available: 5, requestId: 'a', required: 8 } },
    ]);
    await books.grantPromotion(account, 1);
    await books.reserve(account, 'd', 8);
    expect(await news(account)).toMatchObject([{ type: 'ran-dry', data: { requestId: 'd' } }]);
  });

  test('comes with the last credit also where a generation was refused before', async () => {
    const account = newId();
    await books.grantPromotion(account, 60);
    await books.reserve(account, 'refused', 100);
    await spend(account, 60);
    await books.reserve(account, 'again', 100);
    expect(await news(account)).toEqual([
      { type: 'ran-dry', data: { left: 60, available: 60, requestId: 'refused', required: 100 } },
      { type: 'ran-dry', data: { left: 0, available: 0 } },
    ]);
  });

  test('is over after a grant, also by a clock that was set back meanwhile', async () => {
    const account = newId();
    await books.grantPromotion(account, 1);
    await books.advanceClock(2);
    await books.reserve(account, 'needs more', 9);
    expect(await news(account)).toMatchObject([{ data: { left: 1, required: 9 } }]);
    await books.setClock(later(START, 1));
    await books.grantPromotion(account, 5);
    // The audit finds nothing in this, nor where as much is left as there was then.
    await books.expectBalanced();
    await granted(books.ledger.deduct(account, 'k', { credits: 5, reason: 'r', by: 'b' }));
    await books.expectBalanced();
  });

  test('comes when the last credit is spent or deducted', async () => {
    const [spent, taken] = [newId(), newId()];
    await books.grantPromotion(spent, 5);
    await spend(spent, 5);
    await books.grantPromotion(taken, 5);
    await granted(books.ledger.deduct(taken, 'k', { credits: 5, reason: 'r', by: 'b' }));
    const dry = [{ type: 'ran-dry', data: { left: 0, available: 0 } }];
    expect([await news(spent), await news(taken)]).toEqual([dry, dry]);
  });

  test('does not come for a newcomer that may not overtake waiting requests: the credits are enough for it', async () => {
    const account = newId();
    await books.grantPromotion(account, 5);
    await books.park(account, 'parked', 8);
    await news(account);
    await books.grantPromotion(account, 1);
    await books.reserve(account, 'newcomer', 2);
    expect(await news(account)).toEqual([]);
  });
});

describe('the delivery of notices', () => {
  test('follows their order, and the first result of a notice stands', async () => {
    const account = newId();
    await books.grantPromotion(account, 5);
    await books.reserve(account, 'a', 8);
    await books.grantPromotion(account, 1);
    await books.reserve(account, 'b', 8);
    const { notices } = books.ledger;
    expect(await notices.next(account)).toMatchObject({
      accountId: account,
      noticeId: 1,
      at: START,
      type: 'ran-dry',
    });
    await notices.settle(account, 1, 'The receiver answered 410.');
    await notices.settle(account, 1, null);
    expect(await notices.next(account)).toMatchObject({ noticeId: 2 });
    await notices.settle(account, 2, null);
    expect(await books.ledger.accountNotices(account)).toMatchObject([
      { noticeId: 2, status: 'delivered', settledAt: START, reason: null },
      { noticeId: 1, status: 'failed', reason: 'The receiver answered 410.' },
    ]);
  });

  test('is due again an hour later where it has not happened', async () => {
    const account = newId();
    await books.grantPromotion(account, 5);
    await books.reserve(account, 'a', 8);
    expect(books.messageKinds(account)).toEqual(['notices']);
    const overdue = later(START, 3_600_000);
    expect(await books.ledger.outbox.unattended(overdue, START, null, 1_000)).toContainEqual({
      accountId: account,
    });
    await books.setClock(overdue);
    for (const _ of [1, 2]) await books.ledger.outbox.attend(account);
    expect(books.messageKinds(account)).toEqual(['notices']);
  });
});
