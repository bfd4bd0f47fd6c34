import type { Client } from '@temporalio/client';
import { HoldfastError, type Refusal } from '../../contract/errors';
import {
  type GenerationRequest,
  parseGenerationRequest,
  parseStartedRequest,
  type RequestRecord,
  type StartedRequest,
} from '../../contract/generation';
import { parseDelivery } from '../../contract/generation-job';
import { reasonOf } from '../../contract/provider-answer';
import { RELEASE_REASONS } from '../../domain/generation/generation-result';
import { lacksInput } from '../../domain/generation/request-body';
import type { Outcome } from '../../ledger/ledger';
import { asActivity } from '../support/as-activity';
import { createCatalogCache } from '../support/catalog-cache';
import { refuseUnstorable, valueOrRefusal } from '../support/refusals';
import { TaskDelays } from '../support/task-delays';
import { type AdmissionWindow, timeLeft } from '../support/temporal-time';
import {
  type AdmissionContext,
  type AdmitOutcome,
  type Decided,
  decisionOfRecord,
  knownRequest,
  reserve,
  serveQueued,
} from './admission';

export type { AdmitOutcome, Decided };

/** How a reservation ended: its record, or why the ledger refused. */
export type ResolveOutcome = { ok: true; record: RequestRecord } | { ok: false; refusal: Refusal };

export interface CommitInput {
  accountId: string;
  requestId: string;
  /** Whole credits to charge, never more than are reserved. */
  credits: number;
  outputUrl: string;
}

export interface ChargeCancelledInput {
  accountId: string;
  requestId: string;
  /** Whole credits to charge, at least 1 and never more than are reserved. */
  credits: number;
}

export interface ReleaseInput {
  accountId: string;
  requestId: string;
  /** Recorded as the reservation's end; cut to one line of 512 characters. */
  reason: string;
}

export interface TurnAwayInput {
  request: StartedRequest;
  reason: string;
}

/**
 * - `turned-away`: the request's key is closed.
 * - `admitted`: the request holds a reservation from before, and nothing was released.
 * - `still-waiting`: the request has a place in the queue from before, and keeps it.
 * - else as {@link AdmitOutcome}.
 */
export type TurnAwayOutcome =
  | Decided
  | { status: 'turned-away'; record: RequestRecord }
  | { status: 'still-waiting' };

/**
 * The ledger's side of a generation. Every activity is keyed by account and request, so a
 * repetition changes nothing and gets the first answer. Refusals are values; outages throw and are
 * retried.
 */
export interface ReservationActivities {
  /**
   * Quotes and reserves in one call, or queues the request if it may wait. A new request is refused
   * after the window (ADMISSION_TIMED_OUT).
   */
  admit(request: StartedRequest, window?: AdmissionWindow): Promise<AdmitOutcome>;
  /** Asks whether a queued request is served by now, at today's price. */
  resume(request: GenerationRequest): Promise<AdmitOutcome>;
  /** Closes the key of a request that isn't admitted: a reserve that arrives later is refused. */
  turnAway(input: TurnAwayInput): Promise<TurnAwayOutcome>;
  /**
   * Charges `credits` and returns the rest of the reservation. Refuses with PROVIDER_FAULT an
   * output without a usable URL, or a price that could not be computed.
   */
  commit(input: CommitInput): Promise<ResolveOutcome>;
  /**
   * Charges `credits` for a job that the caller cancelled, and returns the rest of the reservation.
   */
  chargeCancelled(input: ChargeCancelledInput): Promise<ResolveOutcome>;
  /** Returns all reserved credits, or takes a queued request out of the queue. */
  release(input: ReleaseInput): Promise<ResolveOutcome>;
}

export type ReservationActivitiesOptions = Omit<AdmissionContext, 'catalogs'> & {
  temporal: Client;
};

export function createReservationActivities(
  options: ReservationActivitiesOptions,
): ReservationActivities {
  const { ledger, temporal } = options;
  const delays = new TaskDelays();
  const context = { ...options, catalogs: createCatalogCache(ledger) };
  return {
    admit: asActivity(async (raw, window) => {
      const request = valueOrRefusal(() => parseStartedRequest(raw));
      const invalid = (refusal: Refusal): AdmitOutcome => ({ status: 'invalid', refusal });
      if ('code' in request) return invalid(request);
      const left = await timeLeft({ temporal, delays }, window);
      return refuseUnstorable(() => reserve(context, request, left), invalid);
    }),

    resume: asActivity(async (raw) => serveQueued(context, parseGenerationRequest(raw))),

    turnAway: asActivity(async ({ request: raw, reason }) => {
      const request = valueOrRefusal(() => parseStartedRequest(raw));
      return 'code' in request
        ? { status: 'invalid', refusal: request }
        : turnAway(options, request, reason);
    }),

    commit: asActivity(async ({ accountId, requestId, ...said }) => {
      // A worker in another language may have sent anything. The workflow releases what is refused.
      const delivery = valueOrRefusal(() => parseDelivery(said));
      if ('code' in delivery) return { ok: false, refusal: delivery };
      const { credits, outputUrl } = delivery;
      return resolveOutcomeOf(() => ledger.commit(accountId, requestId, credits, outputUrl));
    }),

    chargeCancelled: asActivity(({ accountId, requestId, credits }) =>
      resolveOutcomeOf(() => ledger.cancellations.charge(accountId, requestId, credits)),
    ),

    release: asActivity(({ accountId, requestId, reason }) =>
      resolveOutcomeOf(() => ledger.release(accountId, requestId, reasonOf(reason))),
    ),
  };
}

async function turnAway(
  options: ReservationActivitiesOptions,
  request: StartedRequest,
  reason: string,
): Promise<TurnAwayOutcome> {
  const { ledger } = options;
  const { accountId, requestId } = request;
  const earlier = await knownRequest(options, request);
  if (!earlier.ok) return { status: 'rejected', refusal: earlier.refusal };
  const isOwnTombstone = earlier.value?.body === null && earlier.value.reason === reason;
  if (earlier.value?.status === 'waiting') {
    // A queued request keeps its place when it is late; only a cancellation ends it. Without its
    // input it could not go on.
    if (reason !== RELEASE_REASONS.cancelled && !lacksInput(request))
      return { status: 'still-waiting' };
  } else if (earlier.value && !isOwnTombstone) {
    return decisionOfRecord(ledger, request, earlier.value);
  }
  const released = await ledger.release(accountId, requestId, reason);
  // A commit came between: the next attempt finds its record.
  if (!released.ok) throw HoldfastError.of(released.refusal);
  return { status: 'turned-away', record: released.value };
}

function resolveOutcomeOf(resolve: () => Promise<Outcome<RequestRecord>>): Promise<ResolveOutcome> {
  return refuseUnstorable<ResolveOutcome>(
    async () => {
      const outcome = await resolve();
      return outcome.ok ? { ok: true, record: outcome.value } : outcome;
    },
    (refusal) => ({ ok: false, refusal }),
  );
}
