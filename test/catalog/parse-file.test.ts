import { type CatalogProblem, parseCatalogFile } from '../../catalog/catalog';
import { codeOf, errorOf } from '../domain/fixtures';
import { kind, pack, plan, version } from './catalog-fixtures';

test('a valid catalog file is parsed to its versions, from any first number', () => {
  const next = { ...version, version: 4, effectiveFrom: '2026-01-01T00:00:00+01:00' };
  expect(parseCatalogFile({ versions: [version, next] })).toEqual([version, next]);
});

test('a catalog version may have no kinds, plans and packs', () => {
  const empty = { ...version, kinds: {}, plans: {}, packs: {} };
  expect(parseCatalogFile({ versions: [empty] })).toEqual([empty]);
});

test.each([
  null,
  undefined,
  7,
  'catalog',
  [],
  {},
  { versions: [] },
  { versions: {} },
  { versions: [null] },
])('a catalog file is refused as INVALID_CATALOG if it is %j', (raw) => {
  expect(codeOf(() => parseCatalogFile(raw))).toBe('INVALID_CATALOG');
});

test('every problem of a catalog file is in the message and the details, with its path', () => {
  const error = errorOf(() =>
    parseCatalogFile({
      versions: [{ ...version, packs: { 'pack-5': { ...pack, priceCents: -1, currency: 'usd' } } }],
    }),
  );
  expect(error.details.problems).toEqual([
    {
      path: 'versions[0].packs["pack-5"].priceCents',
      problem: expect.any(String),
      code: 'CATALOG_INVALID_PRICE',
    },
    {
      path: 'versions[0].packs["pack-5"].currency',
      problem: 'an ISO 4217 code such as USD',
      code: 'INVALID_CATALOG',
    },
  ]);
  for (const { path, problem } of error.details.problems as CatalogProblem[]) {
    expect(error.message).toContain(`${path}: ${problem}`);
  }
});

describe('the code of a refused catalog file', () => {
  const priced = (price: object) => ({ ...version, kinds: { song: { ...kind, price } } });
  const planned = (change: object) => ({ ...version, plans: { basic: { ...plan, ...change } } });
  const packed = (change: object) => ({ ...version, packs: { small: { ...pack, ...change } } });

  test.each<[string, string, object]>([
    ['a negative price', 'CATALOG_INVALID_PRICE', priced({ credits: -1 })],
    ['a price of nothing', 'CATALOG_INVALID_PRICE', priced({ credits: 0 })],
    [
      'a fractional price with audio',
      'CATALOG_INVALID_PRICE',
      priced({ credits: 1, creditsWithAudio: 1.5 }),
    ],
    ['a price per no time at all', 'CATALOG_INVALID_PRICE', priced({ credits: 1, perSeconds: 0 })],
    [
      'a price that can’t be counted',
      'CATALOG_INVALID_PRICE',
      priced({ credits: 2 ** 40, perSeconds: 1 }),
    ],
    [
      'no price',
      'CATALOG_INVALID_PRICE',
      { ...version, kinds: { song: { name: 'Song', timeLimitSeconds: 60 } } },
    ],
    ['a plan of no credits', 'CATALOG_INVALID_PRICE', planned({ credits: 0 })],
    ['a pack of negative credits', 'CATALOG_INVALID_PRICE', packed({ credits: -125 })],
    ['a pack at a negative price', 'CATALOG_INVALID_PRICE', packed({ priceCents: -4900 })],
    ['a pack at a fraction of a cent', 'CATALOG_INVALID_PRICE', packed({ priceCents: 49.5 })],
    ['a cycle of zero', 'CATALOG_INVALID_CYCLE', planned({ cycle: 'P0D' })],
    ['a negative cycle', 'CATALOG_INVALID_CYCLE', planned({ cycle: '-P1M' })],
    ['a cycle in words', 'CATALOG_INVALID_CYCLE', planned({ cycle: '1 month' })],
    ['an unknown field', 'CATALOG_UNKNOWN_FIELD', planned({ price: 9 })],
    ['a grace in words', 'INVALID_CATALOG', { ...version, renewalGrace: '3 days' }],
    ['a window in words', 'INVALID_CATALOG', { ...version, settlementWindow: 'an hour' }],
    ['a currency in small letters', 'INVALID_CATALOG', packed({ currency: 'usd' })],
    ['a bad id', 'INVALID_CATALOG', { ...version, plans: { Basic: plan } }],
    [
      'a time limit of zero',
      'INVALID_CATALOG',
      { ...version, kinds: { song: { ...kind, timeLimitSeconds: 0 } } },
    ],
    ['no plans', 'INVALID_CATALOG', { ...version, plans: undefined }],
  ])('for %s is %s', (_what, code, bad) => {
    expect(codeOf(() => parseCatalogFile({ versions: [bad] }))).toBe(code);
  });

  test('is that of the first problem with a code of its own', () => {
    const error = errorOf(() =>
      parseCatalogFile({
        versions: [
          {
            ...packed({ currency: 'usd' }),
            plans: { credits: { ...plan, cycle: 'PT0S', credits: 0 } },
          },
        ],
      }),
    );
    expect(
      (error.details.problems as CatalogProblem[]).map(({ path, code }) => [path, code]),
    ).toEqual([
      ['versions[0].plans.credits.credits', 'CATALOG_INVALID_PRICE'],
      ['versions[0].plans.credits.cycle', 'CATALOG_INVALID_CYCLE'],
      ['versions[0].packs.small.currency', 'INVALID_CATALOG'],
    ]);
    expect(error.code).toBe('CATALOG_INVALID_PRICE');
    const later = { ...version, version: 5, effectiveFrom: '2020-01-01T00:00:00Z' };
    expect(codeOf(() => parseCatalogFile({ versions: [version, later] }))).toBe(
      'CATALOG_VERSION_GAP',
    );
  });
});

describe('an unknown field', () => {
  test.each([
    ['the file', { versions: [version], currency: 'USD' }],
    ['versions[0]', { versions: [{ ...version, note: '' }] }],
    [
      'versions[0].kinds.song',
      { versions: [{ ...version, kinds: { song: { ...kind, minSeconds: 1 } } }] },
    ],
    [
      'versions[0].kinds.song.price',
      {
        versions: [
          { ...version, kinds: { song: { ...kind, price: { ...kind.price, cents: 1 } } } },
        ],
      },
    ],
    [
      'versions[0].plans.basic',
      { versions: [{ ...version, plans: { basic: { ...plan, priceCents: 1 } } }] },
    ],
    [
      'versions[0].packs.small',
      { versions: [{ ...version, packs: { small: { ...pack, name: 'Small' } } }] },
    ],
  ])('of %s is refused', (path, raw) => {
    const { code, details } = errorOf(() => parseCatalogFile(raw));
    expect(code).toBe('CATALOG_UNKNOWN_FIELD');
    expect(details.problems).toEqual([
      { path, problem: expect.stringContaining('Unrecognized key'), code },
    ]);
  });
});
