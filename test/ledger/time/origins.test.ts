import { granted, later, MINUTE_MS, newId, START } from '../ledger-support';
import { Shop } from '../purchase/purchase-support';
import { ADVANCED, FEBRUARY, LITE, PROFESSIONAL } from '../subscription/subscription-support';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
});
beforeEach(() => shop.subs.reset());
afterEach(() => shop.subs.expectBalanced());
afterAll(() => shop.books.close());

const origins = async (account: string) =>
  (await shop.books.entries(account))
    .filter(({ grantId }) => grantId !== undefined)
    .map(({ type, source, packId, purchaseId, planId, cycle, cycleStart, cycleEnd }) => ({
      type,
      ...JSON.parse(
        JSON.stringify({ source, packId, purchaseId, planId, cycle, cycleStart, cycleEnd }),
      ),
    }));

const JANUARY = { cycle: 1, cycleStart: START, cycleEnd: FEBRUARY };

test('an entry about a grant says what the grant was for, and its expiry says it again', async () => {
  const account = await shop.subs.subscribed(LITE);
  await granted(shop.buy(account, 'extra'));
  await granted(shop.settle(account, 'extra'));
  await shop.books.grantPromotion(account, 5);
  await granted(
    shop.books.ledger.grant(account, 'k', {
      credits: 3,
      source: 'adjustment',
      reason: 'sorry',
      by: 'ops',
    }),
  );
  const plan = { source: 'plan', planId: LITE, ...JANUARY };
  const pack = { source: 'pack', packId: 'pack-125', purchaseId: 'extra' };
  const made = [plan, pack, { source: 'promotion' }, { source: 'adjustment' }];
  expect(await origins(account)).toEqual(made.map((origin) => ({ type: 'grant', ...origin })));

  await granted(shop.subs.subscriptions.endNow(account, 's', newId('key')));
  await shop.books.setClock(later(START, 40 * 24 * 60 * MINUTE_MS));
  await granted(shop.books.ledger.expire(account));
  const expired = (await origins(account)).filter(({ type }) => type === 'expire');
  expect(expired).toHaveLength(4);
  expect(expired).toEqual(
    expect.arrayContaining([
      { type: 'expire', ...plan },
      { type: 'expire', ...pack },
    ]),
  );
});

test('each grant of a cycle names the plan that was paid for then, also after a later upgrade', async () => {
  const account = await shop.subs.subscribed(LITE);
  for (const planId of [PROFESSIONAL, ADVANCED]) {
    await shop.books.advanceClock(MINUTE_MS);
    await granted(
      shop.subs.subscriptions.changePlan(account, 's', newId('key'), {
        planId,
        paymentReference: newId('pay'),
      }),
    );
  }
  await granted(shop.subs.renew(account));
  await shop.books.setClock(FEBRUARY);
  await granted(shop.subs.subscriptions.grantCycles(account, 's'));
  expect((await origins(account)).map(({ planId, cycle }) => [planId, cycle])).toEqual([
    [LITE, 1],
    [PROFESSIONAL, 1],
    [ADVANCED, 1],
    [ADVANCED, 2],
  ]);
});

test('the balance says of every grant what it was for, now and as of an earlier time', async () => {
  const account = await shop.subs.subscribed(LITE);
  await granted(shop.buy(account, 'extra'));
  await granted(shop.settle(account, 'extra'));
  await shop.books.advanceClock(MINUTE_MS);
  const made = [
    {
      grantId: '1',
      source: 'plan',
      credits: 150,
      remaining: 150,
      expiresAt: FEBRUARY,
      planId: LITE,
      ...JANUARY,
    },
    {
      grantId: '2',
      source: 'pack',
      credits: 125,
      remaining: 125,
      expiresAt: FEBRUARY,
      packId: 'pack-125',
    },
  ];
  const grants = [made[0], { ...made[1], purchaseId: 'extra' }];
  expect((await shop.books.ledger.balance(account)).grants).toEqual(grants);
  expect((await shop.books.ledger.balance(account, START)).grants).toEqual(grants);
});
