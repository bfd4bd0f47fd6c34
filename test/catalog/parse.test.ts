import { builtInCatalog, type CatalogProblem, parseCatalogFile } from '../../catalog';
import type { CatalogVersion, GenerationKind, Pack, Plan } from '../../domain/catalog';
import { codeOf, errorOf } from '../domain/fixtures';

const kind: GenerationKind = { name: 'Song', price: { credits: 4, perSeconds: 2.5 }, timeLimitSeconds: 60 };
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

test.each([null, undefined, 7, 'catalog', [], {}, { versions: [] }, { versions: {} }, { versions: [null] }])(
  '%j is no catalog file',
  (raw) => {
    expect(codeOf(() => parseCatalogFile(raw))).toBe('INVALID_CATALOG');
  },
);

test('every problem is listed with its path, in the message and in the details', () => {
  const error = errorOf(() =>
    parseCatalogFile({
      versions: [{ ...version, packs: { 'pack-5': { ...pack, priceCents: -1, currency: 'usd' } } }],
    }),
  );
  expect(error.code).toBe('INVALID_CATALOG');
  expect(error.details.problems).toEqual([
    { path: 'versions[0].packs["pack-5"].priceCents', problem: expect.any(String) },
    { path: 'versions[0].packs["pack-5"].currency', problem: 'an ISO 4217 code such as USD' },
  ]);
  for (const { path, problem } of error.details.problems as CatalogProblem[]) {
    expect(error.message).toContain(`${path}: ${problem}`);
  }
});

describe('unknown fields are refused', () => {
  test.each([
    ['the file', { versions: [version], currency: 'USD' }],
    ['versions[0]', { versions: [{ ...version, note: '' }] }],
    ['versions[0].kinds.song', { versions: [{ ...version, kinds: { song: { ...kind, minSeconds: 1 } } }] }],
    [
      'versions[0].kinds.song.price',
      { versions: [{ ...version, kinds: { song: { ...kind, price: { ...kind.price, cents: 1 } } } }] },
    ],
    ['versions[0].plans.basic', { versions: [{ ...version, plans: { basic: { ...plan, priceCents: 1 } } }] }],
    ['versions[0].packs.small', { versions: [{ ...version, packs: { small: { ...pack, name: 'Small' } } }] }],
  ])('in %s', (path, raw) => {
    const problems = errorOf(() => parseCatalogFile(raw)).details.problems as CatalogProblem[];
    expect(problems).toEqual([{ path, problem: expect.stringContaining('Unrecognized key') }]);
  });
});

describe('versions', () => {
  test.each([0, -1, 1.5, '3', null])('number %j is refused', (number) => {
    expect(pathsOf({ ...version, version: number })).toEqual(['versions[0].version']);
  });

  test.each([3, 5, 2])('3 is not followed by %i', (number) => {
    const next = { ...version, version: number, effectiveFrom: '2027-01-01T00:00:00Z' };
    expect(problemsOf(version, next)).toEqual([{ path: 'versions[1].version', problem: 'expected 4' }]);
  });

  test.each(['2026-01-01T00:00:00+02:00', '2025-12-31T22:00:00Z', '2026-01-01T00:00:00+03:00'])(
    'one that takes effect at %s does not follow one from 2026-01-01T00:00:00+02:00',
    (effectiveFrom) => {
      expect(pathsOf(version, { ...version, version: 4, effectiveFrom })).toEqual(['versions[1].effectiveFrom']);
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
  test.each(['Song', 'text_to', 'a b', '-a', 'a-', 'a--b', '', 'ünï', 'a/b', '__proto__', 'x'.repeat(65)])(
    '%j is refused as a kind, a plan and a pack',
    (id) => {
      const own = (value: unknown) => Object.fromEntries([[id, value]]);
      expect(problemsOf({ ...version, kinds: own(kind), plans: own(plan), packs: own(pack) })).toHaveLength(3);
    },
  );

  test('"constructor" is an id like any other', () => {
    const [parsed] = parseCatalogFile({ versions: [{ ...version, kinds: { constructor: kind } }] });
    expect(parsed?.kinds).toEqual({ constructor: kind });
  });
});

describe('kinds', () => {
  const priced = (price: unknown, more: object = {}) =>
    pathsOf({ ...version, kinds: { song: { ...kind, price, ...more } } });

  test.each([0, -1, 0.5, 2 ** 53, '2', null, undefined])('a price of %j credits is refused', (credits) => {
    expect(priced({ credits })).toContain('versions[0].kinds.song.price.credits');
    expect(priced({ credits: 1, creditsWithAudio: credits ?? 0 })).toContain(
      'versions[0].kinds.song.price.creditsWithAudio',
    );
  });

  test.each([0, -3, 0.0004, 1.0001, '3', null])('a price per %j seconds is refused', (perSeconds) => {
    expect(priced({ credits: 1, perSeconds })).toContain('versions[0].kinds.song.price.perSeconds');
  });

  test('a maximum needs a price by time', () => {
    expect(priced({ credits: 1 }, { maxSeconds: 8 })).toEqual(['versions[0].kinds.song.maxSeconds']);
  });

  test('the longest duration must cost a safe integer', () => {
    expect(priced({ credits: 2 ** 40, perSeconds: 1 })).toEqual(['versions[0].kinds.song.price']);
    expect(priced({ credits: 1, perSeconds: 1, creditsWithAudio: 2 ** 40 })).toEqual(['versions[0].kinds.song.price']);
    const songs = { song: { ...kind, price: { credits: 2 ** 40, perSeconds: 1 }, maxSeconds: 8 } };
    expect(parseCatalogFile({ versions: [{ ...version, kinds: songs }] })).toHaveLength(1);
  });

  test.each([0, -1, 1.5, null, undefined])('a time limit of %j seconds is refused', (timeLimitSeconds) => {
    expect(priced(kind.price, { timeLimitSeconds })).toEqual(['versions[0].kinds.song.timeLimitSeconds']);
  });

  test.each(['', 'a\u0000b', 'a\nb', '\ud800', 'x'.repeat(101), 7])('the name %j is refused', (name) => {
    expect(priced(kind.price, { name })).toEqual(['versions[0].kinds.song.name']);
  });
});

describe('plans and packs', () => {
  test.each(['P1M', 'P1Y', 'P1W', 'PT5S', 'PT0.5S', 'P1Y2M10DT2H30M'])('a cycle may be %s', (cycle) => {
    const plans = { basic: { ...plan, cycle } };
    expect(parseCatalogFile({ versions: [{ ...version, plans }] })[0]?.plans).toEqual(plans);
  });

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
    const bad = { ...version, plans: { basic: { ...plan, credits } }, packs: { small: { ...pack, credits } } };
    expect(pathsOf(bad)).toEqual(['versions[0].plans.basic.credits', 'versions[0].packs.small.credits']);
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
      expect(parseCatalogFile({ versions: [{ ...version, ...waits }] })).toEqual([{ ...version, ...waits }]);
    }
  });

  test.each(['', '-P1D', '3 days', 3, null, 'PT0.0001S', 'P1000Y'])('can’t be %j', (duration) => {
    expect(new Set(pathsOf({ ...version, renewalGrace: duration, settlementWindow: duration }))).toEqual(
      new Set(['versions[0].renewalGrace', 'versions[0].settlementWindow']),
    );
  });

  test('the built-in catalog states none', () => {
    expect(builtInCatalog()[0]).not.toHaveProperty('renewalGrace');
    expect(builtInCatalog()[0]).not.toHaveProperty('settlementWindow');
  });
});
