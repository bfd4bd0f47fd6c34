import { DAY_MS, granted, later, newId, START, TestLedger } from '../ledger-support';
import { newsOf, spendOf } from './settings-support';

/** The end of a monthly cycle that begins at START. */
const FEBRUARY = '2030-02-01T00:00:00.000Z';
const MARCH = '2030-03-01T00:00:00.000Z';

let books: TestLedger;
beforeAll(async () => {
  books = await TestLedger.open();
});
beforeEach(() => books.setClock(START));
afterAll(async () => {
  await books.expectBalanced('ends-are-looked-for');
  await books.close();
});

const news = (account: string) => newsOf(books, account);
const spend = (account: string, credits: number) => spendOf(books, account, credits);

/** Does what reconciliation does at that time: it looks only at due accounts. */
async function passAt(account: string, at: string): Promise<void> {
  await books.setClock(at);
  const due = await books.ledger.outbox.unattended(at, START, null, 1_000);
  if (due.some(({ accountId }) => accountId === account)) await books.ledger.outbox.attend(account);
}

async function subscriber(...renewals: string[]): Promise<string> {
  const account = newId();
  const { subscriptions } = books.ledger;
  await granted(
    subscriptions.subscribe(account, 's', { planId: 'lite-monthly', paymentReference: 'p' }),
  );
  for (const reference of renewals) await granted(subscriptions.renew(account, 's', reference));
  return account;
}

const expiring = (
  days: number,
  credits: number,
  expiresAt: string,
  renewBy: string | null = expiresAt,
) => ({
  type: 'credits-expiring',
  data: { days, credits, expiresAt, renewBy },
});

describe('credits that end', () => {
  const attendAt = async (account: string, at: string) => {
    await books.setClock(at);
    await books.ledger.outbox.attend(account);
  };

  test('have a notice 7 days before and 1 day before, once each, with the date to renew by', async () => {
    const account = newId();
    await granted(
      books.ledger.subscriptions.subscribe(account, 's', {
        planId: 'lite-monthly',
        paymentReference: 'p',
      }),
    );
    const end = '2030-02-01T00:00:00.000Z';
    await attendAt(account, later(end, -7 * DAY_MS - 1));
    expect(await news(account)).toEqual([]);
    const due = later(end, -7 * DAY_MS);
    expect(await books.ledger.outbox.unattended(due, START, null, 1_000)).toContainEqual({
      accountId: account,
    });
    for (const at of [due, later(end, -5 * DAY_MS)]) await attendAt(account, at);
    const expiring = { credits: 150, expiresAt: end, renewBy: end };
    expect(await news(account)).toEqual([
      { type: 'credits-expiring', data: { days: 7, ...expiring } },
    ]);
    expect(
      await books.ledger.outbox.unattended(later(end, -5 * DAY_MS), START, null, 1_000),
    ).not.toContainEqual({
      accountId: account,
    });
    await spend(account, 30);
    for (const at of [later(end, -DAY_MS), later(end, -1)]) await attendAt(account, at);
    expect(await news(account)).toEqual([
      { type: 'credits-expiring', data: { days: 1, ...expiring, credits: 120 } },
    ]);
  });

  test('have no further notice once a renewal has carried them forward, until their new end is near', async () => {
    const account = newId();
    await granted(
      books.ledger.subscriptions.subscribe(account, 's', {
        planId: 'lite-monthly',
        paymentReference: 'p',
      }),
    );
    await granted(books.ledger.subscriptions.renew(account, 's', 'p2'));
    await attendAt(account, '2030-01-31T00:00:00.000Z');
    expect(await news(account)).toEqual([]);
    await attendAt(account, '2030-02-22T00:00:00.000Z');
    expect(await news(account)).toMatchObject([
      { data: { days: 7, expiresAt: '2030-03-01T00:00:00.000Z' } },
    ]);
  });

  test('have a notice without a date to renew by where they are a promotion’s, and none as soon as they are granted', async () => {
    const account = newId();
    await books.grantPromotion(account, 7, { expiresAt: later(START, 3 * DAY_MS) });
    await attendAt(account, START);
    expect(await news(account)).toEqual([]);
    await attendAt(account, later(START, 2 * DAY_MS));
    expect(await news(account)).toEqual([
      {
        type: 'credits-expiring',
        data: { days: 1, credits: 7, expiresAt: later(START, 3 * DAY_MS), renewBy: null },
      },
    ]);
  });

  test('have no notice once they are all used up', async () => {
    const account = newId();
    await books.grantPromotion(account, 7, { expiresAt: later(START, 30 * DAY_MS) });
    await spend(account, 7);
    await news(account);
    await attendAt(account, later(START, 24 * DAY_MS));
    expect(await news(account)).toEqual([]);
  });

  test('have a notice also where there were none when the week began, and a pack has brought some since', async () => {
    const account = await subscriber();
    await spend(account, 150);
    await news(account);
    await passAt(account, later(FEBRUARY, -7 * DAY_MS));
    await books.setClock(later(FEBRUARY, -3 * DAY_MS));
    const pack = { packId: 'pack-125', shownPriceCents: 4900, currency: 'USD' };
    await granted(books.ledger.purchases.open(account, 'pack', pack));
    await granted(books.ledger.purchases.settle(account, 'pack', 'payment'));
    await passAt(account, later(FEBRUARY, -DAY_MS));
    expect(await news(account)).toEqual([expiring(1, 125, FEBRUARY)]);
  });

  test('have a notice also where all of the cycle before was spent, and the next one had been paid ahead', async () => {
    const account = await subscriber('ahead');
    await spend(account, 150);
    await news(account);
    await passAt(account, later(FEBRUARY, -7 * DAY_MS));
    await books.setClock(FEBRUARY);
    await granted(books.ledger.subscriptions.grantCycles(account, 's'));
    for (const at of [later(MARCH, -7 * DAY_MS), later(MARCH, -DAY_MS)]) await passAt(account, at);
    expect(await news(account)).toEqual([expiring(7, 150, MARCH), expiring(1, 150, MARCH)]);
  });

  test('have a notice also where all of them were reserved when the week began, and came back', async () => {
    const [promoted, subscribed] = [newId(), await subscriber()];
    await books.grantPromotion(promoted, 7, { expiresAt: FEBRUARY });
    await granted(books.reserve(promoted, 'held', 7));
    await granted(books.reserve(subscribed, 'held', 150));
    for (const account of [promoted, subscribed]) {
      await passAt(account, later(FEBRUARY, -7 * DAY_MS));
      expect(await news(account)).toEqual([]);
      await books.setClock(later(FEBRUARY, -5 * DAY_MS));
      await granted(books.ledger.release(account, 'held', 'failed'));
      await passAt(account, later(FEBRUARY, -DAY_MS));
    }
    expect(await news(promoted)).toEqual([expiring(1, 7, FEBRUARY, null)]);
    expect(await news(subscribed)).toEqual([expiring(1, 150, FEBRUARY)]);
  });

  test('have no notice as soon as they are granted where they end in exactly a week, also when the account is looked at then', async () => {
    const account = newId();
    await books.grantPromotion(account, 5, { expiresAt: later(START, 2 * DAY_MS) });
    await books.grantPromotion(account, 7, { expiresAt: later(START, 7 * DAY_MS) });
    await passAt(account, later(START, DAY_MS));
    expect(await news(account)).toEqual([expiring(1, 5, later(START, 2 * DAY_MS), null)]);
    await passAt(account, later(START, 6 * DAY_MS));
    expect(await news(account)).toEqual([expiring(1, 7, later(START, 7 * DAY_MS), null)]);
  });

  test('have a notice to renew by the end of the grace, or of the period where the subscription is cancelled', async () => {
    const { subscriptions } = books.ledger;
    await books.owner.query(
      `UPDATE holdfast.catalog_versions SET document = document || '{"renewalGrace": "P3D"}'`,
    );
    const [kept, cancelled] = [await subscriber(), await subscriber()];
    await books.owner.query(
      "UPDATE holdfast.catalog_versions SET document = document - 'renewalGrace'",
    );
    const graceEnds = later(FEBRUARY, 3 * DAY_MS);
    await passAt(kept, later(graceEnds, -7 * DAY_MS));
    expect(await news(kept)).toEqual([expiring(7, 150, graceEnds)]);
    await passAt(kept, later(graceEnds, -DAY_MS));
    expect(await news(kept)).toEqual([expiring(1, 150, graceEnds)]);
    await books.setClock(START);
    await granted(subscriptions.cancelAtPeriodEnd(cancelled, 's', 'key'));
    for (const days of [7, 1]) {
      await passAt(cancelled, later(FEBRUARY, -days * DAY_MS));
      expect(await news(cancelled)).toEqual([expiring(days, 150, FEBRUARY)]);
    }
  });
});

