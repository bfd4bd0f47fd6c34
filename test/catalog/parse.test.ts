import { builtInCatalog, type CatalogProblem, parseCatalogFile } from '../../catalog/catalog';
import type { CatalogVersion, GenerationKind, Pack, Plan } from '../../contract/catalog';
import { codeOf, errorOf } from '../domain/fixtures';

const kind: GenerationKind = {
  name: 'Song',
  price: { credits: 4, perSeconds: 2.5 },
  timeLimitSeconds: 60,
};
const plan: Plan = { name: 'Basic', credits: 10, cycle: 'PT5S' };
const pack: Pack = { credits: 5, priceCents: 199, currency: 'EUR' };
const version: CatalogVersion = {
  version: 3,
  effectiveFrom: '2026-01-01T00:00:00+02:00',
  kinds: { song: kind },
  plans: { basic: plan },
  packs: { small: pack },
};

function problemsOf(...versions: unknown[]): CatalogProblem[] {
  return errorOf(() => parseCatalogFile({ versions })).details.problems as CatalogProblem[];
}

const pathsOf = (...versions: unknown[]) => problemsOf(...versions).map(({ path }) => path);

test('a good file comes back as its versions, whichever number it begins at', () => {
  const next = { ...version, version: 4, effectiveFrom: '2026-01-01T00:00:00+01:00' };
  expect(parseCatalogFile({ versions: [version, next] })).toEqual([version, next]);
});

test('a version may sell nothing at all', () => {
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
])('%j is no catalog file', (raw) => {
  expect(codeOf(() => parseCatalogFile(raw))).toBe('INVALID_CATALOG');
});

