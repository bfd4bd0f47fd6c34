import type { CatalogVersion } from '../../contract/catalog';
import { ERROR_CATALOGUE, HoldfastError, type Refusal } from '../../contract/errors';
import type { RequestRecord } from '../../contract/generation';
import { type GenerationRequest, parseGenerationRequest } from '../../contract/generation';
import { parseDelivery } from '../../contract/generation-job';
import type { PackOffer, PinnedQuote } from '../../contract/prices';
import { reasonOf } from '../../contract/provider-answer';
import type { Waiting } from '../../contract/waiting';
import { RELEASE_REASONS } from '../../domain/generation/generation-result';
import { requestBodyOf } from '../../domain/generation/request-body';
import { waitingAt, waitLimitOf } from '../../domain/generation/waiting-place';
import { packsCovering } from '../../domain/pricing/packs';
import { pinQuote } from '../../domain/pricing/quote';
import type { Ledger, Outcome } from '../../ledger/ledger';
import { asActivity } from '../support/as-activity';
import { createCatalogCache } from '../support/catalog-cache';
import { unlessUnstorable, valueOrRefusal } from '../support/refusals';

/** A quote can lose the race against a new catalog version once; twice in a row means that something else is wrong. */
const QUOTE_ATTEMPTS = 3;

/** What became of asking for admission. `known`: the request had ended before. `invalid`: it makes no sense. */
export type AdmitOutcome =
  | { status: 'admitted'; quote: PinnedQuote }
  | { status: 'waiting'; waiting: Waiting }
  | { status: 'known'; record: RequestRecord }
  | { status: 'rejected'; refusal: Refusal; packs?: PackOffer[] }
  | { status: 'invalid'; refusal: Refusal };

/** What became of asking for admission, where nothing is left to wait for. */
export type Decided = Exclude<AdmitOutcome, { status: 'waiting' }>;

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

/**
 * `turned-away`: its key is closed. `admitted`: it holds a reservation from before, and nothing was released.
 * `still-waiting`: it has a place in the queue from before, and keeps it.
 */
export type TurnAwayOutcome =
  | Decided
  | { status: 'turned-away'; record: RequestRecord }
  | { status: 'still-waiting' };

export interface ReservationActivities {
  /** Quotes and reserves in one go, or puts the request into the queue if it wants to wait. */
  admit(request: GenerationRequest): Promise<AdmitOutcome>;
  /** Asks whether a request that waits is served by now, at today's price. */
  resume(request: GenerationRequest): Promise<AdmitOutcome>;
  /** Closes the key of a request that isn't admitted, so that a reserve which arrives late is refused. */
  turnAway(input: TurnAwayInput): Promise<TurnAwayOutcome>;
  /** Refuses, with PROVIDER_FAULT, what no output can be paid for with. */
  commit(input: CommitInput): Promise<ResolveOutcome>;
  release(input: ReleaseInput): Promise<ResolveOutcome>;
}

export interface ReservationActivitiesOptions {
  ledger: Ledger;
  /** From when on reconciliation asks whether a reservation's workflow still lives. */
  holdMs: number;
}

