import fc from 'fast-check';
import type { Balance } from '../../../contract/balance';
import type { CatalogVersion } from '../../../contract/catalog';
import { applyCatalog } from '../../../ledger/apply-catalog';
import { atOnce, granted, HOLD_MS, later, newId, promotion, refusal } from '../ledger-support';
import { FEBRUARY, HOUR_MS } from '../subscription/subscription-support';
import { Shop } from './purchase-support';

const CLIENTS = 12;
const PLAN = 150;
const PACK = 125;
const PRICE = 4_900;
const OWED = 40;
const BODY = { kind: 'text-to-image' };
const IN_DEBT = { code: 'ACCOUNT_IN_DEBT', details: { owed: OWED } };
let shop: Shop;
let account: string;

beforeAll(async () => {
  shop = await Shop.open({ refund: 'debt' }, CLIENTS);
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

const refunded = (amountCents = PRICE, refundId = 're_p', purchaseId = 'p') =>
  granted(shop.purchases.bookRefund({ accountId: account, purchaseId, refundId, amountCents }));

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

const spent = async (credits: number) => committed(await reserved(credits), credits);

/** An account that owes OWED credits and has none. */
async function inDebt(): Promise<void> {
  await spent(PLAN + OWED);
  await refunded();
}

const gift = (credits: number, key = 'gift') =>
  granted(shop.books.ledger.grant(account, key, promotion(credits)));

const newest = async (count: number) =>
  (await shop.books.entries(account)).slice(-count).map(({ type }) => type);

describe('what was used of a refunded pack', () => {
  test('is owed, in an entry that moves no credits', async () => {
    await spent(PLAN + OWED);
    expect(await refunded()).toMatchObject({ credits: PACK, takenCredits: 85, owedCredits: OWED });
    await expectFigures({ available: 0, refunded: 85, owed: OWED, spent: PLAN + OWED });
    expect((await shop.books.entries(account)).at(-1)).toMatchObject({
      ...{ type: 'owe', availableDelta: 0, reservedDelta: 0, owedDelta: OWED, owedAfter: OWED },
      ...{ source: 'pack', purchaseId: 'p', reason: 'refund re_p' },
    });
  });

  test('is owed once, whoever tells the refund again', async () => {
    await inDebt();
    await atOnce(CLIENTS, () => refunded());
    await expectFigures({ owed: OWED });
  });

  test('is owed as far as parts go beyond what was unused', async () => {
    await spent(PLAN + 100);
    // 1,000 of 4,900 cents have paid for 26 credits; 25 are unused.
    expect(await refunded(1_000, 're_a')).toMatchObject({ takenCredits: 25, owedCredits: 1 });
    expect(await refunded(1_000, 're_b')).toMatchObject({ takenCredits: 0, owedCredits: 26 });
    await refunded(2_900, 're_c');
    await expectFigures({ available: 0, refunded: 25, owed: 100 });
  });

  test.each([
    ['used by then', 25, 0, 25],
    ['used in part', 10, 15, 10],
    ['given back', 0, 25, 0],
  ])('counts what was reserved once it is %s', async (_, used, taken, owed) => {
    const id = await reserved(PLAN + 25);
    expect(await refunded()).toMatchObject({ takenCredits: 100, owedCredits: 0 });
    if (used > 0) await committed(id, PLAN + used);
    else await granted(shop.books.ledger.release(account, id, 'cancelled'));
    await expectFigures({ reserved: 0, refunded: 100 + taken, owed });
    expect(await shop.purchase(account)).toMatchObject({
      refunds: [{ takenCredits: 100 + taken, owedCredits: owed }],
    });
  });

  test('is owed after its term as well, and what has expired is not', async () => {
    await spent(PLAN + OWED);
    await shop.books.setClock(later(FEBRUARY, 2 * HOUR_MS));
    await granted(shop.subs.subscriptions.expireTerm(account, 's', 1));
    expect(await refunded()).toMatchObject({ takenCredits: 0, owedCredits: OWED });
    await expectFigures({ expired: 85, owed: OWED });
  });

  test('is not owed where a part covers no more than has expired', async () => {
    await spent(PLAN + OWED);
    await shop.books.setClock(later(FEBRUARY, 2 * HOUR_MS));
    await granted(shop.subs.subscriptions.expireTerm(account, 's', 1));
    expect(await refunded(1_000)).toMatchObject({ credits: 26, takenCredits: 0, owedCredits: 0 });
  });

  test('is owed as of then, and not before', async () => {
    await spent(PLAN + OWED);
    const before = await balance();
    await shop.books.setClock(later(before.at as string, HOUR_MS));
    await refunded();
    expect(await shop.books.ledger.balance(account, before.at as string)).toEqual(before);
    await expectFigures({ owed: OWED });
  });
});

/** Another ledger at that catalog, in which the account has a pack. */
async function elsewhere(catalog: Partial<CatalogVersion>, run: () => Promise<void>) {
  const here = shop;
  shop = await Shop.open(catalog);
  try {
    account = await shop.subs.subscribed();
    await bought('p');
    await run();
    await shop.subs.expectBalanced();
  } finally {
    await shop.books.close();
    shop = here;
  }
}

test.each<Partial<CatalogVersion>>([{ refund: 'never' }, { refund: 'unused' }, {}])(
  'with %p in the catalog, used credits stay used',
  (catalog) =>
    elsewhere(catalog, async () => {
      await inDebt();
      await expectFigures({ available: 0, refunded: 85, owed: 0 });
      await gift(10);
      await spent(10);
    }),
);

test('the catalog at which the pack was bought says it', () =>
  elsewhere({}, async () => {
    const { catalog } = await shop.books.ledger.effectiveCatalog();
    const from = later((await balance()).at as string, HOUR_MS);
    const next = { ...catalog, version: 2, effectiveFrom: from, refund: 'debt' as const };
    await applyCatalog(shop.books.urls.ownerUrl, [next]);
    await shop.books.setClock(from);
    await bought('q');
    const id = newId('r');
    const quote = { credits: PLAN + PACK + OWED, catalogVersion: '2' };
    await granted(shop.books.ledger.reserve(account, id, BODY, quote, HOLD_MS));
    await committed(id, PLAN + PACK + OWED);
    expect(await refunded()).toMatchObject({ takenCredits: 0, owedCredits: 0 });
    expect(await refunded(PRICE, 're_q', 'q')).toMatchObject({ owedCredits: OWED });
  }));

describe('the next grant pays first', () => {
  test.each([
    ['a promotion', 60, () => gift(60)],
    ['a promotion that is not enough', 30, () => gift(30)],
    ['a pack', PACK, () => bought('q')],
    [
      'a cycle',
      PLAN,
      async () => {
        await granted(shop.subs.renew(account));
        await shop.books.setClock(later(FEBRUARY, HOUR_MS));
        await granted(shop.subs.subscriptions.grantCycles(account, 's'));
      },
    ],
    [
      'an adjustment',
      50,
      () =>
        granted(
          shop.books.ledger.grant(
            account,
            'sorry',
            promotion(50, { source: 'adjustment', expiresAt: undefined }),
          ),
        ),
    ],
  ])('%s', async (_, credits, grant) => {
    await inDebt();
    await grant();
    const paid = Math.min(credits, OWED);
    await expectFigures({
      ...{ available: credits - paid, refunded: 85 + paid, owed: OWED - paid },
    });
    expect(await newest(2)).toEqual(['grant', 'repay']);
    expect((await shop.books.entries(account)).at(-1)).toMatchObject({
      ...{ availableDelta: -paid, owedDelta: -paid, availableAfter: credits - paid },
    });
  });

  test('as many as it takes', async () => {
    await inDebt();
    for (const key of ['a', 'b', 'c']) await gift(15, key);
    await expectFigures({ available: 5, owed: 0, refunded: 85 + OWED });
    await gift(1, 'd');
    expect(await newest(1)).toEqual(['grant']);
  });

  test('and what paid a debt is owed again if its own pack is refunded', async () => {
    await inDebt();
    await bought('q');
    expect(await refunded(PRICE, 're_q', 'q')).toMatchObject({
      ...{ takenCredits: PACK - OWED, owedCredits: OWED },
    });
    await expectFigures({ available: 0, owed: OWED });
  });
});

describe('an account in debt', () => {
  beforeEach(async () => {
    await inDebt();
    await granted(shop.subs.renew(account));
  });
  const reserve = (id = newId('r')) => shop.books.reserve(account, id, 1);
  /** Credits that were there before the debt, and are no grant that could pay it. */
  const rich = async () => {
    account = await shop.subs.subscribed();
    await bought('p');
    await bought('q');
    await spent(PLAN + OWED);
    await refunded();
  };

  test('is admitted nothing, though it has credits, until it has paid', async () => {
    await rich();
    await expectFigures({ available: PACK, owed: OWED });
    expect(await refusal(reserve())).toEqual(IN_DEBT);
    await gift(OWED - 1, 'less');
    expect(await refusal(reserve())).toEqual({ ...IN_DEBT, details: { owed: 1 } });
    await gift(1, 'rest');
    await granted(reserve());
  });

  test('is refused alike among others in a batch', async () => {
    await rich();
    const { rows: alone } = await shop.books.owner.query(
      'SELECT holdfast.reserve_credits($1, $2, $3, 1, 1, $4) AS answer',
      [account, 'alone', BODY, HOLD_MS],
    );
    expect(alone[0].answer.refusal).toEqual(IN_DEBT);
    for (const isOneAccount of [true, false]) {
      const operation = {
        name: 'reserve_credits',
        accountId: account,
        credits: 1,
        holdMs: HOLD_MS,
      };
      const batch = ['b1', 'b2'].map((requestId) => ({
        ...{ ...operation, requestId, catalogVersion: 1, body: BODY },
      }));
      const { rows } = await shop.books.owner.query(
        'SELECT answer FROM holdfast.run_batch($1, $2) AS answer',
        [JSON.stringify(batch), isOneAccount],
      );
      expect(rows.map(({ answer }) => answer)).toEqual([alone[0].answer, alone[0].answer]);
    }
    const outcomes = await atOnce(CLIENTS, () => reserve());
    expect(outcomes.filter(({ ok }) => ok)).toEqual([]);
    await gift(OWED);
    expect((await atOnce(CLIENTS, () => reserve())).every(({ ok }) => ok)).toBe(true);
  });

  test('gets no place in the queue, and those who have one wait until it has paid', async () => {
    const quote = { credits: 1, catalogVersion: '1' };
    const wait = { timeout: 'P1D' };
    const late = shop.books.ledger.reserve(account, 'late', BODY, quote, HOLD_MS, wait);
    expect(await refusal(late)).toEqual(IN_DEBT);
    account = await shop.subs.subscribed();
    await bought('p');
    await spent(PLAN + OWED);
    const running = await reserved(80);
    await shop.books.park(account, 'early', 10);
    await refunded();
    await granted(shop.books.ledger.release(account, running, 'cancelled'));
    await gift(OWED - 10);
    const queue = await shop.books.ledger.waitingQueue(account);
    expect(queue).toMatchObject({ heldUp: { code: 'ACCOUNT_IN_DEBT', details: { owed: 10 } } });
    await gift(20, 'more');
    expect(await granted(shop.books.resume(account, 'early', 10))).toMatchObject({
      status: 'open',
    });
  });

  test('is admitted where the catalog says so', () =>
    elsewhere({ refund: 'debt', inDebt: 'admit' }, async () => {
      await rich();
      await granted(reserve());
    }));

  test('ends what runs, and buys', async () => {
    account = await shop.subs.subscribed();
    await bought('p');
    await spent(PLAN);
    const running = await reserved(OWED);
    await refunded();
    await committed(running, OWED);
    await expectFigures({ owed: OWED });
    await bought('q');
    await expectFigures({ available: PACK - OWED, owed: 0 });
  });
});

test('whatever is bought, used, given back and refunded, no credit is lost or doubled', async () => {
  const step = fc.record({
    do: fc.constantFrom('reserve', 'commit', 'release', 'refund', 'buy', 'gift', 'deduct'),
    size: fc.integer({ min: 1, max: 90 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 16 }), async (steps) => {
      account = await shop.subs.subscribed();
      await bought('p0');
      const open: [id: string, credits: number][] = [];
      let packs = 1;
      for (const [index, { do: what, size }] of steps.entries()) {
        if (what === 'buy') await bought(`p${packs++}`);
        if (what === 'gift') await gift(size, `gift-${index}`);
        if (what === 'deduct')
          await shop.books.ledger.deduct(account, `d-${index}`, {
            ...{ credits: size, reason: 'mistake', by: 'ops' },
          });
        if (what === 'refund')
          await shop.purchases.bookRefund({
            ...{ accountId: account, purchaseId: `p${size % packs}` },
            ...{ refundId: `re_${index}`, amountCents: size * 50 },
          });
        if (what === 'reserve') {
          const id = newId('r');
          if ((await shop.books.reserve(account, id, size * 3)).ok) open.push([id, size * 3]);
        }
        const [id, credits] = open[0] ?? [];
        if (id === undefined || credits === undefined) continue;
        if (what === 'commit') await committed(id, Math.min(credits, size * 2));
        if (what === 'release') await granted(shop.books.ledger.release(account, id, 'cancelled'));
        if (what === 'commit' || what === 'release') open.shift();
      }
    }),
    { numRuns: 40 },
  );
});