test('every problem is listed with its path, in the message and in the details', () => {
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

describe('the code is that of the problem:', () => {
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
  ])('%s is %s', (_what, code, bad) => {
    expect(codeOf(() => parseCatalogFile({ versions: [bad] }))).toBe(code);
  });

  test('of several problems, that of the first with a code of its own', () => {
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

describe('unknown fields are refused', () => {
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
  ])('in %s', (path, raw) => {
    const { code, details } = errorOf(() => parseCatalogFile(raw));
    expect(code).toBe('CATALOG_UNKNOWN_FIELD');
    expect(details.problems).toEqual([
      { path, problem: expect.stringContaining('Unrecognized key'), code },
    ]);
  });
});

describe('versions', () => {
  test.each([0, -1, 1.5, '3', null])('number %j is refused', (number) => {
    expect(pathsOf({ ...version, version: number })).toEqual(['versions[0].version']);
  });

  test.each([
    [3, 'CATALOG_DUPLICATE'],
    [5, 'CATALOG_VERSION_GAP'],
    [2, 'CATALOG_VERSION_GAP'],
  ])('3 is not followed by %i', (number, code) => {
    const next = { ...version, version: number, effectiveFrom: '2027-01-01T00:00:00Z' };
    const error = errorOf(() => parseCatalogFile({ versions: [version, next] }));
    expect(error).toMatchObject({ code, details: { version: number, expected: 4 } });
    expect(error.details.problems).toEqual([
      { path: 'versions[1].version', problem: 'expected 4', code },
    ]);
  });

  test('a number that comes back later is a duplicate as well', () => {
    const at = (number: number, year: number) => ({
      ...version,
      version: number,
      effectiveFrom: `${year}-01-01T00:00:00Z`,
    });
    expect(
      codeOf(() => parseCatalogFile({ versions: [at(3, 2026), at(4, 2027), at(3, 2028)] })),
    ).toBe('CATALOG_DUPLICATE');
  });

  test.each([
    ['2026-01-01T00:00:00+02:00', 'CATALOG_DUPLICATE'],
    ['2025-12-31T22:00:00Z', 'CATALOG_DUPLICATE'],
    ['2026-01-01T00:00:00+03:00', 'INVALID_CATALOG'],
  ])(
    'one that takes effect at %s does not follow one from 2026-01-01T00:00:00+02:00',
    (effectiveFrom, code) => {
      const error = errorOf(() =>
        parseCatalogFile({ versions: [version, { ...version, version: 4, effectiveFrom }] }),
      );
      expect(error.details.problems).toEqual([
        { path: 'versions[1].effectiveFrom', problem: expect.any(String), code },
      ]);
      expect(error.code).toBe(code);
    },
  );

  test.each(['2026-01-01', '2026-01-01T00:00:00', '2026-02-30T00:00:00Z', 'soon', 0])(
    'effectiveFrom %j is not an instant with an offset',
    (effectiveFrom) => {
      expect(pathsOf({ ...version, effectiveFrom })).toEqual(['versions[0].effectiveFrom']);
    },
  );
});

describe('ids are kebab-case', () => {
  test.each([
    'Song',
    'text_to',
    'a b',
    '-a',
    'a-',
    'a--b',
    '',
    'ünï',
    'a/b',
    '__proto__',
    'x'.repeat(65),
  ])('%j is refused as a kind, a plan and a pack', (id) => {
    const own = (value: unknown) => Object.fromEntries([[id, value]]);
    expect(
      problemsOf({ ...version, kinds: own(kind), plans: own(plan), packs: own(pack) }),
    ).toHaveLength(3);
  });

  test('"constructor" is an id like any other', () => {
    const [parsed] = parseCatalogFile({ versions: [{ ...version, kinds: { constructor: kind } }] });
    expect(parsed?.kinds).toEqual({ constructor: kind });
  });
});

describe('kinds', () => {
  const priced = (price: unknown, more: object = {}) =>
    pathsOf({ ...version, kinds: { song: { ...kind, price, ...more } } });

  test.each([0, -1, 0.5, 2 ** 53, '2', null, undefined])(
    'a price of %j credits is refused',
    (credits) => {
      expect(priced({ credits })).toContain('versions[0].kinds.song.price.credits');
      expect(priced({ credits: 1, creditsWithAudio: credits ?? 0 })).toContain(
        'versions[0].kinds.song.price.creditsWithAudio',
      );
    },
  );

  test.each([0, -3, 0.0004, 1.0001, '3', null])(
    'a price per %j seconds is refused',
    (perSeconds) => {
      expect(priced({ credits: 1, perSeconds })).toContain(
        'versions[0].kinds.song.price.perSeconds',
      );
    },
  );

  test('a maximum needs a price by time', () => {
    expect(priced({ credits: 1 }, { maxSeconds: 8 })).toEqual([
      'versions[0].kinds.song.maxSeconds',
    ]);
  });

  test('the longest duration must cost a safe integer', () => {
    expect(priced({ credits: 2 ** 40, perSeconds: 1 })).toEqual(['versions[0].kinds.song.price']);
    expect(priced({ credits: 1, perSeconds: 1, creditsWithAudio: 2 ** 40 })).toEqual([
      'versions[0].kinds.song.price',
    ]);
    const songs = { song: { ...kind, price: { credits: 2 ** 40, perSeconds: 1 }, maxSeconds: 8 } };
    expect(parseCatalogFile({ versions: [{ ...version, kinds: songs }] })).toHaveLength(1);
  });

  test.each([0, -1, 1.5, null, undefined])(
    'a time limit of %j seconds is refused',
    (timeLimitSeconds) => {
      expect(priced(kind.price, { timeLimitSeconds })).toEqual([
        'versions[0].kinds.song.timeLimitSeconds',
      ]);
    },
  );

  test.each(['', 'a\u0000b', 'a\nb', '\ud800', 'x'.repeat(101), 7])(
    'the name %j is refused',
    (name) => {
      expect(priced(kind.price, { name })).toEqual(['versions[0].kinds.song.name']);
    },
  );
});

describe('plans and packs', () => {
  test.each(['P1M', 'P1Y', 'P1W', 'PT5S', 'PT0.5S', 'P1Y2M10DT2H30M'])(
    'a cycle may be %s',
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
  ])('a cycle can’t be %j', (cycle) => {
    expect(new Set(pathsOf({ ...version, plans: { basic: { ...plan, cycle } } }))).toEqual(
      new Set(['versions[0].plans.basic.cycle']),
    );
  });

  test.each([0, -5, 0.5, '10'])('%j credits are refused', (credits) => {
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

  test('a pack may be free', () => {
    const packs = { small: { ...pack, priceCents: 0 } };
    expect(parseCatalogFile({ versions: [{ ...version, packs }] })[0]?.packs).toEqual(packs);
  });

  test.each([-1, 49.5, '49', null])('a pack can’t cost %j cents', (priceCents) => {
    expect(pathsOf({ ...version, packs: { small: { ...pack, priceCents } } })).toEqual([
      'versions[0].packs.small.priceCents',
    ]);
  });

  test.each(['usd', 'US', 'EURO', '$', '', null])('%j is no currency', (currency) => {
    expect(pathsOf({ ...version, packs: { small: { ...pack, currency } } })).toEqual([
      'versions[0].packs.small.currency',
    ]);
  });
});

describe('renewalGrace and settlementWindow', () => {
  test('may be left out, be none at all, or be any duration', () => {
    for (const duration of [undefined, 'PT0S', 'P3D', 'PT90M', 'P1M']) {
      const waits = duration && { renewalGrace: duration, settlementWindow: duration };
      expect(parseCatalogFile({ versions: [{ ...version, ...waits }] })).toEqual([
        { ...version, ...waits },
      ]);
    }
  });

  test.each(['', '-P1D', '3 days', 3, null, 'PT0.0001S', 'P1000Y'])('can’t be %j', (duration) => {
    expect(
      new Set(pathsOf({ ...version, renewalGrace: duration, settlementWindow: duration })),
    ).toEqual(new Set(['versions[0].renewalGrace', 'versions[0].settlementWindow']));
  });

  test('the built-in catalog states none', () => {
    expect(builtInCatalog()[0]).not.toHaveProperty('renewalGrace');
    expect(builtInCatalog()[0]).not.toHaveProperty('settlementWindow');
  });
});