describe('a credit that time alone takes away', () => {
  const below = (account: string, credits: number) =>
    granted(
      books.ledger.settings.setLowBalance({
        accountId: account,
        key: 'k',
        lowBalance: [{ credits }],
      }),
    );

  test('counts for a low balance when its end is booked, though there is no generation', async () => {
    const account = newId();
    await books.grantPromotion(account, 20, { expiresAt: later(START, DAY_MS) });
    await books.grantPromotion(account, 5);
    await below(account, 10);
    await books.setClock(later(START, DAY_MS));
    await granted(books.ledger.expire(account));
    const low = { left: 5, available: 5, threshold: { credits: 10 }, thresholdCredits: 10 };
    expect(await news(account)).toEqual([{ type: 'balance-low', data: low }]);
    expect(books.messageKinds(account)).toEqual(['notices']);
  });

  test('counts for a low balance when the expiry of a lapsed term is booked', async () => {
    const account = await subscriber();
    await below(account, 10);
    await books.setClock(later(FEBRUARY, DAY_MS));
    await granted(books.ledger.subscriptions.expireTerm(account, 's', 1));
    expect(await news(account)).toMatchObject([
      { type: 'balance-low', data: { left: 0, thresholdCredits: 10 } },
    ]);
    expect(books.messageKinds(account)).toEqual(['notices']);
  });

  test('does not count as left: the account runs dry with its last spendable credit, before and after the other credits’ end is booked', async () => {
    const [booked, unbooked] = [newId(), newId()];
    for (const account of [booked, unbooked]) {
      await books.grantPromotion(account, 5, { expiresAt: later(START, DAY_MS) });
      await granted(books.reserve(account, 'r', 5));
      await books.grantPromotion(account, 4, { expiresAt: later(START, 2 * DAY_MS) });
    }
    await books.setClock(later(START, 3 * DAY_MS));
    await granted(books.ledger.expire(booked));
    for (const account of [booked, unbooked]) {
      await granted(books.ledger.commit(account, 'r', 5, 'file:///o'));
      expect(await news(account)).toEqual([{ type: 'ran-dry', data: { left: 0, available: 0 } }]);
    }
  });
});
