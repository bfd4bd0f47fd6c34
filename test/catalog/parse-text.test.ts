import { type CatalogProblem, parseCatalogText } from '../../catalog/catalog';
import { codeOf, errorOf } from '../domain/fixtures';
import { kind, plan, version } from './catalog-fixtures';

describe('the text of a catalog file', () => {
  const text = JSON.stringify({ versions: [version] });

  test('is parsed like its value', () => {
    expect(parseCatalogText(JSON.stringify({ versions: [version] }, null, 2))).toEqual([version]);
  });

  test.each(['', '{', 'versions: []', `${text},`])(
    'is refused as INVALID_CATALOG if it is no JSON: %j',
    (bad) => {
      expect(codeOf(() => parseCatalogText(bad))).toBe('INVALID_CATALOG');
    },
  );

  test.each([
    ['the file', text.replace('{', '{"versions": [], '), ['versions']],
    ['a version', text.replace('"version":3', '"version":3,"version" :3'), ['versions[0].version']],
    [
      'the packs (under an escaped name)',
      text.replace(
        '"packs":{',
        '"packs":{"sm\\u0061ll":{"credits":6,"priceCents":1,"currency":"EUR"},',
      ),
      ['versions[0].packs.small'],
    ],
    [
      'a price',
      text.replace('"credits":4', '"credits":5,"credits":4'),
      ['versions[0].kinds.song.price.credits'],
    ],
    [
      'the second version',
      `{"versions":[${JSON.stringify(version)},${JSON.stringify({ ...version, version: 4, effectiveFrom: '2027-01-01T00:00:00Z' }).replace('"plans":{', '"plans":{"basic":null,')}]}`,
      ['versions[1].plans.basic'],
    ],
  ])('is refused if it gives a member of %s twice', (_where, twice, paths) => {
    expect(() => JSON.parse(twice)).not.toThrow();
    const { code, details } = errorOf(() => parseCatalogText(twice));
    expect(code).toBe('CATALOG_DUPLICATE');
    expect(details.problems).toEqual(
      paths.map((path) => ({ path, problem: 'is given twice', code })),
    );
  });

  test('may hold in a string what looks like a repeated member', () => {
    const name = 'a", "name": "b", {"name": [1,2]} \\';
    const kinds = { song: { ...kind, name } };
    const file = { versions: [{ ...version, kinds, plans: { song: plan, basic: plan } }] };
    expect(parseCatalogText(JSON.stringify(file))).toEqual(file.versions);
  });

  test('is refused with its other problems beside a repeated member', () => {
    const broken = text.replace('"credits":4', '"credits":4,"credits":-4');
    const { code, details } = errorOf(() => parseCatalogText(broken));
    expect(code).toBe('CATALOG_DUPLICATE');
    expect((details.problems as CatalogProblem[]).map((problem) => problem.code)).toEqual([
      'CATALOG_DUPLICATE',
      'CATALOG_INVALID_PRICE',
    ]);
  });
});
