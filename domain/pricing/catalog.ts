/** Shapes of the catalog: prices, plans and packs as data (DESIGN.md §1). Validated by `catalog/`. */

export interface Price {
  /** Credits per generation, or per started unit of `perSeconds`. */
  credits: number;
  /** The unit of a price by time, in seconds; absent for a price per generation. */
  perSeconds?: number;
  /** The same price with audio; absent where the kind has no audio. */
  creditsWithAudio?: number;
}

export interface GenerationKind {
  name: string;
  price: Price;
  /** The longest duration that may be asked for, in seconds; only with a price by time. */
  maxSeconds?: number;
  /** Queueing and generating together; past it the reservation is released as `timed-out`. */
  timeLimitSeconds: number;
}

export interface Plan {
  name: string;
  /** Granted at the start of each billing cycle. */
  credits: number;
  /** ISO 8601 duration, e.g. `P1M`. */
  cycle: string;
}

export interface Pack {
  credits: number;
  /** Minor units of `currency`. */
  priceCents: number;
  /** ISO 4217. */
  currency: string;
}

export interface CatalogVersion {
  /** 1, 2, 3, … without gaps. */
  version: number;
  /** ISO 8601 instant from which this version's prices apply. */
  effectiveFrom: string;
  kinds: Record<string, GenerationKind>;
  plans: Record<string, Plan>;
  packs: Record<string, Pack>;
  /** ISO 8601 duration: how long after the paid period's end credits stay spendable. None by default. */
  renewalGrace?: string;
  /** ISO 8601 duration: how long after a lapse a late message of an earlier payment is waited for. `PT1H` by default. */
  settlementWindow?: string;
}

/** A catalog version as one quotes from it; `version` is published as text, `built-in` where no ledger is at hand. */
export interface EffectiveCatalog {
  catalogVersion: string;
  /** ISO 8601: when the next version takes effect; null where none is known. */
  validUntil: string | null;
  catalog: CatalogVersion;
}
