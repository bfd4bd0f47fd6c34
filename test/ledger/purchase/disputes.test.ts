import fc from 'fast-check';
import type { Balance } from '../../../contract/balance';
import type { Dispute, DisputeRequest } from '../../../contract/dispute';
import type { Outcome } from '../../../ledger/ledger';
import { atOnce, granted, later, newId, refusal } from '../ledger-support';
import { FEBRUARY, HOUR_MS } from '../subscription/subscription-support';
import { Shop } from './purchase-support';

const CLIENTS = 12;
const PLAN = 150;
const PACK = 125;
const PRICE = 4_900;
const DAY_MS = 24 * HOUR_MS;
let shop: Shop;
let account: string;

beforeAll(async () => {
  shop = await Shop.open({}, CLIENTS);
});
beforeEach(async () => {
  await shop.subs.reset();
  account = await shop.subs.subscribed();
  await bought('p');
});
afterEach(() => shop.subs.expectBalanced());
afterAll(() => shop.books.close());

async function bought(purchaseId: string): Promise<void> {
  await granted(shop.buy(account, purchaseId));
  await granted(shop.settle(account, purchaseId));
}

const told = (
  state: Dispute['state'],
  more: Partial<DisputeRequest> = {},
): Promise<Outcome<Dispute>> =>
  shop.purchases.bookDispute({
    ...{ accountId: account, purchaseId: 'p', disputeId: 'dp_1', state },
    ...more,
  });

const refunded = (amountCents = PRICE, refundId = 're_1') =>
  granted(
    shop.purchases.bookRefund({ accountId: account, purchaseId: 'p', refundId, amountCents }),
  );

const balance = () => shop.books.ledger.balance(account);
const expectFigures = async (figures: Partial<Balance>) =>
  expect(await balance()).toMatchObject(figures);

async function reserved(credits: number): Promise<string> {
  const id = newId('r');
  await granted(shop.books.reserve(account, id, credits));
  return id;
}

const committed = (id: string, credits: number) =>
  granted(shop.books.ledger.commit(account, id, credits, 'https://x/y'));
const released = (id: string) => granted(shop.books.ledger.release(account, id, 'cancelled'));
const spent = async (credits: number) => committed(await reserved(credits), credits);

const newest = async (count: number) =>
  (await shop.books.entries(account)).slice(-count).map(({ type }) => type);

/** The subscription ends, its window too. */
async function lapsed(subscriptionId = 's', term = 1): Promise<void> {
  await shop.books.setClock(later(FEBRUARY, 2 * HOUR_MS));
  await granted(shop.subs.subscriptions.expireTerm(account, subscriptionId, term));
}

const lastNotice = async () => (await shop.books.ledger.accountNotices(account))[0];

describe('an open dispute', () => {
  test('freezes what its pack has left, in an entry of its own', async () => {
    await spent(PLAN + 40);
    expect(await told('open')).toEqual({
      ok: true,
      replayed: false,
      value: {
        ...{ accountId: account, disputeId: 'dp_1', purchaseId: 'p', state: 'open' },
        ...{ amountCents: PRICE, currency: 'USD', frozenCredits: 85 },
        ...{ takenCredits: 0, owedCredits: 0, openedAt: expect.any(String), closedAt: null },
      },
    });
    await expectFigures({ available: 0, frozen: 85, granted: PLAN + PACK, grants: [] });
    expect((await shop.books.entries(account)).at(-1)).toMatchObject({
      ...{ type: 'freeze', availableDelta: -85, reservedDelta: 0, frozenAfter: 85 },
      ...{ source: 'pack', purchaseId: 'p', reason: 'dispute dp_1' },
    });
    expect(await lastNotice()).toMatchObject({
      type: 'dispute',
      data: { disputeId: 'dp_1', packId: 'pack-125', state: 'open', frozen: 85, givenBack: 0 },
    });
  });

  test('of a part freezes the credits that the part has paid for', async () => {
    // 1,000 of 4,900 cents have paid for 26 credits.
    expect(await granted(told('open', { amountCents: 1_000 }))).toMatchObject({
      frozenCredits: 26,
    });
    await expectFigures({ available: PLAN + 99, frozen: 26 });
  });

  test('keeps its credits from being used', async () => {
    await told('open');
    expect(await refusal(shop.books.reserve(account, 'r', PLAN + 1))).toMatchObject({
      code: 'INSUFFICIENT_CREDITS',
      details: { available: PLAN },
    });
    await spent(PLAN);
    await expectFigures({ available: 0, frozen: PACK });
  });

  test('lets generations go on, and freezes what comes back of them', async () => {
    const [all, part] = [await reserved(PLAN + 25), await reserved(50)];
    expect(await granted(told('open'))).toMatchObject({ frozenCredits: 50 });
    await expectFigures({ available: 0, reserved: PLAN + 75, frozen: 50 });
    await committed(part, 20);
    await expectFigures({ available: 0, spent: 20, frozen: 80 });
    await released(all);
    await expectFigures({ available: PLAN, reserved: 0, frozen: 105 });
    expect((await shop.purchase(account)).disputes).toMatchObject([{ frozenCredits: 105 }]);
  });

  test('keeps its credits from expiring, those included that come back later', async () => {
    const id = await reserved(PLAN + 25);
    await told('open');
    await lapsed();
    await released(id);
    await expectFigures({ available: 0, frozen: PACK, expired: PLAN });
  });
});

