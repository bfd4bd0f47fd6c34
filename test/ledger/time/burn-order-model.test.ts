import fc from 'fast-check';
import { type BurnRank, compareBurnOrder } from '../../support/burn-order';

const plan: BurnRank = {
  grantId: '7',
  priority: 20,
  expiresAt: '2026-06-01T00:00:00.000Z',
  costCents: 0,
  grantedAt: '2026-01-01T00:00:00.000Z',
};

describe('the burn order takes', () => {
  test.each<[string, Partial<BurnRank>, Partial<BurnRank>]>([
    ['a promotion before a plan', { priority: 10, expiresAt: null, costCents: 100 }, {}],
    [
      'a plan before a pack that ends sooner',
      {},
      { priority: 30, expiresAt: '2026-02-01T00:00:00Z' },
    ],
    [
      'the sooner end before a later one',
      { expiresAt: '2026-05-31T23:59:59.999Z', costCents: 100 },
      {},
    ],
    [
      'an end that is a microsecond sooner first',
      { expiresAt: '2026-06-01T00:00:00.123456Z' },
      { expiresAt: '2026-06-01T00:00:00.123457Z' },
    ],
    ['any end before none', { costCents: 100 }, { expiresAt: null }],
    ['a free grant before a paid one', { grantedAt: '2026-05-01T00:00:00Z' }, { costCents: 1 }],
    [
      'the older grant before the newer',
      { costCents: 1, grantedAt: '2025-12-31T00:00:00Z' },
      { costCents: 900 },
    ],
    ['the lower id before the higher', {}, { grantId: '10' }],
    [
      'the lower of two ids that are too large for a number first',
      { grantId: '9007199254740992' },
      { grantId: '9007199254740993' },
    ],
  ])('%s', (_what, first, second) => {
    const [a, b] = [
      { ...plan, ...first },
      { ...plan, ...second },
    ];
    expect(compareBurnOrder(a, b)).toBeLessThan(0);
    expect(compareBurnOrder(b, a)).toBeGreaterThan(0);
  });
});

describe('the burn order', () => {
  // Each field has few values, so that ties up to the last criterion are common.
  const instant = fc.constantFrom(
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00.000001Z',
    '2026-03-01T00:00:00+02:00',
  );
  const rank: fc.Arbitrary<BurnRank> = fc.record({
    grantId: fc
      .oneof(fc.nat({ max: 12 }), fc.bigInt({ min: 2n ** 60n, max: 2n ** 60n + 2n }))
      .map(String),
    priority: fc.constantFrom(10, 20, 30),
    expiresAt: fc.option(instant),
    costCents: fc.constantFrom(0, 1, 4900),
    grantedAt: instant,
  });
  const sign = (a: BurnRank, b: BurnRank) => Math.sign(compareBurnOrder(a, b));

  test('is antisymmetric', () => {
    fc.assert(
      fc.property(rank, rank, (a, b) => sign(a, b) + sign(b, a) === 0),
      { numRuns: 2000 },
    );
  });

  test('is transitive', () => {
    fc.assert(
      fc.property(fc.array(rank, { minLength: 3, maxLength: 3 }), (ranks) => {
        const [a, b, c] = ranks.sort(compareBurnOrder) as [BurnRank, BurnRank, BurnRank];
        return sign(a, b) <= 0 && sign(b, c) <= 0 && sign(a, c) <= 0;
      }),
      { numRuns: 2000 },
    );
  });

  test('has no ties between distinct grants', () => {
    fc.assert(
      fc.property(rank, rank, (a, b) => a.grantId === b.grantId || sign(a, b) !== 0),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(rank, (a) => sign(a, { ...a }) === 0));
  });

  test('is the same from any arrangement', () => {
    const grants = fc.uniqueArray(rank, {
      selector: ({ grantId }) => grantId,
      minLength: 2,
      maxLength: 10,
    });
    const arranged = grants.chain((ranks) =>
      fc.tuple(fc.constant(ranks), fc.shuffledSubarray(ranks, { minLength: ranks.length })),
    );
    fc.assert(
      fc.property(arranged, ([ranks, shuffled]) => {
        expect(shuffled.sort(compareBurnOrder)).toEqual([...ranks].sort(compareBurnOrder));
      }),
    );
  });
});
