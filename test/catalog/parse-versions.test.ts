import { parseCatalogFile } from '../../catalog/catalog';
import { codeOf, errorOf } from '../domain/fixtures';
import { kind, pack, pathsOf, plan, problemsOf, version } from './catalog-fixtures';

describe('a catalog version', () => {
  test.each([0, -1, 1.5, '3', null])('is refused with the number %j', (number) => {
    expect(pathsOf({ ...version, version: number })).toEqual(['versions[0].version']);
  });

  test.each([
    [3, 'CATALOG_DUPLICATE'],
    [5, 'CATALOG_VERSION_GAP'],
    [2, 'CATALOG_VERSION_GAP'],
  ])('is refused after version 3 with the number %i', (number, code) => {
    const next = { ...version, version: number, effectiveFrom: '2027-01-01T00:00:00Z' };
    const error = errorOf(() => parseCatalogFile({ versions: [version, next] }));
    expect(error).toMatchObject({ code, details: { version: number, expected: 4 } });
    expect(error.details.problems).toEqual([
      { path: 'versions[1].version', problem: 'expected 4', code },
    ]);
  });

  test('is a duplicate if its number was used before the one in front of it', () => {
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
    'is refused after one from 2026-01-01T00:00:00+02:00 if it takes effect at %s',
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
    'is refused if effectiveFrom is no instant with an offset: %j',
    (effectiveFrom) => {
      expect(pathsOf({ ...version, effectiveFrom })).toEqual(['versions[0].effectiveFrom']);
    },
  );
});

describe('an id in the catalog', () => {
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
  ])('is refused for a kind, a plan and a pack if it is not kebab-case: %j', (id) => {
    const own = (value: unknown) => Object.fromEntries([[id, value]]);
    expect(
      problemsOf({ ...version, kinds: own(kind), plans: own(plan), packs: own(pack) }),
    ).toHaveLength(3);
  });

  test('may be "constructor"', () => {
    const [parsed] = parseCatalogFile({ versions: [{ ...version, kinds: { constructor: kind } }] });
    expect(parsed?.kinds).toEqual({ constructor: kind });
  });
});