describe('a dispute that was won', () => {
  test('gives back what it had frozen', async () => {
    await told('open');
    expect(await granted(told('won'))).toMatchObject({ state: 'won', frozenCredits: 0 });
    await expectFigures({ available: PLAN + PACK, frozen: 0 });
    expect(await newest(2)).toEqual(['freeze', 'unfreeze']);
    expect(await lastNotice()).toMatchObject({
      data: { state: 'won', givenBack: PACK, expiresAt: FEBRUARY },
    });
  });

  test('of a renewed term gives back as if nothing had been', async () => {
    await told('open');
    await granted(shop.subs.renew(account));
    await shop.books.setClock(later(FEBRUARY, HOUR_MS));
    await told('won');
    const { grants } = await balance();
    expect(grants.find(({ source }) => source === 'pack')).toMatchObject({ remaining: PACK });
  });

  test('after the end of its term, with no subscription: its credits expire', async () => {
    await told('open');
    await lapsed();
    await told('won');
    await expectFigures({ available: 0, frozen: 0, expired: PLAN + PACK });
    expect(await newest(2)).toEqual(['unfreeze', 'expire']);
    expect(await lastNotice()).toMatchObject({
      data: { state: 'won', givenBack: 0, expired: PACK, expiresAt: null },
    });
  });

  test('months after the end of its term: its credits count for as long as they were frozen before', async () => {
    const began = (await balance()).at as string;
    await shop.books.setClock(later(FEBRUARY, -3 * DAY_MS));
    await told('open');
    await lapsed();
    await shop.books.setClock(later(FEBRUARY, 70 * DAY_MS));
    await shop.subs.subscribe(account, 's2');
    await shop.books.setClock(later(FEBRUARY, 71 * DAY_MS));
    const before = await balance();
    await told('won');
    const end = later(FEBRUARY, 74 * DAY_MS);
    await expectFigures({ available: PLAN + PACK, frozen: 0, expired: PLAN });
    expect((await balance()).grants).toContainEqual(
      expect.objectContaining({ source: 'pack', remaining: PACK, expiresAt: end }),
    );
    expect(await shop.purchase(account)).toMatchObject({ validUntil: end });
    expect(await lastNotice()).toMatchObject({ data: { givenBack: PACK, expiresAt: end } });
    // As of then it stands as it was.
    const { ledger } = shop.books;
    const at = before.at as string;
    expect(await ledger.balance(account, later(at, -1))).toMatchObject({
      ...{ available: PLAN, frozen: PACK },
    });
    expect(await ledger.balance(account, began)).toMatchObject({
      grants: [{ source: 'plan' }, { source: 'pack', expiresAt: FEBRUARY }],
    });
    await shop.books.setClock(end);
    await granted(ledger.expire(account));
    await expectFigures({ available: PLAN, expired: PLAN + PACK });
    expect((await shop.books.entries(account)).at(-1)).toMatchObject({ reason: 'ended' });
  });

  test('can be disputed again after that, and counts again as long', async () => {
    await shop.books.setClock(later(FEBRUARY, -3 * DAY_MS));
    await told('open');
    await lapsed();
    await shop.subs.subscribe(account, 's2');
    await told('won');
    await told('open', { disputeId: 'dp_2' });
    await shop.books.setClock(later(FEBRUARY, 10 * DAY_MS));
    await told('won', { disputeId: 'dp_2' });
    const { grants } = await balance();
    expect(grants.find(({ source }) => source === 'pack')).toMatchObject({
      expiresAt: later(FEBRUARY, 13 * DAY_MS),
    });
  });
});

