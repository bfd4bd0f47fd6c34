import { catalogAt, isCancelledUsed } from './catalog';
import { oweUsed } from './debt';
import { finish, postMessage, tellRanDry } from './finish';
import { freezeDisputed } from './freeze';
import { allocate, availableAt, bookEnded, canonical, figuresOf, legsOf, post } from './journal';
import { admissionObstacle } from './limits';
import { endTicket, obstacleBesideQueue, queueOrRefuse, type Wait, waitRefused } from './queue';
import { recordOf } from './request-record';
import {
  type Account,
  type Answer,
  accountOf,
  done,
  type Json,
  type Request,
  refused,
  timeOf,
  type World,
} from './state';
import { HOUR_MS, iso } from './time';

export interface Quote {
  credits: number;
  catalogVersion: number;
}

const notFound = (requestId: string): Answer => refused('RESERVATION_NOT_FOUND', { requestId });

const resolved = (request: Request): Answer =>
  refused('RESERVATION_RESOLVED', {
    ...{ outcome: request.state, reserved: request.credits, charged: request.charged },
    ...{ reason: request.reason, outputUrl: request.outputUrl },
  });

const replay = (account: Account, request: Request): Answer =>
  done(recordOf(account, request), true);

export const newRequest = (id: string, body: Json | null): Request => ({
  ...{ id, body, state: 'open', credits: 0, charged: 0, catalogVersion: null, allocations: [] },
  ...{ reservedAt: null, resolvedAt: null, expiresAt: null, reason: null, outputUrl: null },
  ...{ ticket: null, freeCancelAt: null },
});

/** The account has ever had credits or a subscription. */
const isKnown = (account: Account): boolean => figuresOf(account).granted > 0 || account.term > 0;

function knownRequest(account: Account, requestId: string, body: Json): Answer | null {
  const request = account.requests.get(requestId);
  if (!request) return null;
  if (request.body !== null && canonical(request.body) !== canonical(body))
    return refused('IDEMPOTENCY_CONFLICT', { requestId });
  return replay(account, request);
}

/** A quote that isn't of the catalog in force. */
export function stale(world: World, { catalogVersion }: Quote, at: number): Answer | null {
  const effective = catalogAt(world, at).version;
  if (effective === catalogVersion) return null;
  return refused('STALE_CATALOG', { quoted: catalogVersion, effective });
}

function refusedBeforeCredits(
  world: World,
  account: Account,
  body: Json,
  quote: Quote,
  wait: Wait | null,
  at: number,
): Answer | null {
  const isStale = stale(world, quote, at);
  if (isStale) return isStale;
  const { credits } = quote;
  const max = body.maxCredits as number | undefined;
  if (max !== undefined && credits > max)
    return refused('PRICE_CHANGED', { quoted: credits, maxCredits: max });
  const refusal =
    (wait && waitRefused(wait, at)) ?? admissionObstacle(world, account, body.kind, credits, at);
  if (refusal) return refusal;
  if (isKnown(account)) return null;
  return refused('INSUFFICIENT_CREDITS', { required: credits, available: 0, shortfall: credits });
}

export function reserve(
  world: World,
  accountId: string,
  requestId: string,
  body: Json,
  quote: Quote,
  holdMs: number,
  wait: Wait | null = null,
): Answer {
  const account = accountOf(world, accountId);
  const first = knownRequest(account, requestId, body);
  if (first) return finish(world, account, first);
  const at = timeOf(world, account);
  const refusal = refusedBeforeCredits(world, account, body, quote, wait, at);
  if (refusal) return refusal;
  const { credits, catalogVersion } = quote;
  bookEnded(account, at);
  const taken = allocate(account, at, credits);
  const request = { ...newRequest(requestId, body), catalogVersion };
  if (!taken || availableAt(account, at) - waitedFor(account) < credits)
    return queueOrRefuse(world, account, request, credits, at + holdMs, wait, at);
  const beside = obstacleBesideQueue(world, account, body.kind, credits, at);
  if (beside) return finish(world, account, beside);
  post(account, at, 'reserve', legsOf(taken, true), { requestId });
  const held = { credits, allocations: taken, reservedAt: at, expiresAt: at + holdMs };
  account.requests.set(requestId, { ...request, ...held });
  return finish(
    world,
    account,
    done(recordOf(account, account.requests.get(requestId) as Request)),
  );
}

export const waitedFor = (account: Account): number =>
  account.queue.reduce((sum, id) => sum + (account.requests.get(id)?.ticket?.waitsFor ?? 0), 0);

