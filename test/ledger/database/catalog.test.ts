import { builtInCatalog } from '../../../catalog/catalog';
import type { CatalogVersion } from '../../../contract/catalog';
import { applyCatalog } from '../../../ledger/apply-catalog';
import {
  atOnce,
  BODY,
  DAY_MS,
  granted,
  HOLD_MS,
  later,
  newId,
  refusal,
  START,
  TestLedger,
} from '../ledger-support';

const BUILT_IN = builtInCatalog()[0] as CatalogVersion;
let books: TestLedger;

beforeEach(async () => {
  books = await TestLedger.open();
});
afterEach(async () => {
  await books.expectBalanced();
  await books.close();
});

/** A catalog version that takes effect so many days after START and costs `credits` for an image. */
function version(number: number, days: number, credits = 2): CatalogVersion {
  const image = { name: 'Text to Image', price: { credits }, timeLimitSeconds: 600 };
  return {
    ...BUILT_IN,
    version: number,
    effectiveFrom: later(START, days * DAY_MS),
    kinds: { ...BUILT_IN.kinds, 'text-to-image': image },
  };
}

const apply = (...versions: CatalogVersion[]) => applyCatalog(books.urls.ownerUrl, versions);

async function stored(): Promise<CatalogVersion[]> {
  const { rows } = await books.owner.query(
    'SELECT document FROM holdfast.catalog_versions ORDER BY version',
  );
  return rows.map(({ document }) => document);
}

test('the migration has applied the built-in catalog', async () => {
  expect(await stored()).toEqual(builtInCatalog());
});

test('applying a version that is there already changes nothing', async () => {
  expect(await apply(BUILT_IN)).toEqual({ applied: [] });
  expect(await apply(version(2, 1), version(3, 2))).toEqual({ applied: [2, 3] });
  expect(await apply(BUILT_IN, version(2, 1), version(3, 2))).toEqual({ applied: [] });
  expect(await stored()).toEqual([BUILT_IN, version(2, 1), version(3, 2)]);
});

test('versions that are still to come may be replaced', async () => {
  await apply(version(2, 1), version(3, 2));
  expect(await apply(version(3, 5, 7))).toEqual({ applied: [3] });
  expect(await stored()).toEqual([BUILT_IN, version(2, 1), version(3, 5, 7)]);
});

test('coming versions may all move, one to another’s old time', async () => {
  await apply(version(2, 1), version(3, 2));
  expect(await apply(version(2, 2), version(3, 3))).toEqual({ applied: [2, 3] });
  expect(await apply(version(2, 1), version(3, 2))).toEqual({ applied: [2, 3] });
  expect(await stored()).toEqual([BUILT_IN, version(2, 1), version(3, 2)]);
});

describe('the ledger refuses, with nothing changed,', () => {
  const refusals: [what: string, code: string, versions: CatalogVersion[]][] = [
    [
      'a change of the effective version',
      'CATALOG_VERSION_EFFECTIVE',
      [{ ...BUILT_IN, packs: {} }],
    ],
    ['a gap in the numbers', 'CATALOG_VERSION_GAP', [version(3, 3), version(5, 5)]],
    ['a number beyond the ledger’s next one', 'CATALOG_VERSION_GAP', [version(4, 4)]],
    ['a number that no version will ever have', 'CATALOG_VERSION_GAP', [version(2 ** 53 - 1, 4)]],
    ['a number given twice', 'CATALOG_DUPLICATE', [version(3, 3), version(3, 4)]],
    ['a new version from the past', 'CATALOG_EFFECTIVE_IN_PAST', [version(3, -1)]],
    ['a new version from this very moment', 'CATALOG_EFFECTIVE_IN_PAST', [version(3, 0)]],
    [
      'a new version within the seconds in which the old one may still sell',
      'CATALOG_EFFECTIVE_IN_PAST',
      [{ ...version(3, 0), effectiveFrom: later(START, 5_000) }],
    ],
    ['a coming version moved into the past', 'CATALOG_EFFECTIVE_IN_PAST', [version(2, -1)]],
    [
      'a version that would take effect before the previous one',
      'INVALID_CATALOG',
      [version(3, 0.5)],
    ],
    [
      'a version that would take effect with the previous one',
      'CATALOG_DUPLICATE',
      [version(3, 1)],
    ],
    ['two versions from one moment', 'CATALOG_DUPLICATE', [version(3, 4), version(4, 4)]],
    [
      'a coming version moved behind its successor',
      'INVALID_CATALOG',
      [version(2, 3), version(3, 2)],
    ],
  ];

  test.each(refusals)('%s', async (_what, code, versions) => {
    await apply(version(2, 1));
    // A good change in the same call goes with the bad one.
    const good = versions.some(({ version: number }) => number === 2) ? [] : [version(2, 1, 9)];
    await expect(apply(...good, ...versions)).rejects.toMatchObject({ code });
    expect(await stored()).toEqual([BUILT_IN, version(2, 1)]);
  });

  test('a wrong number or time, with the figures of what is wrong', async () => {
    await apply(version(2, 1));
    await expect(apply(version(7, 7))).rejects.toMatchObject({
      details: { version: 7, expected: 3 },
    });
    await expect(apply(version(3, 1))).rejects.toMatchObject({
      message: expect.stringContaining('as version 2 does'),
      details: {
        ...{ version: 3, effectiveFrom: later(START, DAY_MS) },
        earlier: { version: 2, effectiveFrom: later(START, DAY_MS) },
      },
    });
  });

  test('a change in the last seconds before a version takes effect, when workers may have read it', async () => {
    await apply(version(2, 1));
    await books.setClock(later(START, DAY_MS - 5_000));
    await expect(apply(version(2, 1, 9))).rejects.toMatchObject({
      code: 'CATALOG_VERSION_EFFECTIVE',
    });
    await books.setClock(later(START, DAY_MS - 5_001));
    expect(await apply(version(2, 1, 9))).toEqual({ applied: [2] });
  });
});

