import fc from 'fast-check';
import type { PurchaseRecord } from '../../../contract/purchase';
import type { Outcome } from '../../../ledger/ledger';
import { atOnce, granted, later } from '../ledger-support';
import { FEBRUARY } from '../subscription/subscription-support';
import { BODY, Shop } from './purchase-support';

const CLIENTS = 32;
let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open({}, CLIENTS);
});
beforeEach(() => shop.subs.reset());
afterEach(() => shop.subs.expectBalanced());
afterAll(() => shop.books.close());

const operation = fc.constantFrom(
  'open',
  'open',
  'settle',
  'settle',
  'declined',
  'voided',
  'returned',
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

function perform(account: string, name: Operation): Promise<Outcome<PurchaseRecord>> {
  if (name === 'open') return shop.buy(account);
  if (name === 'settle') return shop.settle(account);
  return shop.purchases.close(account, 'p', name, 'test');
}

/** The statuses of the answers that were no replays, in any order, without those that told of a stray payment. */
const firsts = (outcomes: Outcome<PurchaseRecord>[]): string[] =>
  outcomes.flatMap((outcome) =>
    outcome.ok && !outcome.replayed && !outcome.value.strayPayments ? [outcome.value.status] : [],
  );

test('32 openings at once record one purchase', async () => {
  const account = await shop.subs.subscribed();
  const outcomes = await atOnce(CLIENTS, () => shop.buy(account));
  expect(firsts(outcomes)).toEqual(['open']);
  const record = await shop.purchase(account);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ ok: true, value: record });
});

test('one of 32 openings at once with different bodies stands, and the others conflict', async () => {
  const account = await shop.subs.subscribed();
  const outcomes = await atOnce(CLIENTS, (index) =>
    shop.buy(account, 'p', { ...BODY, paymentMethod: `card-${index}` }),
  );
  expect(firsts(outcomes)).toEqual(['open']);
  const refused = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.refusal.code]));
  expect(refused).toEqual(Array(CLIENTS - 1).fill('IDEMPOTENCY_CONFLICT'));
});

test('32 settlements at once grant once', async () => {
  const account = await shop.subs.subscribed();
  await granted(shop.buy(account));
  const outcomes = await atOnce(CLIENTS, () => shop.settle(account));
  expect(firsts(outcomes)).toEqual(['granted']);
  expect(await shop.packGrants(account)).toEqual([125]);
  expect(await shop.subs.balance(account)).toMatchObject({ available: 275 });
});

test.each(['before', 'after'])(
  '32 operations of any kind at once, %s the purchase was opened, end in one outcome',
  async (when) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: CLIENTS, maxLength: CLIENTS }),
        async (operations) => {
          const account = await shop.subs.subscribed();
          if (when === 'after') await granted(shop.buy(account));
          const outcomes = await Promise.all(operations.map((name) => perform(account, name)));
          const told = firsts(outcomes);
          const { status } = (await shop.books.ledger.purchase(account, 'p')) ?? { status: null };
          expect(await shop.packGrants(account)).toEqual(status === 'granted' ? [125] : []);
          expect(told).toEqual([...new Set(told)]);
          // An answer that says granted, or that the money goes back, is true.
          if (told.includes('granted')) expect(status).toBe('granted');
          if (told.includes('returning')) expect(['returning', 'returned']).toContain(status);
          if (told.includes('declined') || told.includes('voided'))
            expect(status).not.toBe('granted');
          // The one payment that all have told of: it has bought, or goes back, once.
          const { paymentId, strayPayments = [] } =
            (await shop.books.ledger.purchase(account, 'p')) ?? {};
          expect([...(paymentId ? [paymentId] : []), ...strayPayments].length).toBeLessThanOrEqual(
            1,
          );
        },
      ),
      { numRuns: 20 },
    );
  },
);

test('no credits are lost in purchases and reservations at once, and every reservation has its credits', async () => {
  const account = await shop.subs.subscribed();
  for (const purchase of ['p1', 'p2']) await granted(shop.buy(account, purchase));
  const [reserved] = await Promise.all([
    Promise.all(
      Array.from({ length: 20 }, (_, index) => shop.books.reserve(account, `r${index}`, 25)),
    ),
    ...['p1', 'p2', 'p1', 'p2'].map((purchase) => shop.settle(account, purchase)),
  ]);
  const admitted = reserved.filter(({ ok }) => ok).length;
  // 150 of the plan in any case, and at most all that was bought besides.
  expect(admitted).toBeGreaterThanOrEqual(6);
  expect(admitted).toBeLessThanOrEqual(16);
  expect(await shop.books.ledger.balance(account)).toMatchObject({
    ...{ granted: 400, reserved: admitted * 25, available: 400 - admitted * 25 },
  });
});

test('settlements that race with the end of the subscription are granted before it or given back after it', async () => {
  for (let round = 0; round < 20; round += 1) {
    const account = await shop.subs.subscribed();
    const ids = Array.from({ length: 8 }, (_, index) => `p${index}`);
    for (const id of ids) await granted(shop.buy(account, id));
    const settlements = ids.map((id) => shop.settle(account, id));
    const [ended, ...settled] = await Promise.all([
      granted(shop.subs.subscriptions.endNow(account, 's', 'k')),
      ...settlements.map((settlement) => granted(settlement)),
    ]);
    const bought = settled.filter(({ status }) => status === 'granted').length;
    expect(settled.filter(({ status }) => status === 'returning')).toHaveLength(
      ids.length - bought,
    );
    expect(ended).toMatchObject({ expired: 150 + bought * 125 });
  }
});

test('settlements that race with a renewal after the lapse all follow the one or the other', async () => {
  const account = await shop.subs.subscribed();
  const ids = Array.from({ length: 8 }, (_, index) => `p${index}`);
  for (const id of ids) await granted(shop.buy(account, id));
  await shop.books.setClock(later(FEBRUARY, 1));
  const [, ...settled] = await Promise.all([
    granted(shop.subs.renew(account)),
    ...ids.map((id) => granted(shop.settle(account, id))),
  ]);
  const bought = settled.filter(({ status }) => status === 'granted');
  for (const { validUntil } of bought) expect(validUntil).toBe('2030-03-01T00:00:00.001Z');
  expect(await shop.subs.balance(account)).toMatchObject({
    available: 150 + bought.length * 125,
    expired: 150,
  });
});
