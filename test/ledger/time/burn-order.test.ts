import fc from 'fast-check';
import type { GrantBody, GrantSource } from '../../../contract/grant';
import { type BurnRank, compareBurnOrder } from '../../support/burn-order';
import { DAY_MS, granted, later, newId, START, type TestLedger } from '../ledger-support';
import { SubscriptionBooks } from '../subscription/subscription-support';

const PRIORITY: Record<GrantSource, number> = { promotion: 10, plan: 20, adjustment: 20, pack: 30 };
const PLAN_CREDITS = 3;
const COSTS = [0, 1, 4900];
let subs: SubscriptionBooks;
let books: TestLedger;

beforeAll(async () => {
  subs = await SubscriptionBooks.open({
    plans: { two: { name: 'Two days', credits: PLAN_CREDITS, cycle: 'P2D' } },
    packs: Object.fromEntries(
      COSTS.flatMap((priceCents) =>
        [1, 2, 3, 4, 5, 6, 7, 8, 9].map((credits) => [
          `pack-${credits}-${priceCents}`,
          { credits, priceCents, currency: 'USD' },
        ]),
      ),
    ),
  });
  books = subs.books;
});
beforeEach(() => books.setClock(START));
afterEach(() => books.expectBalanced());
afterAll(() => books.close());

/** Few distinct ends, costs and times, so that every criterion gets to decide. Without `ends` it belongs to the term. */
const grants = fc.array(
  fc.record({
    source: fc.constantFrom('promotion' as const, 'adjustment' as const, 'pack' as const),
    credits: fc.integer({ min: 1, max: 9 }),
    endsInDays: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    costCents: fc.constantFrom(0, ...COSTS),
    msBefore: fc.constantFrom(0, 0, 1),
  }),
  { minLength: 1, maxLength: 10 },
);
type Granted = BurnRank & { credits: number };
const TERM_END = later(START, 2 * DAY_MS);

async function grantAll(
  account: string,
  wanted: typeof grants extends fc.Arbitrary<infer T> ? T : never,
) {
  const ranks: Granted[] = [
    {
      grantId: '1',
      grantedAt: START,
      credits: PLAN_CREDITS,
      costCents: 0,
      priority: PRIORITY.plan,
      expiresAt: TERM_END,
    },
  ];
  for (const [index, { source, credits, endsInDays, costCents, msBefore }] of wanted.entries()) {
    await books.advanceClock(msBefore);
    const more = { credits, costCents, priority: PRIORITY[source] };
    if (source === 'pack') {
      ranks.push({
        ...more,
        ...(await buy(account, `p${index}`, credits, costCents)),
        expiresAt: TERM_END,
      });
      continue;
    }
    const ownEnd = endsInDays ?? (source === 'promotion' ? 2 : undefined);
    const body: GrantBody = { credits, source, costCents, reason: 'test', by: 'test' };
    if (ownEnd !== undefined) body.expiresAt = later(START, ownEnd * DAY_MS);
    const { grantId, grantedAt } = await granted(books.ledger.grant(account, `k${index}`, body));
    ranks.push({ ...more, grantId, grantedAt, expiresAt: body.expiresAt ?? TERM_END });
  }
  return ranks.sort(compareBurnOrder);
}

async function buy(account: string, purchaseId: string, credits: number, costCents: number) {
  const { purchases } = books.ledger;
  const body = { packId: `pack-${credits}-${costCents}`, shownPriceCents: costCents };
  await granted(purchases.open(account, purchaseId, body));
  const { grantId, resolvedAt } = await granted(
    purchases.settle(account, purchaseId, `pay-${purchaseId}`),
  );
  return { grantId: String(grantId), grantedAt: String(resolvedAt) };
}

/** The grants that `credits` are taken from, by the domain's rule. */
function expectedAllocations(ranked: Granted[], credits: number) {
  let left = credits;
  return ranked.flatMap(({ grantId, credits: held }) => {
    const taken = Math.min(held, left);
    left -= taken;
    return taken > 0 ? [{ grantId, credits: taken }] : [];
  });
}

test('reservations and deductions take credits in the domain’s burn order', async () => {
  await fc.assert(
    fc.asyncProperty(
      grants,
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      async (wanted, share) => {
        const account = newId();
        await books.setClock(START);
        await subs.subscribe(account, 's', 'two');
        const ranked = await grantAll(account, wanted);
        const total = ranked.reduce((sum, { credits }) => sum + credits, 0);
        const credits = Math.max(1, Math.floor(total * share));

        const { grants: shown } = await books.ledger.balance(account);
        expect(shown.map(({ grantId }) => grantId)).toEqual(ranked.map(({ grantId }) => grantId));

        const { allocations } = await granted(books.reserve(account, 'r', credits));
        expect(allocations.map(({ grantId, credits }) => ({ grantId, credits }))).toEqual(
          expectedAllocations(ranked, credits),
        );
        await granted(books.ledger.release(account, 'r', 'test'));

        await granted(books.ledger.deduct(account, 'k', { credits, reason: 'test', by: 'test' }));
        const taken = new Map(
          expectedAllocations(ranked, credits).map(({ grantId, credits }) => [grantId, credits]),
        );
        const left = ranked
          .map(({ grantId, credits }) => [grantId, credits - (taken.get(grantId) ?? 0)] as const)
          .filter(([, remaining]) => remaining > 0);
        const balance = await books.ledger.balance(account);
        expect(balance.grants.map(({ grantId, remaining }) => [grantId, remaining])).toEqual(left);
      },
    ),
    { numRuns: 60 },
  );
});

test('credits that are handed back burn first again', async () => {
  const account = newId();
  const first = await books.grantPromotion(account, 5, { expiresAt: later(START, DAY_MS) });
  const second = await books.grantPromotion(account, 5, { expiresAt: later(START, 2 * DAY_MS) });
  await granted(books.reserve(account, 'r1', 5));
  const { allocations } = await granted(books.reserve(account, 'r2', 2));
  expect(allocations).toMatchObject([{ grantId: second.grantId, credits: 2 }]);
  await granted(books.ledger.release(account, 'r1', 'test'));
  const third = await granted(books.reserve(account, 'r3', 6));
  expect(third.allocations).toMatchObject([
    { grantId: first.grantId, credits: 5 },
    { grantId: second.grantId, credits: 1 },
  ]);
});

test('the one of two equal grants with the smaller id burns first, also from the tenth on', async () => {
  const account = newId();
  for (let i = 0; i < 12; i += 1) await books.grantPromotion(account, 1);
  const { allocations } = await granted(books.reserve(account, 'r', 12));
  expect(allocations.map(({ grantId }) => Number(grantId))).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
  ]);
});

test('credits that have ended never burn, before and after their end is booked', async () => {
  const account = newId();
  await books.grantPromotion(account, 50, { expiresAt: later(START, 1_000) });
  const lasting = await books.grantPromotion(account, 5);
  await books.setClock(later(START, 1_000));
  const refused = await books.reserve(account, 'r1', 6);
  expect(refused).toMatchObject({
    ok: false,
    refusal: { details: { required: 6, available: 5, shortfall: 1 } },
  });
  const { allocations } = await granted(books.reserve(account, 'r2', 5));
  expect(allocations).toMatchObject([{ grantId: lasting.grantId, credits: 5 }]);
});
