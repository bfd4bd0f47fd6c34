import type { CatalogVersion } from '../../contract/catalog';
import { ERROR_CATALOGUE } from '../../contract/error-catalogue';
import { HoldfastError, type Refusal } from '../../contract/errors';
import type { GenerationRequest, RequestRecord, StartedRequest } from '../../contract/generation';
import type { InputKeys } from '../../contract/input-keys';
import type { PackOffer, PinnedQuote } from '../../contract/prices';
import type { BoundedWait, QueueRoom, Waiting } from '../../contract/waiting';
import { lacksInput } from '../../domain/generation/request-body';
import { waitingAt, waitLimitOf } from '../../domain/generation/waiting-place';
import { packsCovering } from '../../domain/pricing/packs';
import { pinQuote } from '../../domain/pricing/quote';
import type { Ledger, Outcome } from '../../ledger/ledger';
import type { CatalogCache } from '../support/catalog-cache';
import { askInTime } from '../support/in-time';
import { valueOrRefusal } from '../support/refusals';
import type { TimeLeft } from '../support/temporal-time';
import { askByKey } from './keyed-body';

/** A new catalog version can make a quote stale once; twice in a row points to another fault. */
const QUOTE_ATTEMPTS = 3;

/**
 * The answer to a request for admission.
 *
 * - `admitted`: credits are reserved at `quote`.
 * - `waiting`: the request has a place in the account's queue and holds nothing.
 * - `input-required`: the request was started without its input, and would have its credits.
 * - `known`: the request ended earlier; `record` says how.
 * - `rejected`: the ledger refused it. `packs` would cover a shortfall.
 * - `invalid`: the request makes no sense, or can't be stored.
 */
export type AdmitOutcome =
  | { status: 'admitted'; quote: PinnedQuote }
  | { status: 'waiting'; waiting: Waiting }
  | { status: 'input-required' }
  | { status: 'known'; record: RequestRecord }
  | { status: 'rejected'; refusal: Refusal; packs?: PackOffer[] }
  | { status: 'invalid'; refusal: Refusal };

/** An answer that leaves nothing to wait for. */
export type Decided = Exclude<AdmitOutcome, { status: 'waiting' | 'input-required' }>;

/** The parts of the worker that admission uses. */
export interface AdmissionContext {
  ledger: Ledger;
  catalogs: CatalogCache;
  /** Milliseconds after which reconciliation asks whether a reservation's workflow still runs. */
  holdMs: number;
  queueRoom: QueueRoom;
  /** By which inputs are kept; without them, as unkeyed hashes. */
  inputKeys?: InputKeys;
}

/**
 * Quotes and reserves, or queues the request if it may wait. A repetition gets the first answer. A
 * request without its input is refused, or holds nothing. Without `left` a new request may always be
 * admitted.
 *
 * @throws HoldfastError LEDGER_UNAVAILABLE if the attempt is over before the ledger has the request
 */
export async function reserve(
  context: AdmissionContext,
  request: StartedRequest,
  left?: TimeLeft,
): Promise<AdmitOutcome> {
  const { ledger, catalogs, holdMs, inputKeys } = context;
  const { accountId, requestId } = request;
  for (let attempt = 1; ; attempt += 1) {
    const effective = await (attempt === 1 ? catalogs.current() : catalogs.refresh());
    const quote = valueOrRefusal(() => pinQuote(request, effective));
    // The catalog in force may have a price that the cached one lacks.
    if ('code' in quote && attempt === 1) continue;
    // A request that an earlier catalog admitted keeps its answer if today's has no price for it.
    if ('code' in quote) return storedAnswerOr(context, request, quote);

    const wait = boundedWaitOf(request, context.queueRoom);
    const reserved = await askByKey<RequestRecord | null>(inputKeys, request, (body) =>
      lacksInput(request)
        ? ledger.refuse(accountId, requestId, body, quote)
        : askInTime(left, 'ADMISSION_TIMED_OUT', (withinMs) =>
            ledger.reserve(accountId, requestId, body, quote, holdMs, wait, withinMs),
          ),
    );
    if (reserved.ok) return answerOf(context, request, reserved, quote, effective.catalog);
    const { refusal } = reserved;
    if (refusal.code === 'STALE_CATALOG' && attempt < QUOTE_ATTEMPTS) continue;
    return answerOfRefusal(refusal, effective.catalog);
  }
}

/** Null is reserved for a request without its input, which holds nothing. */
async function answerOf(
  context: AdmissionContext,
  request: StartedRequest,
  { value, replayed }: { value: RequestRecord | null; replayed: boolean },
  quote: PinnedQuote,
  catalog: CatalogVersion,
): Promise<AdmitOutcome> {
  if (value === null) return { status: 'input-required' };
  if (replayed) return answerOfRecord(context, request, value);
  if (value.status === 'waiting') return placeOf(context.ledger, request, catalog);
  return { status: 'admitted', quote };
}

