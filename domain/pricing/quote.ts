import type { CatalogVersion, EffectiveCatalog, GenerationKind } from '../../contract/catalog';
import { HoldfastError } from '../../contract/errors';
import { shown } from '../../contract/json';
import type { Dimensions } from '../../contract/price';
import type { PinnedQuote, Priceable, Quote } from '../../contract/prices';
import type { Billed } from '../../contract/provider-answer';
import { creditsFor, dimensionsOf, mistakeIn, wholeMs } from './unit-price';

/**
 * The binding price under one catalog version (docs/rules.md, Pricing). A price by time is charged
 * per started unit.
 *
 * @example an avatar of 10 s at 1 credit per 3 s costs ceil(10 / 3) × 1 = 4 credits
 * @throws HoldfastError UNKNOWN_KIND, DURATION_*, INVALID_DURATION, AUDIO_NOT_ALLOWED
 */
export function quote(asked: Priceable, effective: EffectiveCatalog): Quote {
  const kind = findKind(asked.kind, effective.catalog);
  const dimensions = dimensionsOf(asked);
  const mistake = mistakeIn(asked, kind);
  if (mistake) throw new HoldfastError(mistake.code, mistake.message, mistake.details);
  return {
    kind: asked.kind,
    ...dimensions,
    credits: creditsFor(kind.price, dimensions),
    catalogVersion: effective.catalogVersion,
    validUntil: effective.validUntil,
    ...(kind.cancelled === 'used' && { cancelled: kind.cancelled }),
  };
}

/** A quote with its price pinned. @throws HoldfastError as {@link quote} */
export function pinQuote(asked: Priceable, effective: EffectiveCatalog): PinnedQuote {
  const { price, timeLimitSeconds } = findKind(asked.kind, effective.catalog);
  const quoted = quote(asked, effective);
  const durationMs = quoted.seconds === null ? null : wholeMs(quoted.seconds);
  return { ...quoted, price, durationMs, timeLimitSeconds };
}

/**
 * The credits to charge: min(quote, price of the actual duration at the quoted version), never
 * above the quote. The quote is charged if the actual duration is unknown (null) or no length, or
 * the price is per generation.
 */
export function chargeFor(
  { credits, price, ...quoted }: Pick<PinnedQuote, 'credits' | 'price' | keyof Dimensions>,
  actualDurationMs: number | null,
): number {
  const known = actualDurationMs !== null && actualDurationMs > 0;
  if (!known || price.perSeconds === undefined) return credits;
  return Math.min(
    credits,
    creditsFor(price, { ...quoted, seconds: Math.ceil(actualDurationMs) / 1000 }),
  );
}

/**
 * Whether an output can be charged: a price by time needs a duration, and 0 means that the provider
 * gave none that makes sense.
 */
export function isChargeable(
  { price }: Pick<PinnedQuote, 'price'>,
  actualDurationMs: number | null,
): boolean {
  return price.perSeconds === undefined || actualDurationMs !== 0;
}

/**
 * The credits to charge for a generation that its caller cancelled: min(quote, price of the time
 * that the provider bills). Null if it is free: by the quote, because the provider bills nothing,
 * or because its bill makes no sense.
 */
export function chargeForCancelled(
  quoted: Parameters<typeof chargeFor>[0] & Pick<PinnedQuote, 'cancelled'>,
  billed: Billed | undefined,
): number | null {
  if (quoted.cancelled !== 'used' || billed === undefined || billed.durationMs === 0) return null;
  return chargeFor(quoted, billed.durationMs);
}

/** Finds a kind by its name. @throws HoldfastError UNKNOWN_KIND */
export function findKind(name: string, catalog: CatalogVersion): GenerationKind {
  const kind = Object.hasOwn(catalog.kinds, name) ? catalog.kinds[name] : undefined;
  if (kind) return kind;
  throw new HoldfastError(
    'UNKNOWN_KIND',
    `There is no kind ${shown(name)}; the catalog has ${Object.keys(catalog.kinds).join(', ')}.`,
  );
}
