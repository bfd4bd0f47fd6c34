import { granted, later, newId, START } from '../ledger-support';
import { FEBRUARY, HOUR_MS, LITE, SubscriptionBooks } from '../subscription/subscription-support';

let subs: SubscriptionBooks;

beforeAll(async () => {
  subs = await SubscriptionBooks.open();
});
beforeEach(() => subs.reset());
afterAll(() => subs.books.close());

const zoneOf = async (account: string) =>
  (await subs.books.ledger.subscription(account, 's'))?.timeZone;

const lose = (account: string) =>
  subs.books.rewrite(
    `UPDATE holdfast.subscriptions SET time_zone = 'Mars/Olympus' WHERE account_id = '${account}'`,
  );

test.each([
  ['Asia/Calcutta', 'Asia/Kolkata'],
  ['US/Pacific', 'America/Los_Angeles'],
  ['Europe/Berlin', 'Europe/Berlin'],
  ['UTC', 'UTC'],
])('a subscription in %s is kept in %s', async (said, kept) => {
  const account = await subs.subscribed(LITE, said);
  expect(await zoneOf(account)).toBe(kept);
  await subs.books.expectBalanced();
});

describe('where the server has lost a subscription’s time zone,', () => {
  test('it is renewed and expires all the same, by UTC, and the audit tells', async () => {
    const account = await subs.subscribed(LITE, 'Asia/Kolkata');
    await lose(account);
    expect((await subs.books.audit()).violations).toContainEqual({
      invariant: 'time-zone-known',
      accountId: account,
      detail: { subscriptionId: 's', timeZone: 'Mars/Olympus' },
    });
    expect(await granted(subs.renew(account, START))).toMatchObject({ newTerm: false });
    await subs.books.setClock('2030-05-01T00:00:00.000Z');
    expect(await granted(subs.subscriptions.expireTerm(account, 's', 1))).toMatchObject({
      status: 'booked',
    });
    await subs.books.rewrite(
      `UPDATE holdfast.subscriptions SET time_zone = 'Asia/Kolkata' WHERE account_id = '${account}'`,
    );
  });

  test('the lists of what is due have every account', async () => {
    const [lost, other] = [await subs.subscribed(LITE, 'Asia/Kolkata'), newId()];
    await subs.subscribe(other, 's');
    await lose(lost);
    const at = later(FEBRUARY, 2 * HOUR_MS);
    await subs.books.setClock(at);
    const due = await subs.books.ledger.upkeep.dueExpiries(at, null, 100);
    expect(due.map(({ accountId }) => accountId)).toEqual(expect.arrayContaining([lost, other]));
    await subs.books.rewrite(
      `UPDATE holdfast.subscriptions SET time_zone = 'Asia/Kolkata' WHERE account_id = '${lost}'`,
    );
  });
});
