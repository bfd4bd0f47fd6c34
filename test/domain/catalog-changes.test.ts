import type { CatalogVersion, GenerationKind, Pack, Plan } from '../../contract/catalog';
import {
  catalogChanges,
  creditsOfCycle,
  versionChanges,
} from '../../domain/pricing/catalog-changes';

const song: GenerationKind = {
  name: 'Song',
  price: { credits: 4, perSeconds: 2 },
  maxSeconds: 60,
  timeLimitSeconds: 90,
};
const basic: Plan = { name: 'Basic', credits: 10, cycle: 'P1Y' };
const small: Pack = { credits: 5, priceCents: 199, currency: 'EUR' };
const first: CatalogVersion = {
  version: 1,
  effectiveFrom: '2030-01-01T00:00:00Z',
  kinds: { song },
  plans: { basic },
  packs: { small },
};
const NOTHING = { kinds: [], plans: [], packs: [], waits: [], rules: [] };
const NOW = '2030-06-01T00:00:00.000Z';

/** A version that takes effect in `year`, equal to the first one except for `change`. */
const version = (
  number: number,
  year: number,
  change: Partial<CatalogVersion> = {},
): CatalogVersion => {
  return { ...first, version: number, effectiveFrom: `${year}-01-01T00:00:00Z`, ...change };
};

describe('from one version to another', () => {
  test('nothing changes where only number, date and order of members do', () => {
    const reordered = {
      timeLimitSeconds: 90,
      maxSeconds: 60,
      price: { perSeconds: 2, credits: 4 },
      name: 'Song',
    };
    expect(catalogChanges(first, version(2, 2031, { kinds: { song: reordered } }))).toEqual(
      NOTHING,
    );
  });

  test.each<[string, Partial<GenerationKind>]>([
    ['price', { price: { credits: 5, perSeconds: 2 } }],
    ['price with audio', { price: { credits: 4, perSeconds: 2, creditsWithAudio: 6 } }],
    ['longest duration', { maxSeconds: 61 }],
    ['missing longest duration', { maxSeconds: undefined }],
    ['time limit', { timeLimitSeconds: 91 }],
    ['name', { name: 'Songs' }],
    ['cancelled generations', { cancelled: 'used' }],
  ])('a generation type changes with its %s', (_what, change) => {
    const after = { ...song, ...change };
    expect(catalogChanges(first, version(2, 2031, { kinds: { song: after } }))).toEqual({
      ...NOTHING,
      kinds: [{ id: 'song', change: 'changed', before: song, after }],
    });
  });

  test('a generation type that says of cancelled generations what holds anyway is no change', () => {
    const after = { ...song, cancelled: 'free' as const };
    expect(catalogChanges(first, version(2, 2031, { kinds: { song: after } }))).toEqual(NOTHING);
  });

  test.each<[string, Partial<Plan>]>([
    ['credits', { credits: 11 }],
    ['name', { name: 'Basics' }],
    ['cycle', { cycle: 'P6M' }],
    ['field that a later version brings', { seats: 3 } as Partial<Plan>],
    ['cycle written otherwise beside such a field', { cycle: 'P12M', seats: 3 } as Partial<Plan>],
  ])('a plan changes with its %s', (_what, change) => {
    const after = { ...basic, ...change };
    expect(catalogChanges(first, version(2, 2031, { plans: { basic: after } }))).toEqual({
      ...NOTHING,
      plans: [{ id: 'basic', change: 'changed', before: basic, after }],
    });
  });

  test('a plan whose cycle is only written otherwise is no change', () => {
    const after = { ...basic, cycle: 'P12M' };
    expect(catalogChanges(first, version(2, 2031, { plans: { basic: after } }))).toEqual(NOTHING);
  });

  test('what is added and removed is told apart, by id', () => {
    const next = version(2, 2031, {
      kinds: {},
      plans: { basic, constructor: basic },
      packs: { large: small },
    });
    expect(catalogChanges(first, next)).toEqual({
      ...NOTHING,
      kinds: [{ id: 'song', change: 'removed', before: song, after: null }],
      plans: [{ id: 'constructor', change: 'added', before: null, after: basic }],
      packs: [
        { id: 'large', change: 'added', before: null, after: small },
        { id: 'small', change: 'removed', before: small, after: null },
      ],
    });
  });

  test('a plan changes with its credits and its cycle, but not with how the cycle is written', () => {
    const changed = (plan: Plan) =>
      catalogChanges(first, version(2, 2031, { plans: { basic: plan } })).plans;
    expect(changed({ ...basic, cycle: 'P12M' })).toEqual([]);
    for (const after of [
      { ...basic, credits: 11 },
      { ...basic, cycle: 'P365D' },
    ]) {
      expect(changed(after)).toEqual([{ id: 'basic', change: 'changed', before: basic, after }]);
    }
  });

  test('grace and window change from and to their defaults', () => {
    const waits = { renewalGrace: 'P3D', settlementWindow: 'PT0S' };
    const next = version(2, 2031, waits);
    const changes = [
      { field: 'renewalGrace', before: 'PT0S', after: 'P3D' },
      { field: 'settlementWindow', before: 'PT1H', after: 'PT0S' },
    ];
    expect(catalogChanges(first, next).waits).toEqual(changes);
    const back = changes.map(({ field, before, after }) => ({
      field,
      before: after,
      after: before,
    }));
    expect(catalogChanges(next, first).waits).toEqual(back);
    const defaults = version(2, 2031, { renewalGrace: 'P0D', settlementWindow: 'PT60M' });
    expect(catalogChanges(first, defaults).waits).toEqual([]);
  });

  test('rules of refunds change from and to their defaults', () => {
    const next = version(2, 2031, { refund: 'debt', inDebt: 'admit' });
    expect(catalogChanges(first, next).rules).toEqual([
      { field: 'refund', before: 'never', after: 'debt' },
      { field: 'inDebt', before: 'refuse', after: 'admit' },
    ]);
    const defaults = version(3, 2032, { refund: 'never', inDebt: 'refuse' });
    expect(catalogChanges(next, defaults).rules).toHaveLength(2);
    expect(catalogChanges(first, defaults).rules).toEqual([]);
  });
});