export function createReservationActivities({
  ledger,
  holdMs,
}: ReservationActivitiesOptions): ReservationActivities {
  const catalogs = createCatalogCache(ledger);

  async function reserve(request: GenerationRequest): Promise<AdmitOutcome> {
    const { accountId, requestId } = request;
    const body = requestBodyOf(request);
    for (let attempt = 1; ; attempt += 1) {
      const effective = await (attempt === 1 ? catalogs.current() : catalogs.refresh());
      const quote = valueOrRefusal(() => pinQuote(request, effective));
      // A request that was admitted under an earlier catalog keeps its answer, even if today's has no price for it.
      if ('code' in quote)
        return knownOr(request, await ledger.known(accountId, requestId, body), quote);

      const reserved = await ledger.reserve(
        accountId,
        requestId,
        body,
        quote,
        holdMs,
        waitLimitOf(request),
      );
      if (reserved.ok && reserved.replayed) return known(request, reserved.value);
      if (reserved.ok && reserved.value.status === 'waiting')
        return placeOf(request, effective.catalog);
      if (reserved.ok) return { status: 'admitted', quote };
      const { refusal } = reserved;
      if (refusal.code === 'STALE_CATALOG' && attempt < QUOTE_ATTEMPTS) continue;
      if (ERROR_CATALOGUE[refusal.code].class === 'bad-input')
        return { status: 'invalid', refusal };
      if (refusal.code !== 'INSUFFICIENT_CREDITS') return { status: 'rejected', refusal };
      return {
        status: 'rejected',
        refusal,
        packs: packsCovering(Number(refusal.details?.shortfall), effective.catalog),
      };
    }
  }

  async function placeOf(
    { accountId, requestId }: GenerationRequest,
    catalog: CatalogVersion,
  ): Promise<AdmitOutcome> {
    const waiting = waitingAt(await ledger.waitingPlace(accountId, requestId), catalog);
    if (waiting) return { status: 'waiting', waiting };
    // The next attempt finds out how.
    throw new HoldfastError('INTERNAL', `Request ${requestId} has left the queue just now.`);
  }

  async function resume(request: GenerationRequest): Promise<AdmitOutcome> {
    const { accountId, requestId } = request;
    const effective = await catalogs.refresh();
    const quote = valueOrRefusal(() => pinQuote(request, effective));
    const resumed =
      'code' in quote
        ? await endWithoutPrice(request, quote)
        : await ledger.resume(accountId, requestId, quote, holdMs);
    if (!resumed.ok && resumed.refusal.code === 'RESERVATION_NOT_FOUND')
      return { status: 'rejected', refusal: resumed.refusal };
    // Overtaken by a new catalog: the next attempt quotes again.
    if (!resumed.ok) throw HoldfastError.of(resumed.refusal);
    if (resumed.value.status === 'waiting') return placeOf(request, effective.catalog);
    return decided(request, resumed.value);
  }

  /** Nobody knows what it would cost, so it can't be served any more; one that has been served keeps its price. */
  async function endWithoutPrice(
    { accountId, requestId }: GenerationRequest,
    { code }: Refusal,
  ): Promise<Outcome<RequestRecord>> {
    const record = await ledger.request(accountId, requestId);
    if (record && record.status !== 'waiting') return { ok: true, value: record, replayed: true };
    return ledger.release(accountId, requestId, code);
  }

  async function knownOr(
    request: GenerationRequest,
    outcome: Outcome<RequestRecord | null>,
    refusal: Refusal,
  ): Promise<AdmitOutcome> {
    if (!outcome.ok) return { status: 'rejected', refusal: outcome.refusal };
    return outcome.value ? known(request, outcome.value) : { status: 'invalid', refusal };
  }

  async function known(request: GenerationRequest, record: RequestRecord): Promise<AdmitOutcome> {
    // Asked at once, because it may have been woken already, in a task that was lost.
    return record.status === 'waiting' ? resume(request) : decided(request, record);
  }

  /** A reservation that is still open belongs to this workflow: a task of it was lost, or an earlier run of it is gone. */
  async function decided(request: GenerationRequest, record: RequestRecord): Promise<Decided> {
    if (record.status !== 'open' || record.catalogVersion === null)
      return { status: 'known', record };
    return {
      status: 'admitted',
      quote: pinQuote(request, await ledger.catalogVersion(record.catalogVersion)),
    };
  }

  return {
    admit: asActivity(async (raw) => {
      const request = valueOrRefusal(() => parseGenerationRequest(raw));
      const invalid = (refusal: Refusal): AdmitOutcome => ({ status: 'invalid', refusal });
      return 'code' in request
        ? invalid(request)
        : unlessUnstorable(() => reserve(request), invalid);
    }),
    resume: asActivity(async (raw) => resume(parseGenerationRequest(raw))),
    turnAway: asActivity(async ({ request: raw, reason }) => {
      const request = valueOrRefusal(() => parseGenerationRequest(raw));
      if ('code' in request) return { status: 'invalid', refusal: request };
      const { accountId, requestId } = request;
      const earlier = await ledger.known(accountId, requestId, requestBodyOf(request));
      if (!earlier.ok) return { status: 'rejected', refusal: earlier.refusal };
      const isOwnTombstone = earlier.value?.body === null && earlier.value.reason === reason;
      if (earlier.value?.status === 'waiting') {
        // Whoever waits for credits has time; only whoever gives up is turned away.
        if (reason !== RELEASE_REASONS.cancelled) return { status: 'still-waiting' };
      } else if (earlier.value && !isOwnTombstone) {
        return decided(request, earlier.value);
      }
      const released = await ledger.release(accountId, requestId, reason);
      // Committed in between: the next attempt finds it known.
      if (!released.ok) throw HoldfastError.of(released.refusal);
      return { status: 'turned-away', record: released.value };
    }),
    commit: asActivity(async ({ accountId, requestId, ...said }) => {
      // A worker in another language may have said anything; whoever asked for the commit then releases.
      const delivery = valueOrRefusal(() => parseDelivery(said));
      if ('code' in delivery) return { ok: false, refusal: delivery };
      return resolved(() =>
        ledger.commit(accountId, requestId, delivery.credits, delivery.outputUrl),
      );
    }),
    release: asActivity(({ accountId, requestId, reason }) =>
      resolved(() => ledger.release(accountId, requestId, reasonOf(reason))),
    ),
  };
}

function resolved(ask: () => Promise<Outcome<RequestRecord>>): Promise<ResolveOutcome> {
  return unlessUnstorable<ResolveOutcome>(
    async () => {
      const outcome = await ask();
      return outcome.ok ? { ok: true, record: outcome.value } : outcome;
    },
    (refusal) => ({ ok: false, refusal }),
  );
}