/** The wait that the ledger is asked for; null if the request doesn't wait. */
function boundedWaitOf(request: GenerationRequest, room: QueueRoom): BoundedWait | null {
  const limit = waitLimitOf(request);
  return limit && { ...limit, ...room, requestBytes: Buffer.byteLength(JSON.stringify(request)) };
}

/**
 * Asks the ledger whether a queued request is served by now, at today's price.
 *
 * @throws HoldfastError any refusal of the ledger except RESERVATION_NOT_FOUND, which is `rejected`
 */
export async function serveQueued(
  context: AdmissionContext,
  request: GenerationRequest,
): Promise<AdmitOutcome> {
  const { ledger, catalogs, holdMs } = context;
  const { accountId, requestId } = request;
  const effective = await catalogs.refresh();
  const quote = valueOrRefusal(() => pinQuote(request, effective));
  const served =
    'code' in quote
      ? await releaseUnpriced(ledger, request, quote)
      : await ledger.resume(accountId, requestId, quote, holdMs);
  if (!served.ok && served.refusal.code === 'RESERVATION_NOT_FOUND')
    return { status: 'rejected', refusal: served.refusal };
  // A new catalog version came between: the next attempt quotes again.
  if (!served.ok) throw HoldfastError.of(served.refusal);
  if (served.value.status === 'waiting') return placeOf(ledger, request, effective.catalog);
  return decisionOfRecord(ledger, request, served.value);
}

/**
 * The decision that a record holds. An open reservation belongs to this workflow: one of its tasks
 * was lost, or an earlier run of it is gone.
 */
export async function decisionOfRecord(
  ledger: Ledger,
  request: GenerationRequest,
  record: RequestRecord,
): Promise<Decided> {
  if (record.status !== 'open' || record.catalogVersion === null)
    return { status: 'known', record };
  const effective = await ledger.catalogVersion(record.catalogVersion);
  return { status: 'admitted', quote: pinQuote(request, effective) };
}

function answerOfRefusal(refusal: Refusal, catalog: CatalogVersion): AdmitOutcome {
  if (ERROR_CATALOGUE[refusal.code].class === 'bad-input') return { status: 'invalid', refusal };
  if (refusal.code !== 'INSUFFICIENT_CREDITS') return { status: 'rejected', refusal };
  const packs = packsCovering(Number(refusal.details?.shortfall), catalog);
  return { status: 'rejected', refusal, packs };
}

async function placeOf(
  ledger: Ledger,
  { accountId, requestId }: GenerationRequest,
  catalog: CatalogVersion,
): Promise<AdmitOutcome> {
  const waiting = waitingAt(await ledger.waitingPlace(accountId, requestId), catalog);
  if (waiting) return { status: 'waiting', waiting };
  // The next attempt finds out how.
  throw new HoldfastError('INTERNAL', `Request ${requestId} has left the queue just now.`);
}

/** Ends a queued request that has no price any more; one that was served before keeps its price. */
async function releaseUnpriced(
  ledger: Ledger,
  { accountId, requestId }: GenerationRequest,
  { code }: Refusal,
): Promise<Outcome<RequestRecord>> {
  const record = await ledger.request(accountId, requestId);
  if (record && record.status !== 'waiting') return { ok: true, value: record, replayed: true };
  return ledger.release(accountId, requestId, code);
}

/** The answer that the ledger has stored for the request, or else `invalid` with this refusal. */
async function storedAnswerOr(
  context: AdmissionContext,
  request: StartedRequest,
  refusal: Refusal,
): Promise<AdmitOutcome> {
  const stored = await knownRequest(context, request);
  if (!stored.ok) return { status: 'rejected', refusal: stored.refusal };
  return stored.value
    ? answerOfRecord(context, request, stored.value)
    : { status: 'invalid', refusal };
}

/** The ledger's record of the request; null if there is none. Refusals: those of another body. */
export function knownRequest(
  { ledger, inputKeys }: Pick<AdmissionContext, 'ledger' | 'inputKeys'>,
  request: StartedRequest,
): Promise<Outcome<RequestRecord | null>> {
  const { accountId, requestId } = request;
  return askByKey(inputKeys, request, (body) => ledger.known(accountId, requestId, body));
}

async function answerOfRecord(
  context: AdmissionContext,
  request: StartedRequest,
  record: RequestRecord,
): Promise<AdmitOutcome> {
  if (lacksInput(request) && record.resolvedAt === null) return { status: 'input-required' };
  // A queued request may have been woken in a task that was lost, so the ledger is asked at once.
  return record.status === 'waiting'
    ? serveQueued(context, request)
    : decisionOfRecord(context.ledger, request, record);
}
