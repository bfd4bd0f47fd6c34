import fc from 'fast-check';
import { builtInEffectiveCatalog } from '../../../catalog/catalog';
import type { CatalogVersion, EffectiveCatalog } from '../../../contract/catalog';
import { parsePriceable } from '../../../contract/prices';
import { packsOnSale } from '../../../domain/pricing/packs';
import { quote } from '../../../domain/pricing/quote';
import { wholeMs } from '../../../domain/pricing/unit-price';
import type { Balance, Generation } from '../../../web/element/api/types';
import {
  affordableCount,
  dimensionsInWords,
  durationMsOf,
  longestAffordable,
  type PriceRow,
  priceOf,
  priceRows,
  remediesOf,
  spendable,
} from '../../../web/element/state/affordable';
import { ENGLISH } from '../../../web/element/words/english';
import { createFormat } from '../../../web/element/words/format';
import { priceListOf } from '../../../web/price-list';

const DAY_SECONDS = 86_400;
const { catalog } = builtInEffectiveCatalog();
const rows = priceRows(priceListOf(builtInEffectiveCatalog()).kinds);
const packs = packsOnSale(catalog);
const rowOf = (key: string) => rows.find((row) => row.key === key) as PriceRow;

test('each of the six published prices has a row of its own', () => {
  expect(
    rows.map(({ name, variant, credits, perSeconds }) => [
      name,
      variant?.asked.audio ?? null,
      credits,
      perSeconds,
    ]),
  ).toEqual([
    ['Text to Speech', null, 2, null],
    ['AI Avatar', null, 1, 3],
    ['Text to Image', null, 2, null],
    ['Text to Video (ByteDance)', null, 3, 2],
    ['Text to Video (Veo3)', false, 3, 1],
    ['Text to Video (Veo3)', true, 5, 1],
  ]);
});

test.each([
  ['10', DAY_SECONDS, 10_000],
  ['3.001', 8, 3_001],
  ['8', 8, 8_000],
  ['8.001', 8, null],
  ['3.0001', 8, null],
  ['0', 8, null],
  ['-1', 8, null],
  ['', 8, null],
  ['1e9', DAY_SECONDS, null],
  ['abc', 8, null],
])('%j seconds of at most %d are %p ms', (typed, maxSeconds, durationMs) => {
  expect(durationMsOf(typed, maxSeconds)).toBe(durationMs);
});

test('a duration that is accepted is the domain’s', () => {
  const seconds = fc.oneof(
    fc.integer({ min: 1, max: DAY_SECONDS * 1000 }).map((ms) => ms / 1000),
    fc.double({ min: 1e-4, max: DAY_SECONDS, noNaN: true }),
  );
  fc.assert(
    fc.property(seconds, (asked) => {
      const durationMs = durationMsOf(String(asked), DAY_SECONDS);
      const theirs = () => wholeMs(parsePriceable({ kind: 'film', seconds: asked }).seconds ?? 0);
      if (durationMs === null) expect(theirs).toThrow();
      else expect(theirs()).toBe(durationMs);
    }),
  );
});

/** A kind by time, at any price and with any limit, and the catalog that sells it. */
const timed = fc
  .record({
    credits: fc.integer({ min: 1, max: 500 }),
    unitMs: fc.integer({ min: 1, max: 60_000 }),
    maxMs: fc.integer({ min: 1, max: DAY_SECONDS * 1000 }),
  })
  .map(({ credits, unitMs, maxMs }) => {
    const price = { credits, perSeconds: unitMs / 1000 };
    const kinds = { film: { name: 'Film', price, maxSeconds: maxMs / 1000, timeLimitSeconds: 60 } };
    const version: CatalogVersion = {
      version: 1,
      effectiveFrom: '2020-01-01T00:00:00Z',
      kinds,
      plans: {},
      packs: {},
    };
    const effective: EffectiveCatalog = { catalogVersion: '1', validUntil: null, catalog: version };
    const [row] = priceRows(priceListOf(effective).kinds);
    return { row: row as PriceRow, effective, maxMs };
  });

test('the calculator’s price is what the domain quotes, to the millisecond', () => {
  fc.assert(
    fc.property(timed, fc.integer({ min: 1 }), ({ row, effective, maxMs }, seed) => {
      const durationMs = 1 + (seed % maxMs);
      const quoted = quote({ kind: 'film', seconds: durationMs / 1000 }, effective);
      expect(priceOf(row, durationMs)).toBe(quoted.credits);
    }),
  );
});

