import type { PurchaseRecord } from '../../../contract/purchase';
import { atOnce, granted, later, MINUTE_MS, newId, refusal, START } from '../ledger-support';
import { FEBRUARY } from '../subscription/subscription-support';
import { BODY, Shop } from './purchase-support';

const CLIENTS = 12;
let shop: Shop;
let account: string;

beforeAll(async () => {
  shop = await Shop.open({}, CLIENTS);
});
beforeEach(async () => {
  await shop.subs.reset();
  account = await shop.subs.subscribed();
  await granted(shop.buy(account));
});
afterEach(() => shop.subs.expectBalanced());
afterAll(() => shop.books.close());

const returning = (...paymentIds: string[]) =>
  paymentIds.map((paymentId) => ({ paymentId, status: 'returning' }));
const firsts = (outcomes: { ok: boolean; replayed?: boolean }[]) =>
  outcomes.filter(({ ok, replayed }) => ok && replayed === false);

describe('a second payment for a purchase that was granted', () => {
  beforeEach(async () => {
    await granted(shop.settle(account, 'p', 'pay-1'));
  });

  test('is recorded, buys nothing, and is to be given back', async () => {
    const before = await shop.purchase(account);
    expect(before).not.toHaveProperty('strayPayments');
    const settled = await shop.settle(account, 'p', 'pay-2');
    expect(settled).toEqual({
      ok: true,
      replayed: false,
      value: { ...before, strayPayments: returning('pay-2') },
    });
    expect(await shop.purchase(account)).toEqual({ ...before, strayPayments: returning('pay-2') });
    expect(await shop.packGrants(account)).toEqual([125]);
    expect(await shop.subs.balance(account)).toMatchObject({ available: 275 });
  });

  test('is recorded once when it is told again, and so is the first', async () => {
    await granted(shop.settle(account, 'p', 'pay-2'));
    for (const paymentId of ['pay-2', 'pay-1', 'pay-2']) {
      expect(await shop.settle(account, 'p', paymentId)).toMatchObject({
        ...{
          ok: true,
          replayed: true,
          value: { status: 'granted', paymentId: 'pay-1', strayPayments: returning('pay-2') },
        },
      });
    }
  });

  test('is recorded once when it is told many times at once, beside others', async () => {
    const outcomes = await atOnce(CLIENTS, (index) =>
      shop.settle(account, 'p', `pay-${1 + (index % 4)}`),
    );
    expect(firsts(outcomes)).toHaveLength(3);
    const { strayPayments = [] } = await shop.purchase(account);
    expect(strayPayments.map(({ paymentId }) => paymentId).sort()).toEqual([
      'pay-2',
      'pay-3',
      'pay-4',
    ]);
  });

  test('goes back once, also where its return is told again', async () => {
    await granted(shop.settle(account, 'p', 'pay-2'));
    await granted(shop.settle(account, 'p', 'pay-3'));
    const returned = await shop.purchases.returnStray(account, 'p', 'pay-2');
    const strayPayments = [{ paymentId: 'pay-2', status: 'returned' }, ...returning('pay-3')];
    expect(returned).toMatchObject({
      ok: true,
      replayed: false,
      value: { status: 'granted', strayPayments },
    });
    expect(await shop.purchases.returnStray(account, 'p', 'pay-2')).toMatchObject({
      replayed: true,
      value: { strayPayments },
    });
    expect(await shop.settle(account, 'p', 'pay-2')).toMatchObject({
      replayed: true,
      value: { strayPayments },
    });
    expect(await shop.purchase(account)).toMatchObject({ status: 'granted', strayPayments });
  });

  test('is looked after until it has gone back', async () => {
    const at = later(START, 2 * MINUTE_MS);
    const unfinished = async (dueBy: string) => {
      const found = await shop.books.ledger.upkeep.unfinishedPurchases(dueBy, null, 1_000);
      return found.filter(({ accountId }) => accountId === account);
    };
    expect(await unfinished(at)).toEqual([]);
    await granted(shop.settle(account, 'p', 'pay-2'));
    expect(await unfinished(later(at, -1))).toEqual([]);
    expect(await unfinished(at)).toEqual([
      { at, accountId: account, purchaseId: 'p', status: 'granted', body: BODY },
    ]);
    const [last] = await unfinished(at);
    const rest = await shop.books.ledger.upkeep.unfinishedPurchases(at, last ?? null, 1_000);
    expect(rest.filter(({ accountId }) => accountId === account)).toEqual([]);
    await shop.books.ledger.upkeep.watchPurchase(account, 'p', 5 * MINUTE_MS);
    expect(await unfinished(at)).toEqual([]);
    expect(await unfinished(later(START, 5 * MINUTE_MS))).toHaveLength(1);
    await granted(shop.purchases.returnStray(account, 'p', 'pay-2'));
    expect(await unfinished(FEBRUARY)).toEqual([]);
  });
});

test.each([
  ['returning', async () => {}],
  ['returned', async () => granted(shop.purchases.close(account, 'p', 'returned', 'refunded'))],
])('a second payment for a purchase that is %s goes back as well', async (status, prepare) => {
  await shop.books.setClock(later(FEBRUARY, 1));
  await granted(shop.settle(account, 'p', 'pay-1'));
  await prepare();
  expect(await shop.settle(account, 'p', 'pay-2')).toMatchObject({
    ...{
      replayed: false,
      value: { status, reason: 'subscription-ended', strayPayments: returning('pay-2') },
    },
  });
  expect(await granted(shop.purchases.returnStray(account, 'p', 'pay-2'))).toMatchObject({
    status,
  });
});