describe('a dispute that was lost', () => {
  test('takes what it had frozen, as a refund', async () => {
    await spent(PLAN + 40);
    await told('open');
    expect(await granted(told('lost'))).toMatchObject({ state: 'lost', takenCredits: 85 });
    await expectFigures({ available: 0, frozen: 0, refunded: 85, spent: PLAN + 40 });
    expect(await newest(3)).toEqual(['freeze', 'unfreeze', 'refund']);
    expect(await shop.purchase(account)).toMatchObject({
      refunds: [{ refundId: 'dispute:dp_1', amountCents: PRICE, takenCredits: 85 }],
      disputes: [{ disputeId: 'dp_1', state: 'lost' }],
    });
    const [last, before] = await shop.books.ledger.accountNotices(account);
    expect(last).toMatchObject({ data: { state: 'lost', taken: 85 } });
    expect(before).toMatchObject({ type: 'ran-dry' });
  });

  test('takes what comes back of reserved credits as well', async () => {
    const id = await reserved(PLAN + 25);
    await told('open');
    await told('lost');
    await released(id);
    await expectFigures({ available: PLAN, frozen: 0, refunded: PACK });
  });

  test('after the end of its term takes them all the same', async () => {
    await told('open');
    await lapsed();
    await told('lost');
    await expectFigures({ available: 0, frozen: 0, refunded: PACK, expired: PLAN });
  });

  test('is booked though nothing is left to take', async () => {
    await spent(PLAN + PACK);
    await told('open');
    expect(await granted(told('lost'))).toMatchObject({ takenCredits: 0, owedCredits: 0 });
    await refunded(1, 're_2').catch(() => {});
    expect((await shop.purchase(account)).refunds).toHaveLength(1);
  });
});

describe('in any order, and any number of times', () => {
  test('closed before it was opened', async () => {
    expect(await granted(told('lost'))).toMatchObject({ takenCredits: PACK });
    expect(await told('open')).toMatchObject({ replayed: true, value: { state: 'lost' } });
    await told('won', { disputeId: 'dp_2' });
    expect(await told('open', { disputeId: 'dp_2' })).toMatchObject({ value: { state: 'won' } });
    await expectFigures({ available: PLAN, frozen: 0, refunded: PACK });
  });

  test('told many times at once', async () => {
    await atOnce(CLIENTS, () => told('open'));
    await expectFigures({ frozen: PACK });
    await atOnce(CLIENTS, () => told('lost'));
    await expectFigures({ frozen: 0, refunded: PACK });
  });

  test('an end stands', async () => {
    await told('lost');
    expect(await refusal(told('won'))).toEqual({
      code: 'DISPUTE_CLOSED',
      details: { disputeId: 'dp_1', state: 'lost', closedAt: expect.any(String) },
    });
  });

  test('the same id with another amount or purchase', async () => {
    await bought('q');
    await told('open');
    for (const more of [{ amountCents: 1 }, { purchaseId: 'q' }])
      expect(await refusal(told('open', more))).toEqual({
        code: 'IDEMPOTENCY_CONFLICT',
        details: { disputeId: 'dp_1' },
      });
  });
});

describe('several disputes', () => {
  test('about parts of one purchase freeze their parts, and end apart', async () => {
    await told('open', { amountCents: 1_000 });
    await told('open', { disputeId: 'dp_2', amountCents: 1_000 });
    await expectFigures({ frozen: 52 });
    await told('lost');
    await expectFigures({ frozen: 26, refunded: 26 });
    await told('won', { disputeId: 'dp_2' });
    await expectFigures({ frozen: 0, refunded: 26, available: PLAN + 99 });
  });

  test('about the same money freeze it once, until the last is closed', async () => {
    await told('open');
    await told('open', { disputeId: 'dp_2' });
    await expectFigures({ frozen: PACK });
    await told('won');
    await expectFigures({ frozen: PACK });
    await told('lost', { disputeId: 'dp_2' });
    await told('lost', { disputeId: 'dp_3' });
    await expectFigures({ frozen: 0, refunded: PACK });
    expect((await shop.purchase(account)).refunds).toHaveLength(1);
  });

  test('about several purchases freeze each its own', async () => {
    await bought('q');
    await told('open');
    await told('open', { disputeId: 'dp_2', purchaseId: 'q', amountCents: 1_000 });
    await expectFigures({ frozen: PACK + 26 });
    await told('won');
    await expectFigures({ frozen: 26, available: PLAN + PACK + 99 });
  });
});

