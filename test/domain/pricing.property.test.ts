import fc from 'fast-check';
import type { CatalogVersion, EffectiveCatalog } from '../../contract/catalog';
import { parsePriceable } from '../../contract/prices';
import { chargeFor, pinQuote, quote } from '../../domain/pricing/quote';
import { wholeMs } from '../../domain/pricing/unit-price';
import { codeOf } from './fixtures';

const DAY_MS = 86_400_000;
const durationMs = fc.integer({ min: 1, max: DAY_MS });
const unitMs = fc.integer({ min: 1, max: 3_600_000 });
const unitCredits = fc.integer({ min: 1, max: 1000 });

/** A catalog with one kind at `credits` per unit. */
function selling(credits: number, perUnitMs: number): EffectiveCatalog {
  const catalog: CatalogVersion = {
    version: 1,
    effectiveFrom: '2020-01-01T00:00:00Z',
    kinds: {
      film: {
        name: 'Film',
        price: { credits, perSeconds: perUnitMs / 1000 },
        timeLimitSeconds: 60,
      },
    },
    plans: {},
    packs: {},
  };
  return { catalogVersion: '1', validUntil: null, catalog };
}

const priceOf = (ms: number, effective: EffectiveCatalog) =>
  quote({ kind: 'film', seconds: ms / 1000 }, effective).credits;

test('every whole millisecond survives the way through seconds', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e15 - 1 }),
      (ms) => wholeMs(parsePriceable({ kind: 'film', seconds: ms / 1000 }).seconds ?? 0) === ms,
    ),
  );
});

test('seconds with more than three decimals are refused', () => {
  const tenThousandths = fc
    .integer({ min: 1, max: DAY_MS * 10 })
    .filter((count) => count % 10 !== 0);
  fc.assert(
    fc.property(
      tenThousandths,
      (count) =>
        codeOf(() => parsePriceable({ kind: 'film', seconds: count / 10_000 })) ===
        'INVALID_DURATION',
    ),
  );
});

test('the price never falls as the duration grows', () => {
  fc.assert(
    fc.property(durationMs, durationMs, unitMs, unitCredits, (a, b, unit, credits) => {
      const effective = selling(credits, unit);
      return priceOf(Math.min(a, b), effective) <= priceOf(Math.max(a, b), effective);
    }),
  );
});

test('the longest duration may be asked for, to the millisecond, and none that is longer', () => {
  fc.assert(
    fc.property(durationMs, (maxMs) => {
      const effective = selling(1, 1000);
      Object.assign(effective.catalog.kinds.film as object, { maxSeconds: maxMs / 1000 });
      expect(priceOf(maxMs, effective)).toBe(Math.ceil(maxMs / 1000));
      expect(codeOf(() => priceOf(maxMs + 1, effective))).toBe('DURATION_TOO_LONG');
    }),
  );
});

test('n units to the millisecond cost n, and one millisecond more starts another', () => {
  fc.assert(
    fc.property(unitMs, unitCredits, fc.nat(), (unit, credits, seed) => {
      const effective = selling(credits, unit);
      const units = 1 + (seed % (Math.floor(DAY_MS / unit) - 1));
      expect(priceOf(units * unit, effective)).toBe(units * credits);
      expect(priceOf(units * unit + 1, effective)).toBe((units + 1) * credits);
    }),
  );
});

test('the price is that of the started units, counted in integers', () => {
  fc.assert(
    fc.property(durationMs, unitMs, unitCredits, (ms, unit, credits) => {
      const startedUnits = (BigInt(ms) + BigInt(unit) - 1n) / BigInt(unit);
      expect(BigInt(priceOf(ms, selling(credits, unit)))).toBe(startedUnits * BigInt(credits));
    }),
  );
});

test('the charge is min(quote, price of the actual duration)', () => {
  fc.assert(
    fc.property(durationMs, durationMs, unitMs, unitCredits, (askedMs, actualMs, unit, credits) => {
      const effective = selling(credits, unit);
      const quoted = pinQuote({ kind: 'film', seconds: askedMs / 1000 }, effective);
      const charge = chargeFor(quoted, actualMs);
      expect(charge).toBe(Math.min(quoted.credits, priceOf(actualMs, effective)));
    }),
  );
});

test('for any duration that a provider reports, the charge lies between nothing and the quote', () => {
  fc.assert(
    fc.property(
      durationMs,
      fc.option(fc.double()),
      unitMs,
      unitCredits,
      (askedMs, actualMs, unit, credits) => {
        const effective = selling(credits, unit);
        const quoted = pinQuote({ kind: 'film', seconds: askedMs / 1000 }, effective);
        const charge = chargeFor(quoted, actualMs);
        expect(Number.isSafeInteger(charge) && charge >= 0 && charge <= quoted.credits).toBe(true);
      },
    ),
  );
});