describe('a file’s versions beside a ledger’s', () => {
  /** The version with which each one is compared, and the end of its effect. */
  const compared = (ledgers: CatalogVersion[], files: CatalogVersion[]) =>
    versionChanges(ledgers, files, NOW).map((changes) => [
      changes.version,
      changes.comparedWith,
      changes.effectiveUntil,
      changes.replaces,
    ]);
  const YEAR = { 2031: '2031-01-01T00:00:00Z', 2032: '2032-01-01T00:00:00Z' };

  test('those that the ledger has identically are left out', () => {
    expect(versionChanges([first, version(2, 2031)], [first, version(2, 2031)], NOW)).toEqual([]);
  });

  test('each is compared with the one in force just before, the file’s own included', () => {
    const files = [first, version(2, 2031, { packs: {} }), version(3, 2032)];
    expect(compared([first], files)).toEqual([
      [2, 1, YEAR[2032], false],
      [3, 2, null, false],
    ]);
    expect(versionChanges([first], files, NOW)[1]?.packs).toEqual([
      { id: 'small', change: 'added', before: null, after: small },
    ]);
  });

  test('one that takes the place of a coming version is compared with what stays before it', () => {
    const ledgers = [first, version(2, 2031), version(3, 2032)];
    expect(compared(ledgers, [version(2, 2031, { packs: {} })])).toEqual([
      [2, 1, YEAR[2032], true],
    ]);
  });

  test('a change of an effective version is compared with that version as it stands', () => {
    const changed = { ...first, packs: {} };
    expect(compared([first, version(2, 2031)], [changed])).toEqual([[1, 1, YEAR[2031], true]]);
    expect(versionChanges([first], [changed], NOW)[0]?.packs).toEqual([
      { id: 'small', change: 'removed', before: small, after: null },
    ]);
  });

  test('a gap and a date in the past have something to be compared with as well', () => {
    expect(compared([first], [version(5, 2031)])).toEqual([[5, 1, null, false]]);
    expect(compared([first], [version(2, 2029)])).toEqual([[2, null, first.effectiveFrom, false]]);
  });

  test('where nothing was in force before, everything is new', () => {
    expect(versionChanges([], [first], NOW)).toEqual([
      {
        ...{
          version: 1,
          effectiveFrom: first.effectiveFrom,
          effectiveUntil: null,
          comparedWith: null,
          replaces: false,
        },
        kinds: [{ id: 'song', change: 'added', before: null, after: song }],
        plans: [{ id: 'basic', change: 'added', before: null, after: basic }],
        packs: [{ id: 'small', change: 'added', before: null, after: small }],
        waits: [],
        rules: [],
      },
    ]);
  });
});

test('a cycle brings its plan’s credits only if the plan is sold with its length', () => {
  expect(creditsOfCycle(basic, 'P12M')).toBe(10);
  expect(creditsOfCycle(basic, 'P1M')).toBeNull();
  expect(creditsOfCycle(null, 'P1Y')).toBeNull();
});
