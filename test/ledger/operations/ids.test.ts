import { granted, newId, promotion, TestLedger } from '../ledger-support';

const BUILT_IN = { planId: 'lite-monthly' };
let books: TestLedger;

beforeAll(async () => {
  books = await TestLedger.open();
});
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

test.each(['ann+films@example.com', 'a+', `a${'+'.repeat(127)}`])(
  'an account’s id may be %s',
  async (name) => {
    const { ledger } = books;
    expect(await granted(ledger.grant(name, 'k', promotion(10)))).toMatchObject({
      accountId: name,
    });
    await granted(
      ledger.subscriptions.subscribe(name, 's', { ...BUILT_IN, paymentReference: 'p' }),
    );
    await granted(ledger.purchases.open(name, 'p', { packId: 'pack-125', shownPriceCents: 4900 }));
    expect(await granted(ledger.purchases.settle(name, 'p', 'pay'))).toMatchObject({
      status: 'granted',
    });
    expect(await granted(books.reserve(name, 'r', 5))).toMatchObject({
      accountId: name,
      status: 'open',
    });
    expect(await granted(ledger.commit(name, 'r', 5, 'file:///o'))).toMatchObject({
      status: 'committed',
    });
    await granted(ledger.settings.setLimits({ accountId: name, key: 'k', dailyCreditsMax: 5 }));
    expect(await ledger.balance(name)).toMatchObject({ accountId: name, spent: 5 });
  },
);

test.each(['RE/2030/0001', 'in//1', `p${'/'.repeat(127)}`])(
  'a payment’s reference may be %s',
  async (reference) => {
    const { subscriptions } = books.ledger;
    const account = newId();
    await granted(
      subscriptions.subscribe(account, 's', { ...BUILT_IN, paymentReference: reference }),
    );
    const renewed = await subscriptions.renew(account, 's', `${reference.slice(0, -1)}b`);
    expect(renewed).toMatchObject({
      ok: true,
      replayed: false,
      value: { subscription: { paidCycle: 2 } },
    });
    expect(await subscriptions.renew(account, 's', `${reference.slice(0, -1)}b`)).toMatchObject({
      replayed: true,
    });
    const change = {
      planId: 'professional-monthly',
      paymentReference: `${reference.slice(0, -1)}c`,
    };
    expect(await granted(subscriptions.changePlan(account, 's', 'k', change))).toMatchObject({
      effect: 'upgrade',
    });
    expect(await books.ledger.balance(account)).toMatchObject({
      grants: [{ planId: 'lite-monthly' }, { planId: 'professional-monthly' }],
    });
  },
);

test.each(['/a', '+a', 'a b', 'a/b', 'a:b', 'a\n', '', 'a'.repeat(129)])(
  'an account’s id can’t be %j',
  async (name) => {
    await expect(books.ledger.grant(name, 'k', promotion(10))).rejects.toMatchObject({
      code: 'LEDGER_RULE_BROKEN',
    });
  },
);