describe('a refund during a dispute', () => {
  test('takes frozen credits, and the rest stays frozen', async () => {
    await told('open');
    await refunded(1_000);
    await expectFigures({ frozen: 99, refunded: 26, available: PLAN });
    expect(await newest(2)).toEqual(['unfreeze', 'refund']);
    await told('lost');
    await expectFigures({ frozen: 0, refunded: PACK, available: PLAN });
  });

  test('of the whole price leaves nothing to be lost', async () => {
    await told('open');
    await refunded();
    await expectFigures({ frozen: 0, refunded: PACK });
    await told('lost');
    await expectFigures({ frozen: 0, refunded: PACK, available: PLAN });
    expect((await shop.purchase(account)).refunds).toHaveLength(1);
  });

  test('and before it: what is left of the price is disputed', async () => {
    await refunded(1_000);
    await told('open');
    await expectFigures({ frozen: 99, refunded: 26, available: PLAN });
    await told('won');
    await expectFigures({ frozen: 0, refunded: 26, available: PLAN + 99 });
  });
});

test.each([
  ['another payment', { paymentId: 'pay-2' }],
  ['another currency', { currency: 'EUR' }],
])('a dispute about %s is refused', async (_, more) => {
  expect(await refusal(told('open', more))).toMatchObject({ code: 'DISPUTE_MISMATCH' });
});

test('a purchase that granted nothing has nothing to dispute', async () => {
  await granted(shop.buy(account, 'q'));
  expect(await refusal(told('open', { purchaseId: 'q' }))).toMatchObject({
    code: 'PURCHASE_NOT_GRANTED',
  });
  expect(await refusal(told('open', { purchaseId: 'none' }))).toMatchObject({
    code: 'PURCHASE_NOT_FOUND',
  });
});

test('an operator’s word is an act', async () => {
  await told('open', { reason: 'Ticket 4711', by: 'sam' });
  await told('won', { reason: 'Ticket 4712', by: 'kim' });
  const { acts } = await shop.books.ledger.acts.read({ accountId: account, limit: 10 });
  const detail = { disputeId: 'dp_1', purchaseId: 'p', amountCents: PRICE };
  expect(acts).toMatchObject([
    { what: 'dispute', reason: 'Ticket 4712', by: 'kim', detail: { ...detail, state: 'won' } },
    { what: 'dispute', reason: 'Ticket 4711', by: 'sam', detail: { ...detail, state: 'open' } },
  ]);
});

test('whatever is reserved, used, disputed and given back, no credit is lost or doubled', async () => {
  const step = fc.record({
    do: fc.constantFrom('reserve', 'commit', 'release', 'refund', 'open', 'won', 'lost'),
    size: fc.integer({ min: 1, max: 90 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 16 }), async (steps) => {
      account = await shop.subs.subscribed();
      await bought('p');
      const open: [id: string, credits: number][] = [];
      for (const [index, { do: what, size }] of steps.entries()) {
        if (what === 'refund')
          await shop.purchases.bookRefund({
            ...{ accountId: account, purchaseId: 'p', refundId: `re_${index}` },
            amountCents: size * 20,
          });
        if (what === 'open' || what === 'won' || what === 'lost')
          await told(what, { disputeId: `dp_${size % 3}`, amountCents: 1_000 * (1 + (size % 3)) });
        if (what === 'reserve') {
          const id = newId('r');
          if ((await shop.books.reserve(account, id, size)).ok) open.push([id, size]);
        }
        const [id, credits] = open[0] ?? [];
        if (id === undefined || credits === undefined) continue;
        if (what === 'commit') await committed(id, Math.min(credits, size));
        if (what === 'release') await released(id);
        if (what === 'commit' || what === 'release') open.shift();
      }
      const { granted: all, grants: _, ...figures } = await balance();
      const { available, pendingExpiry, reserved, spent, expired, refunded, frozen } = figures;
      expect(available + pendingExpiry + reserved + spent + expired + refunded + frozen).toBe(all);
    }),
    { numRuns: 25 },
  );
});
