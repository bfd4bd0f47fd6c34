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
import { HOUR_MS } from '../subscription/subscription-support';
import { BODY, Shop } from './purchase-support';

let shop: Shop;
let account: string;

beforeAll(async () => {
  shop = await Shop.open({}, 20);
});
beforeEach(async () => {
  await shop.subs.reset();
  account = await shop.subs.subscribed();
});
afterEach(() => shop.subs.expectBalanced());
afterAll(() => shop.books.close());

const close = (purchase: string, status: 'declined' | 'voided', neverAgain = false) =>
  granted(shop.purchases.close(account, purchase, status, 'card-declined', neverAgain));

async function decline(purchase: string): Promise<void> {
  await granted(shop.buy(account, purchase));
  await close(purchase, 'declined');
}

test('of 60 purchases at once by hand ten are tried, and the others told from when on', async () => {
  const asked = await atOnce(60, (index) => shop.buy(account, `p${index}`));
  expect(asked.filter(({ ok }) => ok)).toHaveLength(10);
  const refused = asked.flatMap((outcome) => (outcome.ok ? [] : [outcome.refusal]));
  for (const { code, details } of refused) {
    expect({ code, details }).toEqual({
      code: 'PAYMENT_ATTEMPTS_EXCEEDED',
      details: { attempts: 10, within: 'PT1H', retryAt: later(START, HOUR_MS) },
    });
  }
});

test('an hour’s ten attempts are those that bought nothing, and each makes room after an hour', async () => {
  for (let index = 0; index < 20; index += 1) {
    await granted(shop.buy(account, `bought-${index}`));
    await granted(shop.settle(account, `bought-${index}`));
  }
  for (let index = 0; index < 5; index += 1) {
    await decline(`declined-${index}`);
    await granted(shop.buy(account, `voided-${index}`));
    await close(`voided-${index}`, 'voided');
  }
  expect(await refusal(shop.buy(account, 'more'))).toMatchObject({
    code: 'PAYMENT_ATTEMPTS_EXCEEDED',
  });
  await shop.books.setClock(later(START, HOUR_MS));
  await granted(shop.buy(account, 'more'));
});

test('fifteen declined or undecided payments in 30 days are the most, and cancelled ones don’t count', async () => {
  for (let index = 0; index < 15; index += 1) {
    await shop.books.setClock(later(START, index * DAY_MS));
    await granted(shop.buy(account, `voided-${index}`));
    await close(`voided-${index}`, 'voided');
    await decline(`declined-${index}`);
  }
  expect(await refusal(shop.buy(account, 'more'))).toEqual({
    code: 'PAYMENT_ATTEMPTS_EXCEEDED',
    details: { attempts: 15, within: 'P30D', retryAt: later(START, 30 * DAY_MS) },
  });
  await shop.books.setClock(later(START, 30 * DAY_MS));
  await granted(shop.buy(account, 'more'));
});

test('a known purchase keeps its answer, also after later declines', async () => {
  await granted(shop.buy(account, 'known'));
  for (let index = 0; index < 9; index += 1) await decline(`declined-${index}`);
  expect(await shop.buy(account, 'known')).toMatchObject({ ok: true, replayed: true });
  await granted(shop.settle(account, 'known'));
});

test('an account that was stopped before it had anything is told so when it buys', async () => {
  const unknown = newId();
  const stop = { accountId: unknown, kind: null, reason: 'chargeback', by: 'sam' };
  await granted(shop.books.ledger.settings.stop(stop));
  expect((await refusal(shop.buy(unknown))).code).toBe('ADMISSION_STOPPED');
});

test.each([
  ['its own', () => account],
  ['all accounts’', () => null],
])(
  'an account under a stop of %s admissions buys nothing, and sees the reason without the name',
  async (_, whose) => {
    const { settings } = shop.books.ledger;
    await granted(shop.buy(account, 'charged'));
    const stop = { accountId: whose(), kind: null, reason: 'chargeback', by: 'sam' };
    await granted(settings.stop(stop));
    const { code, details } = await refusal(shop.buy(account));
    expect(code).toBe('ADMISSION_STOPPED');
    expect(details).toEqual({ accountId: whose(), kind: null, reason: 'chargeback', since: START });
    // Nothing is charged for one that was opened before; what was charged before is granted.
    expect(await shop.purchase(account, 'charged')).toMatchObject({ mayCharge: false });
    expect(await granted(shop.settle(account, 'charged'))).toMatchObject({ status: 'granted' });
    await granted(settings.admit({ accountId: whose(), kind: null, reason: 'settled', by: 'sam' }));
    await granted(shop.buy(account));
  },
);

test('a stop of one kind keeps no account from buying', async () => {
  const { settings } = shop.books.ledger;
  const scope = { accountId: account, kind: 'ai-avatar' };
  await granted(settings.stop({ ...scope, reason: 'it is down', by: 'sam' }));
  await granted(shop.buy(account));
  await granted(settings.admit(scope));
});

describe('a payment method that the provider has refused for good', () => {
  const refused = { code: 'PAYMENT_METHOD_REFUSED', details: { reason: 'card-declined' } };

  test.each([
    ['the default one', {}, { paymentMethod: 'card_2' }],
    ['a named one', { paymentMethod: 'card_1' }, {}],
  ])('is not charged again, %s, and any other is', async (_, method, other) => {
    await granted(shop.buy(account, 'p', { ...BODY, ...method }));
    await close('p', 'declined', true);
    for (const at of [START, later(START, 20 * DAY_MS)]) {
      await shop.books.setClock(at);
      expect(await refusal(shop.buy(account, newId('p'), { ...BODY, ...method }))).toEqual(refused);
    }
    await granted(shop.buy(account, newId('p'), { ...BODY, ...other }));
    const stranger = await shop.subs.subscribed();
    await granted(shop.buy(stranger, 'p', { ...BODY, ...method }));
  });

  test('is only one that was declined', async () => {
    await granted(shop.buy(account, 'p'));
    await close('p', 'voided', true);
    await granted(shop.buy(account, 'q'));
  });

  test('and declines are forgotten by an operator alone, whose reason and name are kept', async () => {
    await granted(shop.buy(account, 'p'));
    await close('p', 'declined', true);
    for (let index = 0; index < 9; index += 1) {
      const body = { ...BODY, paymentMethod: `card_${index}` };
      await granted(shop.buy(account, `p${index}`, body));
      await close(`p${index}`, 'declined');
    }
    await shop.books.advanceClock(MINUTE_MS);
    const word = { reason: 'A new default card, ticket 4711', by: 'sam' };
    const { interventions } = shop.books.ledger;
    expect(await granted(interventions.forgetDeclines({ accountId: account, ...word }))).toEqual({
      accountId: account,
      paymentMethods: 1,
    });
    await shop.books.advanceClock(1);
    await granted(shop.buy(account, 'q'));
    const { rows } = await shop.books.owner.query(
      "SELECT holdfast.act_reason(a) AS reason, by_name AS by FROM holdfast.operator_acts AS a WHERE account_id = $1 AND what = 'forget-declines'",
      [account],
    );
    expect(rows).toEqual([word]);
  });
});
