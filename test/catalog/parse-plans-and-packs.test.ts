import { builtInCatalog, parseCatalogFile } from '../../catalog/catalog';
import { pack, pathsOf, plan, version } from './catalog-fixtures';

describe('a plan or a pack in the catalog', () => {
  test.each(['P1M', 'P1Y', 'P1W', 'PT5S', 'PT0.5S', 'P1Y2M10DT2H30M'])(
    'may have a cycle of %s',
    (cycle) => {
      const plans = { basic: { ...plan, cycle } };
      expect(parseCatalogFile({ versions: [{ ...version, plans }] })[0]?.plans).toEqual(plans);
    },
  );

  test.each([
    'P1000Y',
    'PT1000000S',
    'PT0S',
    'P0D',
    'P0Y0M',
    'PT0.000S',
    'PT0.0001S',
    'PT0,5S',
    '-P1M',
    'P',
    'PT',
    '1 month',
    30,
    null,
  ])('is refused with a cycle of %j', (cycle) => {
    expect(new Set(pathsOf({ ...version, plans: { basic: { ...plan, cycle } } }))).toEqual(
      new Set(['versions[0].plans.basic.cycle']),
    );
  });

  test.each([0, -5, 0.5, '10'])('is refused with %j credits', (credits) => {
    const bad = {
      ...version,
      plans: { basic: { ...plan, credits } },
      packs: { small: { ...pack, credits } },
    };
    expect(pathsOf(bad)).toEqual([
      'versions[0].plans.basic.credits',
      'versions[0].packs.small.credits',
    ]);
  });

  test('may cost nothing, as a pack', () => {
    const packs = { small: { ...pack, priceCents: 0 } };
    expect(parseCatalogFile({ versions: [{ ...version, packs }] })[0]?.packs).toEqual(packs);
  });

  test.each([-1, 49.5, '49', null])('is refused with a price of %j cents', (priceCents) => {
    expect(pathsOf({ ...version, packs: { small: { ...pack, priceCents } } })).toEqual([
      'versions[0].packs.small.priceCents',
    ]);
  });

  test.each(['usd', 'US', 'EURO', '$', '', null])('is refused with the currency %j', (currency) => {
    expect(pathsOf({ ...version, packs: { small: { ...pack, currency } } })).toEqual([
      'versions[0].packs.small.currency',
    ]);
  });
});

describe('renewalGrace and settlementWindow in the catalog', () => {
  test('may be left out, be none at all, or be any duration', () => {
    for (const duration of [undefined, 'PT0S', 'P3D', 'PT90M', 'P1M']) {
      const waits = duration && { renewalGrace: duration, settlementWindow: duration };
      expect(parseCatalogFile({ versions: [{ ...version, ...waits }] })).toEqual([
        { ...version, ...waits },
      ]);
    }
  });

  test.each(['', '-P1D', '3 days', 3, null, 'PT0.0001S', 'P1000Y'])(
    'are refused as %j',
    (duration) => {
      expect(
        new Set(pathsOf({ ...version, renewalGrace: duration, settlementWindow: duration })),
      ).toEqual(new Set(['versions[0].renewalGrace', 'versions[0].settlementWindow']));
    },
  );

  test('are absent from the built-in catalog', () => {
    expect(builtInCatalog()[0]).not.toHaveProperty('renewalGrace');
    expect(builtInCatalog()[0]).not.toHaveProperty('settlementWindow');
  });
});
