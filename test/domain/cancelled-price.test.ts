import fc from 'fast-check';
import { builtInCatalog } from '../../catalog/catalog';
import type { CatalogVersion } from '../../contract/catalog';
import type { Priceable } from '../../contract/prices';
import { type Billed, billedOf } from '../../contract/provider-answer';
import { chargeFor, chargeForCancelled, pinQuote, quote } from '../../domain/pricing/quote';

const [catalog] = builtInCatalog() as [CatalogVersion];

/** The built-in catalog, where every kind says this. */
function selling(cancelled: 'free' | 'used') {
  const kinds = Object.entries(catalog.kinds).map(([id, kind]) => [id, { ...kind, cancelled }]);
  return {
    catalogVersion: '1',
    validUntil: null,
    catalog: { ...catalog, kinds: Object.fromEntries(kinds) },
  };
}

const FILM: Priceable = { kind: 'text-to-video-veo3', seconds: 8 };
const used = pinQuote(FILM, selling('used'));

test('a quote says that a cancelled generation is charged, and nothing where it is free', () => {
  expect(quote(FILM, selling('used'))).toMatchObject({ credits: 24, cancelled: 'used' });
  expect(used).toMatchObject({ credits: 24, cancelled: 'used' });
  const unsaid = pinQuote(FILM, { ...selling('used'), catalog });
  expect(unsaid).not.toHaveProperty('cancelled');
  expect(pinQuote(FILM, selling('free'))).toEqual(unsaid);
});

test.each<[unknown, number | null]>([
  [{ durationMs: 6_000 }, 18],
  [{ durationMs: 5_000.1 }, 18],
  [{ durationMs: 1 }, 3],
  [{ durationMs: 8_000 }, 24],
  [{ durationMs: 80_000 }, 24],
  [{ durationMs: 86_400_000 }, 24],
  [{ durationMs: null }, 24],
  [undefined, null],
  [null, null],
  [{ durationMs: 0 }, null],
  [{ durationMs: -6_000 }, null],
  [{ durationMs: Number.NaN }, null],
  [{ durationMs: Number.POSITIVE_INFINITY }, null],
  [{ durationMs: 86_400_001 }, null],
  [{ durationMs: '6000' }, null],
  [{}, null],
  ['6000', null],
  [6_000, null],
  [[6_000], null],
])('of a film of 8 s for 24 credits, a bill of %j costs %p', (said, credits) => {
  expect(chargeForCancelled(used, billedOf(said))).toBe(credits);
});

test('no bill costs anything where cancelling is free', () => {
  const free = pinQuote(FILM, selling('free'));
  for (const durationMs of [null, 0, 6_000])
    expect(chargeForCancelled(free, { durationMs })).toBeNull();
});

test('any bill is the whole price where it is per generation', () => {
  const image = pinQuote({ kind: 'text-to-image' }, selling('used'));
  expect(chargeForCancelled(image, { durationMs: null })).toBe(2);
  expect(chargeForCancelled(image, { durationMs: 1 })).toBe(2);
  expect(chargeForCancelled(image, { durationMs: 0 })).toBeNull();
  expect(chargeForCancelled(image, undefined)).toBeNull();
});

test('the charge is a whole number from 1 to the quote, or nothing, for any bill', () => {
  fc.assert(
    fc.property(fc.anything(), fc.boolean(), (said, isMember) => {
      const billed = billedOf(isMember ? { durationMs: said } : said);
      const charged = chargeForCancelled(used, billed);
      const isCharge = Number.isSafeInteger(charged) && Number(charged) >= 1;
      return charged === null || (isCharge && Number(charged) <= used.credits);
    }),
  );
});

test('a bill stays as it was understood when it is parsed again', () => {
  const bill = fc.oneof(fc.double(), fc.constant(null), fc.string());
  fc.assert(
    fc.property(bill, (durationMs) => {
      const once = billedOf({ durationMs }) as Billed;
      expect(billedOf(JSON.parse(JSON.stringify(once)))).toEqual(once);
    }),
  );
});

test('a bill of time costs what an output of that length does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 86_400_000 }), (durationMs) => {
      expect(chargeForCancelled(used, { durationMs })).toBe(chargeFor(used, durationMs));
    }),
  );
});
