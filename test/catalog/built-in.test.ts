import { builtInCatalog, builtInEffectiveCatalog } from '../../catalog/catalog';

const { catalog } = builtInEffectiveCatalog();

test('the built-in catalog has one version, effective from 2020', () => {
  expect(
    builtInCatalog().map(({ version, effectiveFrom }) => ({ version, effectiveFrom })),
  ).toEqual([{ version: 1, effectiveFrom: '2020-01-01T00:00:00Z' }]);
});

test('the built-in catalog is parsed once', () => {
  expect(builtInCatalog()).toBe(builtInCatalog());
});

test('the built-in catalog is effective as version built-in, without a known end', () => {
  expect(builtInEffectiveCatalog()).toEqual({
    catalogVersion: 'built-in',
    validUntil: null,
    catalog: builtInCatalog()[0],
  });
});

test('the built-in catalog has the five kinds that the customer publishes', () => {
  expect(Object.keys(catalog.kinds).sort()).toEqual([
    'ai-avatar',
    'text-to-image',
    'text-to-speech',
    'text-to-video-bytedance',
    'text-to-video-veo3',
  ]);
});

test.each([
  ['lite-monthly', 'Lite Monthly', 150, 'P1M'],
  ['professional-monthly', 'Professional Monthly', 350, 'P1M'],
  ['advanced-monthly', 'Advanced Monthly', 800, 'P1M'],
  ['lite-yearly', 'Lite Yearly', 300, 'P1Y'],
  ['professional-yearly', 'Professional Yearly', 500, 'P1Y'],
  ['advanced-yearly', 'Advanced Yearly', 1200, 'P1Y'],
])('the plan %s (%s) grants %i credits every %s', (id, name, credits, cycle) => {
  expect(catalog.plans[id]).toEqual({ name, credits, cycle });
});

test.each([
  ['pack-125', 125, 4900],
  ['pack-300', 300, 9900],
  ['pack-450', 450, 14900],
])('the pack %s has %i credits for %i US cents', (id, credits, priceCents) => {
  expect(catalog.packs[id]).toEqual({ credits, priceCents, currency: 'USD' });
});

test('the built-in catalog has no other plans and packs', () => {
  expect(Object.keys(catalog.plans)).toHaveLength(6);
  expect(Object.keys(catalog.packs)).toHaveLength(3);
});
