import { parseCatalogFile } from '../../catalog/catalog';
import { kind, pathsOf, version } from './catalog-fixtures';

describe('a kind in the catalog', () => {
  const priced = (price: unknown, more: object = {}) =>
    pathsOf({ ...version, kinds: { song: { ...kind, price, ...more } } });

  test.each([0, -1, 0.5, 2 ** 53, '2', null, undefined])(
    'is refused with a price of %j credits',
    (credits) => {
      expect(priced({ credits })).toContain('versions[0].kinds.song.price.credits');
      expect(priced({ credits: 1, creditsWithAudio: credits ?? 0 })).toContain(
        'versions[0].kinds.song.price.creditsWithAudio',
      );
    },
  );

  test.each([0, -3, 0.0004, 1.0001, '3', null])(
    'is refused with a price per %j seconds',
    (perSeconds) => {
      expect(priced({ credits: 1, perSeconds })).toContain(
        'versions[0].kinds.song.price.perSeconds',
      );
    },
  );

  test('is refused with a maximum duration and no price by time', () => {
    expect(priced({ credits: 1 }, { maxSeconds: 8 })).toEqual([
      'versions[0].kinds.song.maxSeconds',
    ]);
  });

  test('is refused if its longest duration costs more than a safe integer', () => {
    expect(priced({ credits: 2 ** 40, perSeconds: 1 })).toEqual(['versions[0].kinds.song.price']);
    expect(priced({ credits: 1, perSeconds: 1, creditsWithAudio: 2 ** 40 })).toEqual([
      'versions[0].kinds.song.price',
    ]);
    const songs = { song: { ...kind, price: { credits: 2 ** 40, perSeconds: 1 }, maxSeconds: 8 } };
    expect(parseCatalogFile({ versions: [{ ...version, kinds: songs }] })).toHaveLength(1);
  });

  test.each([0, -1, 1.5, null, undefined])(
    'is refused with a time limit of %j seconds',
    (timeLimitSeconds) => {
      expect(priced(kind.price, { timeLimitSeconds })).toEqual([
        'versions[0].kinds.song.timeLimitSeconds',
      ]);
    },
  );

  test.each(['free', 'used'])('may say that a cancelled generation is %s', (cancelled) => {
    const kinds = { song: { ...kind, cancelled } };
    expect(parseCatalogFile({ versions: [{ ...version, kinds }] })).toMatchObject([{ kinds }]);
  });

  test.each(['', 'Used', 'half', true, null, 5])(
    'is refused with %j for a cancelled generation',
    (cancelled) => {
      expect(priced(kind.price, { cancelled })).toEqual(['versions[0].kinds.song.cancelled']);
    },
  );

  test.each(['', 'a\u0000b', 'a\nb', '\ud800', 'x'.repeat(101), 7])(
    'is refused with the name %j',
    (name) => {
      expect(priced(kind.price, { name })).toEqual(['versions[0].kinds.song.name']);
    },
  );
});