test('one of several catalogs that are applied at once wins, and the others see it', async () => {
  const outcomes = await atOnce(8, (i) =>
    apply(version(2, 1), version(3, 2 + i)).catch((error) => error.code),
  );
  expect(outcomes.filter((outcome) => outcome.applied?.length === 2)).toHaveLength(1);
  const last = (await stored()).at(-1)?.effectiveFrom;
  expect(outcomes.map((_, i) => version(3, 2 + i).effectiveFrom)).toContain(last);
});

test('a version is in force exactly from its effectiveFrom on, and says until when', async () => {
  await apply(version(2, 1, 3), version(3, 2, 4));
  const at = async (ms: number) => {
    await books.setClock(later(START, ms));
    const { catalogVersion, validUntil, catalog } = await books.ledger.effectiveCatalog();
    return [catalogVersion, validUntil, catalog.kinds['text-to-image']?.price.credits];
  };
  expect(await at(0)).toEqual(['1', later(START, DAY_MS), 2]);
  expect(await at(DAY_MS - 1)).toEqual(['1', later(START, DAY_MS), 2]);
  expect(await at(DAY_MS)).toEqual(['2', later(START, 2 * DAY_MS), 3]);
  expect(await at(2 * DAY_MS - 1)).toEqual(['2', later(START, 2 * DAY_MS), 3]);
  expect(await at(2 * DAY_MS)).toEqual(['3', null, 4]);
});

test('credits can’t be reserved at the price of a version that is not in force, old or coming', async () => {
  const account = newId();
  await books.grantPromotion(account, 10);
  await apply(version(2, 1));
  const reserve = (catalogVersion: string, requestId: string) =>
    books.ledger.reserve(account, requestId, BODY, { credits: 2, catalogVersion }, HOLD_MS);
  const stale = (quoted: number, effective: number) => ({
    code: 'STALE_CATALOG',
    details: { quoted, effective },
  });

  await books.setClock(later(START, DAY_MS - 1));
  expect(await refusal(reserve('2', 'r1'))).toEqual(stale(2, 1));
  expect(await granted(reserve('1', 'r1'))).toMatchObject({ catalogVersion: '1' });
  await books.setClock(later(START, DAY_MS));
  expect(await refusal(reserve('1', 'r2'))).toEqual(stale(1, 2));
  expect(await granted(reserve('2', 'r2'))).toMatchObject({ catalogVersion: '2' });
});

test('a version that is no longer in force can still be read, and one that was never applied is an error', async () => {
  await apply(version(2, 1, 3));
  await books.setClock(later(START, DAY_MS));
  expect(await books.ledger.catalogVersion('1')).toEqual({
    catalogVersion: '1',
    catalog: BUILT_IN,
    validUntil: null,
  });
  await expect(books.ledger.catalogVersion('3')).rejects.toMatchObject({ code: 'INTERNAL' });
});
