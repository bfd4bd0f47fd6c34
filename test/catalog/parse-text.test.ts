import { type CatalogProblem, parseCatalogText } from '../../catalog/catalog';
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

describe('a file’s text', () => {
  const text = JSON.stringify({ versions: [version] });

  test('is read like its value', () => {
    expect(parseCatalogText(JSON.stringify({ versions: [version] }, null, 2))).toEqual([version]);
  });

  test.each(['', '{', 'versions: []', `${text},`])('%j is not JSON', (bad) => {
    expect(codeOf(() => parseCatalogText(bad))).toBe('INVALID_CATALOG');
  });

  test.each([
    ['the file', text.replace('{', '{"versions": [], '), ['versions']],
    ['a version', text.replace('"version":3', '"version":3,"version" :3'), ['versions[0].version']],
    [
      'the packs, by an escaped name',
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
  ])('may not give a member twice, in %s', (_where, twice, paths) => {
    expect(() => JSON.parse(twice)).not.toThrow();
    const { code, details } = errorOf(() => parseCatalogText(twice));
    expect(code).toBe('CATALOG_DUPLICATE');
    expect(details.problems).toEqual(
      paths.map((path) => ({ path, problem: 'is given twice', code })),
    );
  });

  test('may have what only looks like a member given twice, in a text', () => {
    const name = 'a", "name": "b", {"name": [1,2]} \\';
    const kinds = { song: { ...kind, name } };
    const file = { versions: [{ ...version, kinds, plans: { song: plan, basic: plan } }] };
    expect(parseCatalogText(JSON.stringify(file))).toEqual(file.versions);
  });

  test('lists what else is wrong as well', () => {
    const broken = text.replace('"credits":4', '"credits":4,"credits":-4');
    const { code, details } = errorOf(() => parseCatalogText(broken));
    expect(code).toBe('CATALOG_DUPLICATE');
    expect((details.problems as CatalogProblem[]).map((problem) => problem.code)).toEqual([
      'CATALOG_DUPLICATE',
      'CATALOG_INVALID_PRICE',
    ]);
  });
});