/** A commit for an output, or, without one, for what a cancelled job had used. */
export function commit(
  world: World,
  accountId: string,
  requestId: string,
  credits: number,
  outputUrl: string | null,
): Answer {
  const account = accountOf(world, accountId);
  const request = account.requests.get(requestId);
  const reason = outputUrl === null ? 'cancelled' : null;
  if (!request || request.state === 'waiting') return notFound(requestId);
  if (request.state === 'open' && credits > request.credits)
    return refused('COMMIT_EXCEEDS_RESERVATION', { credits, reserved: request.credits });
  if (request.state !== 'open') {
    const isRepeated =
      request.state === 'committed' &&
      request.charged === credits &&
      request.outputUrl === outputUrl &&
      request.reason === reason;
    return isRepeated ? finish(world, account, replay(account, request)) : resolved(request);
  }
  const at = timeOf(world, account);
  const heldBefore = figuresOf(account).reserved;
  let consumed = 0;
  const legs = request.allocations.map(({ grantId, credits: held }) => {
    const used = Math.max(0, Math.min(held, credits - consumed));
    consumed += held;
    return { grantId, remainder: held - used, reserved: -held };
  });
  post(account, at, 'commit', legs, { requestId, ...(reason && { reason }) });
  oweUsed(
    world,
    account,
    at,
    legs.map(({ grantId }) => grantId),
  );
  freezeDisputed(account, at);
  const end = { state: 'committed' as const, charged: credits, resolvedAt: at, expiresAt: null };
  Object.assign(request, end, { outputUrl, reason });
  bookEnded(account, at);
  if (heldBefore === credits && figuresOf(account).available === 0) tellRanDry(account, at, 0);
  return finish(world, account, done(recordOf(account, request)));
}

export function release(
  world: World,
  accountId: string,
  requestId: string,
  reason: string,
  by?: string,
): Answer {
  const account = accountOf(world, accountId);
  const at = timeOf(world, account);
  const request = account.requests.get(requestId);
  if (!request) {
    if (by !== undefined) return notFound(requestId);
    account.isOpen = true;
    const tombstone = { ...newRequest(requestId, null), reason, resolvedAt: at };
    account.requests.set(requestId, { ...tombstone, state: 'released' });
    return done(recordOf(account, account.requests.get(requestId) as Request));
  }
  if (request.state === 'committed') return resolved(request);
  if (request.state === 'released') return finish(world, account, replay(account, request));
  if (request.ticket && request.state === 'waiting') {
    const answer = endTicket(account, request, reason, request.ticket.waitsFor, at);
    // Its workflow may live after all, and would wait until its time is up.
    if (by !== undefined || reason === 'orphaned') postMessage(account, 'wake', requestId);
    return finish(world, account, answer);
  }
  const legs = request.allocations.map(({ grantId, credits }) => {
    return { grantId, remainder: credits, reserved: -credits };
  });
  post(account, at, 'release', legs, { requestId, reason, ...(by !== undefined && { by }) });
  freezeDisputed(account, at);
  if (reason === 'cancelled' && isFreeToCancel(world, request)) request.freeCancelAt = at;
  Object.assign(request, { state: 'released', resolvedAt: at, expiresAt: null, reason });
  bookEnded(account, at);
  return finish(world, account, done(recordOf(account, request)));
}

const isFreeToCancel = (world: World, request: Request): boolean =>
  request.state === 'open' &&
  request.freeCancelAt === null &&
  !isCancelledUsed(world, request.catalogVersion, request.body?.kind);

/** Whether a running generation may be cancelled now, which is then noted. */
export function requestCancel(
  world: World,
  accountId: string,
  requestId: string,
  hourlyMax: number,
): Answer {
  const account = accountOf(world, accountId);
  const request = account.requests.get(requestId);
  if (request && !isFreeToCancel(world, request))
    return finish(world, account, replay(account, request));
  const at = timeOf(world, account);
  const free = [...account.requests.values()]
    .filter(({ state, reason }) => state === 'open' || reason === 'cancelled')
    .map(({ freeCancelAt }) => freeCancelAt)
    .filter((when): when is number => when !== null && when > at - HOUR_MS)
    .sort((a, b) => b - a);
  const last = free[Math.max(hourlyMax, 1) - 1];
  if (last !== undefined) {
    const retryAt = last + HOUR_MS;
    const retryAfterSeconds = Math.ceil((retryAt - at) / 1_000);
    const said = { cancelsPerHourMax: hourlyMax, retryAt: iso(retryAt), retryAfterSeconds };
    return finish(world, account, refused('CANCEL_LIMIT_REACHED', said));
  }
  if (request) request.freeCancelAt = at;
  return finish(world, account, done(request ? recordOf(account, request) : null));
}
