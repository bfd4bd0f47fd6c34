import { HoldfastError } from '../errors';
import { shown } from '../json';
import type { CatalogVersion, EffectiveCatalog, GenerationKind, Price } from './catalog';
import { creditsFor, wholeMs } from './price';

/** Ours where the customer publishes no maximum: 24 hours. */
export const DEFAULT_MAX_SECONDS = 86_400;

/** What has a price: a kind, and where it is priced by time a duration. */
export interface Priceable {
  kind: string;
  seconds?: number;
  audio?: boolean;
}

/** The published quote; `validUntil` is the next catalog version's `effectiveFrom`, or null. */
export interface Quote {
  kind: string;
  seconds: number | null;
  audio: boolean;
  credits: number;
  catalogVersion: string;
  validUntil: string | null;
}

/**
 * Seconds as a caller says them → whole milliseconds.
 *
 * @example durationMsOf(3.001) === 3001
 * @throws HoldfastError INVALID_DURATION, DURATION_NOT_POSITIVE
 */
export function durationMsOf(seconds: unknown): number {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) {
    throw new HoldfastError(
      'INVALID_DURATION',
      `The duration must be a finite number of seconds, not ${shown(seconds)}.`,
    );
  }
  if (seconds <= 0)
    throw new HoldfastError('DURATION_NOT_POSITIVE', `The duration must be more than 0 seconds, not ${seconds}.`);
  const durationMs = Math.round(seconds * 1000);
  // A double can't hold 8.001 exactly; it is the caller's decimals that count, so the nearest millisecond must read the same.
  if (seconds < 1e12 && durationMs / 1000 !== seconds) {
    throw new HoldfastError('INVALID_DURATION', `The duration ${seconds} s has more than three decimals.`);
  }
  return durationMs;
}

/**
 * The binding price under one catalog version (DESIGN.md §3, Pricing): per-time prices are charged per started unit.
 *
 * @example an avatar of 10 s at 1 credit per 3 s costs ceil(10 / 3) × 1 = 4 credits
 * @throws HoldfastError UNKNOWN_KIND, DURATION_*, INVALID_DURATION, AUDIO_NOT_ALLOWED
 */
export function quote(asked: Priceable, effective: EffectiveCatalog): Quote {
  const kind = findKind(asked.kind, effective.catalog);
  const audio = asked.audio ?? false;
  if (audio && kind.price.creditsWithAudio === undefined) {
    throw new HoldfastError('AUDIO_NOT_ALLOWED', `${kind.name} (${asked.kind}) has no audio: leave it out.`);
  }
  return {
    kind: asked.kind,
    seconds: asked.seconds ?? null,
    audio,
    credits: creditsFor(kind.price, checkDuration(asked, kind), audio),
    catalogVersion: effective.catalogVersion,
    validUntil: effective.validUntil,
  };
}

/** A quote with everything that a later charge needs, so that no catalog has to be asked again. */
export interface PinnedQuote extends Quote {
  price: Price;
  durationMs: number | null;
  timeLimitSeconds: number;
}

/** The quote under one catalog version, with its price pinned. @throws as {@link quote} */
export function pinQuote(asked: Priceable, effective: EffectiveCatalog): PinnedQuote {
  const { price, timeLimitSeconds } = findKind(asked.kind, effective.catalog);
  const quoted = quote(asked, effective);
  const durationMs = quoted.seconds === null ? null : durationMsOf(quoted.seconds);
  return { ...quoted, price, durationMs, timeLimitSeconds };
}

/**
 * What is charged: min(quote, price of the actual duration at the quoted version), never above the quote.
 * An unknown actual duration (null, or one that makes no sense) charges the quote, and so does a price per generation.
 */
export function chargeFor(
  { credits, audio, price }: Pick<PinnedQuote, 'credits' | 'audio' | 'price'>,
  actualDurationMs: number | null,
): number {
  const known = actualDurationMs !== null && actualDurationMs >= 0;
  if (!known || price.perSeconds === undefined) return credits;
  return Math.min(credits, creditsFor(price, actualDurationMs, audio));
}

/** The kind of that name. @throws HoldfastError UNKNOWN_KIND */
export function findKind(name: string, catalog: CatalogVersion): GenerationKind {
  const kind = Object.hasOwn(catalog.kinds, name) ? catalog.kinds[name] : undefined;
  if (kind) return kind;
  throw new HoldfastError(
    'UNKNOWN_KIND',
    `There is no kind ${shown(name)}; the catalog has ${Object.keys(catalog.kinds).join(', ')}.`,
  );
}

function checkDuration(asked: Priceable, kind: GenerationKind): number | null {
  const label = `${kind.name} (${asked.kind})`;
  if (kind.price.perSeconds === undefined) {
    if (asked.seconds === undefined) return null;
    throw new HoldfastError('DURATION_NOT_ALLOWED', `${label} is priced per generation: leave the duration out.`);
  }
  if (asked.seconds === undefined)
    throw new HoldfastError('DURATION_REQUIRED', `${label} is priced by time: say how many seconds.`);
  const durationMs = durationMsOf(asked.seconds);
  const maxSeconds = kind.maxSeconds ?? DEFAULT_MAX_SECONDS;
  if (durationMs > wholeMs(maxSeconds)) {
    throw new HoldfastError(
      'DURATION_TOO_LONG',
      `${label} runs for ${maxSeconds} seconds at most, not ${asked.seconds}.`,
      { maxSeconds },
    );
  }
  return durationMs;
}