test('a payment that comes after the provider has given the first one back goes back as well', async () => {
  await granted(shop.purchases.close(account, 'p', 'returned', 'refunded-by-provider'));
  expect(await granted(shop.settle(account, 'p', 'pay-2'))).toMatchObject({
    ...{ status: 'returned', paymentId: null, strayPayments: returning('pay-2') },
  });
});

describe('a payment that has bought before, named for another purchase', () => {
  const USED = {
    status: 'returning',
    reason: 'payment-already-used',
    paymentId: 'same',
    grantId: null,
    resolvedAt: null,
  };

  async function settledTwice(
    prepare: () => Promise<unknown> = async () => {},
  ): Promise<PurchaseRecord> {
    await granted(shop.buy(account, 'p2'));
    await granted(shop.settle(account, 'p', 'same'));
    await prepare();
    return granted(shop.settle(account, 'p2', 'same'));
  }

  test('buys nothing, and the second purchase’s money goes back', async () => {
    expect(await settledTwice()).toMatchObject(USED);
    expect(await shop.packGrants(account)).toEqual([125]);
    expect(await shop.settle(account, 'p2', 'same')).toMatchObject({ replayed: true, value: USED });
    const returned = await granted(shop.purchases.close(account, 'p2', 'returned', 'refunded'));
    expect(returned).toMatchObject({
      status: 'returned',
      reason: 'payment-already-used',
      paymentId: 'same',
    });
    expect(await shop.purchase(account)).toMatchObject({ status: 'granted', paymentId: 'same' });
  });

  test.each(['declined', 'voided'] as const)(
    'buys nothing and goes back where the second purchase was %s',
    async (status) => {
      expect(
        await settledTwice(() => granted(shop.purchases.close(account, 'p2', status, 'why'))),
      ).toMatchObject(USED);
    },
  );

  test('buys nothing and goes back where the second purchase was closed before it was opened', async () => {
    await granted(shop.settle(account, 'p', 'same'));
    await granted(shop.purchases.close(account, 'early', 'voided', 'timed-out'));
    expect(await granted(shop.settle(account, 'early', 'same'))).toMatchObject({
      ...USED,
      body: null,
    });
  });

  test('buys nothing and goes back where the first payment goes back itself, or is a stray', async () => {
    await granted(shop.buy(account, 'p2'));
    await granted(shop.settle(account, 'p', 'pay-1'));
    await granted(shop.settle(account, 'p', 'same'));
    expect(await granted(shop.settle(account, 'p2', 'same'))).toMatchObject(USED);
    await granted(shop.buy(account, 'p3'));
    expect(await granted(shop.settle(account, 'p3', 'same'))).toMatchObject(USED);
    // A payment that is accounted for with its own purchase is no stray of another.
    expect(await shop.settle(account, 'p3', 'pay-1')).toMatchObject({
      replayed: true,
      value: USED,
    });
    expect(await shop.purchase(account, 'p3')).not.toHaveProperty('strayPayments');
  });

  test('buys once where several purchases name it at once, and the others’ money goes back', async () => {
    // The account has `p` already, and ten that have bought nothing are the most in an hour.
    const ids = Array.from({ length: 9 }, (_, index) => `p${index}`);
    for (const id of ids) await granted(shop.buy(account, id));
    const settled = await Promise.all(ids.map((id) => granted(shop.settle(account, id, 'same'))));
    expect(settled.filter(({ status }) => status === 'granted')).toHaveLength(1);
    expect(settled.filter(({ reason }) => reason === 'payment-already-used')).toHaveLength(8);
    expect(await shop.packGrants(account)).toEqual([125]);
  });

  test('doesn’t disturb the same id in another account', async () => {
    const other = await shop.subs.subscribed();
    await granted(shop.buy(other));
    await granted(shop.settle(account, 'p', 'same'));
    expect(await granted(shop.settle(other, 'p', 'same'))).toMatchObject({ status: 'granted' });
  });
});

test('the return of an unknown purchase’s payment is not found, and the return of a payment that is no stray changes nothing', async () => {
  for (const unknown of [newId(), account]) {
    expect(await refusal(shop.purchases.returnStray(unknown, 'other', 'pay'))).toMatchObject({
      code: 'PURCHASE_NOT_FOUND',
    });
  }
  await granted(shop.settle(account, 'p', 'pay-1'));
  expect(await shop.purchases.returnStray(account, 'p', 'pay-1')).toMatchObject({
    replayed: true,
    value: { status: 'granted' },
  });
});

test('a top-up whose payment has bought before counts like a decline, so that it is not tried in a loop', async () => {
  const { ledger } = shop.books;
  await granted(shop.settle(account, 'p', 'same'));
  await granted(shop.books.reserve(account, 'all', 150 + 125));
  const topUp = { packId: 'pack-125', belowCredits: 100, monthlyCapCents: 100_000 };
  await granted(ledger.settings.setTopUp({ accountId: account, key: 'k', topUp }));
  expect(await granted(ledger.topUps.begin(account))).toMatchObject({
    step: 'buy',
    purchase: { purchaseId: 'top-up-1' },
  });
  expect(await granted(shop.settle(account, 'top-up-1', 'same'))).toMatchObject({
    reason: 'payment-already-used',
  });
  await granted(shop.purchases.close(account, 'top-up-1', 'returned', 'refunded'));
  expect(await granted(ledger.topUps.begin(account))).toMatchObject({
    step: 'later',
    retryAt: later(START, 60 * MINUTE_MS),
  });
  expect(await ledger.accountNotices(account)).toMatchObject([
    { type: 'top-up-failed', data: { reason: 'payment-already-used', stopped: false } },
  ]);
});
