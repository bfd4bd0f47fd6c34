import fc from 'fast-check';
import { builtInEffectiveCatalog } from '../../catalog/catalog';
import type { CatalogVersion, Pack } from '../../contract/catalog';
import { packsCovering } from '../../domain/pricing/packs';

const { catalog } = builtInEffectiveCatalog();
const offered = (shortfall: number) =>
  packsCovering(shortfall, catalog).map(({ packId, count }) => [packId, count]);

test.each([
  [1, ['pack-125', 'pack-300', 'pack-450']],
  [125, ['pack-125', 'pack-300', 'pack-450']],
  [126, ['pack-300', 'pack-450']],
  [300, ['pack-300', 'pack-450']],
  [301, ['pack-450']],
  [450, ['pack-450']],
])('a shortfall of %i is covered by one of %j', (shortfall, packIds) => {
  expect(offered(shortfall)).toEqual(packIds.map((packId) => [packId, 1]));
});

test.each([
  [451, 2],
  [900, 2],
  [901, 3],
  [1000, 3],
])('a shortfall of %i takes %i of the largest', (shortfall, count) => {
  expect(offered(shortfall)).toEqual([['pack-450', count]]);
});

test('an offer says what is paid for it', () => {
  expect(packsCovering(400, catalog)).toEqual([
    { packId: 'pack-450', credits: 450, priceCents: 14_900, currency: 'USD', count: 1 },
  ]);
});

test('without packs there is no offer', () => {
  expect(packsCovering(1, { ...catalog, packs: {} })).toEqual([]);
});

describe('for any packs and any shortfall', () => {
  const pack: fc.Arbitrary<Pack> = fc.record({
    credits: fc.integer({ min: 1, max: 10_000 }),
    priceCents: fc.nat({ max: 100_000 }),
    currency: fc.constant('USD'),
  });
  const packs = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), pack, {
    minKeys: 1,
    maxKeys: 6,
    noNullPrototype: true,
  });
  const selling = (on: Record<string, Pack>): CatalogVersion => ({ ...catalog, packs: on });
  const shortfalls = fc.integer({ min: 1, max: 100_000 });

  test('every offer covers it, smallest first', () => {
    fc.assert(
      fc.property(packs, shortfalls, (on, shortfall) => {
        const offers = packsCovering(shortfall, selling(on));
        expect(offers.length).toBeGreaterThan(0);
        for (const { credits, count } of offers)
          expect(credits * count).toBeGreaterThanOrEqual(shortfall);
        expect(offers).toEqual([...offers].sort((a, b) => a.credits - b.credits));
      }),
    );
  });

  test('no single pack that covers it is left out, and multiples are offered only where there is none', () => {
    fc.assert(
      fc.property(packs, shortfalls, (on, shortfall) => {
        const offers = packsCovering(shortfall, selling(on));
        const enough = Object.values(on).filter(({ credits }) => credits >= shortfall);
        if (enough.length > 0)
          expect(offers.map(({ count }) => count)).toEqual(enough.map(() => 1));
        else expect(offers).toHaveLength(1);
      }),
    );
  });

  test('no pack of a multiple is superfluous', () => {
    fc.assert(
      fc.property(packs, shortfalls, (on, shortfall) => {
        for (const { credits, count } of packsCovering(shortfall, selling(on))) {
          expect(credits * (count - 1)).toBeLessThan(shortfall);
        }
      }),
    );
  });
});
