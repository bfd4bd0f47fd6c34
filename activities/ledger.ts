import type { RequestRecord } from '../domain/account/ledger-reader';
import { HoldfastError, type Refusal } from '../domain/errors';
import { type GenerationRequest, requestBodyOf } from '../domain/generation/request';
import { parseGenerationRequest } from '../domain/generation/request-parsing';
import { type PackOffer, packsCovering } from '../domain/pricing/packs';
import { type PinnedQuote, pinQuote } from '../domain/pricing/pricing';
import type { Ledger, Outcome } from '../ledger';
import { asActivity } from './support/as-activity';
import { createCatalogCache } from './support/catalog-cache';
import { valueOrRefusal } from './support/refusals';

/** A quote can lose the race against a new catalog version once; twice in a row means that something else is wrong. */
const QUOTE_ATTEMPTS = 3;

/** What became of asking for admission. `known`: the request had ended before. `invalid`: it makes no sense. */
export type AdmitOutcome =
  | { status: 'admitted'; quote: PinnedQuote }
  | { status: 'known'; record: RequestRecord }
  | { status: 'rejected'; refusal: Refusal; packs?: PackOffer[] }
  | { status: 'invalid'; refusal: Refusal };

/** What became of a reservation: its record, or why the ledger refused. */
export type ResolveOutcome = { ok: true; record: RequestRecord } | { ok: false; refusal: Refusal };

export interface CommitInput {
  accountId: string;
  requestId: string;
  credits: number;
  outputUrl: string;
}

export interface ReleaseInput {
  accountId: string;
  requestId: string;
  reason: string;
}

export interface TurnAwayInput {
  request: GenerationRequest;
  reason: string;
}

/** `turned-away`: its key is closed. `admitted`: it holds a reservation from before, and nothing was released. */
export type TurnAwayOutcome = AdmitOutcome | { status: 'turned-away'; record: RequestRecord };

export interface LedgerActivities {
  /** Quotes and reserves in one go. */
  admit(request: GenerationRequest): Promise<AdmitOutcome>;
  /** Closes the key of a request that isn't admitted, so that a reserve which arrives late is refused. */
  turnAway(input: TurnAwayInput): Promise<TurnAwayOutcome>;
  commit(input: CommitInput): Promise<ResolveOutcome>;
  release(input: ReleaseInput): Promise<ResolveOutcome>;
}

export interface LedgerActivitiesOptions {
  ledger: Ledger;
  /** From when on reconciliation asks whether a reservation's workflow still lives. */
  holdMs: number;
}

export function createLedgerActivities({ ledger, holdMs }: LedgerActivitiesOptions): LedgerActivities {
  const catalogs = createCatalogCache(ledger);

  async function reserve(request: GenerationRequest): Promise<AdmitOutcome> {
    const { accountId, requestId } = request;
    const body = requestBodyOf(request);
    for (let attempt = 1; ; attempt += 1) {
      const effective = await (attempt === 1 ? catalogs.current() : catalogs.refresh());
      const quote = valueOrRefusal(() => pinQuote(request, effective));
      // A request that was admitted under an earlier catalog keeps its answer, even if today's has no price for it.
      if ('code' in quote) return knownOr(request, await ledger.known(accountId, requestId, body), quote);

      const reserved = await ledger.reserve(accountId, requestId, body, quote, holdMs);
      if (reserved.ok) return reserved.replayed ? known(request, reserved.value) : { status: 'admitted', quote };
      const { refusal } = reserved;
      if (refusal.code === 'STALE_CATALOG' && attempt < QUOTE_ATTEMPTS) continue;
      if (refusal.code !== 'INSUFFICIENT_CREDITS') return { status: 'rejected', refusal };
      return {
        status: 'rejected',
        refusal,
        packs: packsCovering(Number(refusal.details?.shortfall), effective.catalog),
      };
    }
  }

  async function knownOr(
    request: GenerationRequest,
    outcome: Outcome<RequestRecord | null>,
    refusal: Refusal,
  ): Promise<AdmitOutcome> {
    if (!outcome.ok) return { status: 'rejected', refusal: outcome.refusal };
    return outcome.value ? known(request, outcome.value) : { status: 'invalid', refusal };
  }

  /** A reservation that is still open belongs to this workflow: its first task was lost, or an earlier run of it is gone. */
  async function known(request: GenerationRequest, record: RequestRecord): Promise<AdmitOutcome> {
    if (record.status !== 'open' || record.catalogVersion === null) return { status: 'known', record };
    return { status: 'admitted', quote: pinQuote(request, await ledger.catalogVersion(record.catalogVersion)) };
  }

  return {
    admit: asActivity(async (raw) => {
      const request = valueOrRefusal(() => parseGenerationRequest(raw));
      return 'code' in request ? { status: 'invalid', refusal: request } : reserve(request);
    }),
    turnAway: asActivity(async ({ request: raw, reason }) => {
      const request = valueOrRefusal(() => parseGenerationRequest(raw));
      if ('code' in request) return { status: 'invalid', refusal: request };
      const { accountId, requestId } = request;
      const earlier = await ledger.known(accountId, requestId, requestBodyOf(request));
      if (!earlier.ok) return { status: 'rejected', refusal: earlier.refusal };
      const isOwnTombstone = earlier.value?.body === null && earlier.value.reason === reason;
      if (earlier.value && !isOwnTombstone) return known(request, earlier.value);
      const released = await ledger.release(accountId, requestId, reason);
      // Committed in between: the next attempt finds it known.
      if (!released.ok) throw HoldfastError.of(released.refusal);
      return { status: 'turned-away', record: released.value };
    }),
    commit: asActivity(async ({ accountId, requestId, credits, outputUrl }) =>
      resolved(await ledger.commit(accountId, requestId, credits, outputUrl)),
    ),
    release: asActivity(async ({ accountId, requestId, reason }) =>
      resolved(await ledger.release(accountId, requestId, reason)),
    ),
  };
}

function resolved(outcome: Outcome<RequestRecord>): ResolveOutcome {
  return outcome.ok ? { ok: true, record: outcome.value } : { ok: false, refusal: outcome.refusal };
}