test('the six published prices are what the domain quotes', () => {
  const effective = builtInEffectiveCatalog();
  fc.assert(
    fc.property(fc.constantFrom(...rows), fc.integer({ min: 1, max: 8_000 }), (row, durationMs) => {
      const timeOf = row.perSeconds === null ? {} : { seconds: durationMs / 1000 };
      const [kind = ''] = row.key.split('+');
      const quoted = quote({ kind, ...timeOf, ...row.variant?.asked }, effective);
      expect(priceOf(row, durationMs)).toBe(quoted.credits);
    }),
  );
});

test('the longest affordable duration can be paid for, and no millisecond more', () => {
  fc.assert(
    fc.property(timed, fc.nat(2_000), ({ row, effective, maxMs }, credits) => {
      const seconds = longestAffordable(row, credits);
      const costOf = (ms: number) => quote({ kind: 'film', seconds: ms / 1000 }, effective).credits;
      if (seconds === null) return expect(costOf(1)).toBeGreaterThan(credits);
      const longestMs = durationMsOf(String(seconds), maxMs / 1000) as number;
      expect(costOf(longestMs)).toBeLessThanOrEqual(credits);
      if (longestMs < maxMs) expect(costOf(longestMs + 1)).toBeGreaterThan(credits);
    }),
  );
});

test('the affordable count can be paid for, and not one more', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 5_000 }), (credits, price) => {
      const count = affordableCount(credits, price);
      expect(count * price).toBeLessThanOrEqual(credits);
      expect((count + 1) * price).toBeGreaterThan(credits);
    }),
  );
});

test('eight seconds with audio cost 40 credits: with 31, the remedies are a pack of 125 or six seconds', () => {
  const row = rowOf('text-to-video-veo3+audio');
  expect(priceOf(row, 8_000)).toBe(40);
  expect(remediesOf(row, 40 - 31, 31, packs)).toEqual({
    pack: expect.objectContaining({ packId: 'pack-125' }),
    seconds: 6,
  });
});

test('a remedy is named only if it helps', () => {
  const speech = rowOf('text-to-speech');
  expect(remediesOf(speech, 1, 1, [])).toEqual({ pack: null, seconds: null });
  expect(remediesOf(rowOf('ai-avatar'), 451, 0, packs)).toEqual({ pack: null, seconds: null });
  expect(longestAffordable(rowOf('text-to-video-veo3'), 1_000)).toBe(8);
});

test('credits that waiting generations need are not spendable', () => {
  const balance = { available: 31 } as Balance;
  const generation = (status: string, required: number) =>
    ({ status, wait: { required } }) as Generation;
  expect(spendable(balance, [])).toBe(31);
  expect(
    spendable(balance, [
      generation('waiting', 20),
      generation('running', 5),
      generation('waiting', 4),
    ]),
  ).toBe(7);
  expect(spendable(balance, [generation('waiting', 40)])).toBe(0);
});

test.each([
  [{ seconds: null, audio: false }, null],
  [{ seconds: null, audio: true }, 'with audio'],
  [{ seconds: 8, audio: false }, '8 seconds'],
  [{ seconds: 8, audio: true }, '8 seconds, with audio'],
])('a receipt of %j says %j', (dimensions, words) => {
  expect(dimensionsInWords(dimensions, ENGLISH, createFormat('en', { timeZone: 'UTC' }))).toBe(
    words,
  );
});

test('a price without audio is not read as one with it, nor a price per generation as one by time', () => {
  const kinds = [
    { kind: 'a', name: 'A', credits: 3, perSeconds: 1, creditsWithAudio: 5, maxSeconds: 8 },
    { kind: 'b', name: 'B', credits: 2, perSeconds: null, creditsWithAudio: 7, maxSeconds: null },
  ];
  const told = priceRows(kinds).map((row) => [
    row.key,
    row.variant?.name(ENGLISH),
    row.credits,
    priceOf(row, 2_500),
  ]);
  expect(told).toEqual([
    ['a', 'without audio', 3, 9],
    ['a+audio', 'with audio', 5, 15],
    ['b', 'without audio', 2, 2],
    ['b+audio', 'with audio', 7, 7],
  ]);
});
