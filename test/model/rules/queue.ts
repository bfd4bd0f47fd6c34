import { finish, tellRanDry } from './finish';
import { allocate, availableAt, bookEnded, legsOf, post } from './journal';
import { admissionObstacle } from './limits';
import { recordOf } from './request-record';
import { type Quote, stale, waitedFor } from './requests';
import {
  type Account,
  type Answer,
  accountOf,
  done,
  type Json,
  type Request,
  refused,
  sumAsTold,
  type Ticket,
  timeOf,
  type World,
} from './state';
import { after, DAY_MS, iso } from './time';

export type Wait = ({ until: string } | { timeout: string }) & {
  placesMax?: number;
  bytesMax?: number;
  requestBytes?: number;
};

const PLACES_MAX = 100;
const WAIT_DAYS_MAX = 366;

function untilOf(wait: Wait, at: number): number {
  return 'until' in wait ? Date.parse(wait.until) : after(at, wait.timeout);
}

/** A deadline lies ahead, by a year at most. */
export function waitRefused(wait: Wait, at: number) {
  const until = untilOf(wait, at);
  if (until > at && until <= at + WAIT_DAYS_MAX * DAY_MS) return null;
  const said = 'until' in wait ? wait.until : iso(until);
  return refused('WAIT_DEADLINE_IN_PAST', { waitUntil: said, now: iso(at) });
}

const ticketOf = (account: Account, id: string): Ticket =>
  account.requests.get(id)?.ticket as Ticket;

/** What keeps the first ticket from being served, however many credits there are. */
export function queueObstacle(world: World, account: Account, at: number) {
  const first = account.requests.get(account.queue[0] ?? '');
  if (!first?.ticket) return null;
  return admissionObstacle(world, account, first.body?.kind, first.ticket.waitsFor, at);
}

/** A limit's remaining room belongs to the queue, unless its first ticket can't go anyway. */
export function obstacleBesideQueue(
  world: World,
  account: Account,
  kind: unknown,
  credits: number,
  at: number,
): Answer | null {
  if (account.queue.length === 0 || queueObstacle(world, account, at)) return null;
  const beside = { running: account.queue.length, used: waitedFor(account) };
  return admissionObstacle(world, account, kind, credits, at, beside);
}

/** Too few credits: a place in the queue if the request may wait, else a refusal. */
export function queueOrRefuse(
  world: World,
  account: Account,
  request: Request,
  credits: number,
  expiresAt: number,
  wait: Wait | null,
  at: number,
): Answer {
  const available = availableAt(account, at);
  let answer = wait ? queueRefused(account, wait) : short(account, credits, available);
  if (!answer && wait) {
    const ticket = {
      ...{ waitsFor: credits, admitted: credits, since: at, until: untilOf(wait, at) },
      ...{ bytes: wait.requestBytes ?? 0, wokenAt: null, lookedForAt: null },
    };
    account.requests.set(request.id, { ...request, state: 'waiting', expiresAt, ticket });
    account.queue.push(request.id);
    account.isWatched = true;
    answer = done(recordOf(account, account.requests.get(request.id) as Request));
  }
  if (!wait) want(account, credits, at);
  if (available < credits)
    tellRanDry(account, at, available, { requestId: request.id, required: credits });
  return finish(world, account, answer as Answer);
}

/** A generation that is refused calls for a top-up, unless one is on its way. */
function want(account: Account, credits: number, at: number): void {
  const isOnItsWay = [...account.purchases.values()].some(
    ({ isAutomatic, resolvedAt }) => isAutomatic && resolvedAt === null,
  );
  if (account.settings?.topUp && !isOnItsWay) account.settings.wanted = { credits, at };
}

function short(account: Account, required: number, available: number): Answer {
  const others = sumAsTold(waitedFor(account));
  const shortfall = sumAsTold(required + (others - available));
  const said = { required, available, shortfall, ...(others > 0 && { waitedFor: others }) };
  return refused('INSUFFICIENT_CREDITS', said);
}

function queueRefused(account: Account, wait: Wait): Answer | null {
  const { placesMax = PLACES_MAX, bytesMax, requestBytes = 0 } = wait;
  const waiting = account.queue.length;
  if (waiting >= placesMax) return refused('QUEUE_FULL', { waiting, waitingMax: placesMax });
  const waitingBytes = account.queue.reduce((sum, id) => sum + ticketOf(account, id).bytes, 0);
  if (bytesMax === undefined || waitingBytes + requestBytes <= bytesMax) return null;
  const said = { requestBytes, waitingBytes, waitingBytesMax: bytesMax };
  return refused('QUEUE_BYTES_EXCEEDED', said);
}

/** Ends a ticket that has not been served. */
export function endTicket(
  account: Account,
  request: Request,
  reason: string,
  waitsFor: number,
  at: number,
): Answer {
  leave(account, request.id);
  Object.assign(request, { state: 'released', resolvedAt: at, expiresAt: null, reason });
  Object.assign(request.ticket as Ticket, { waitsFor, wokenAt: null });
  return done(recordOf(account, request));
}

function leave(account: Account, requestId: string): void {
  account.queue = account.queue.filter((id) => id !== requestId);
  account.outbox.delete(`wake ${requestId}`);
}

/** Serves a ticket if it is the first, the limits allow it and the credits suffice. */
export function resume(
  world: World,
  accountId: string,
  requestId: string,
  quote: Quote,
  holdMs: number,
): Answer {
  const account = accountOf(world, accountId);
  const request = account.requests.get(requestId);
  if (!request) return refused('RESERVATION_NOT_FOUND', { requestId });
  const { ticket } = request;
  if (request.state !== 'waiting' || !ticket)
    return finish(world, account, done(recordOf(account, request), true));
  const at = timeOf(world, account);
  const { credits, catalogVersion } = quote;
  const isStale = stale(world, quote, at);
  if (isStale) return isStale;
  const obstacle = admissionObstacle(world, account, request.body?.kind, credits, at)?.code;
  const end = endReason(ticket, credits, obstacle, at);
  if (end) return finish(world, account, endTicket(account, request, end, credits, at));
  account.outbox.delete(`wake ${requestId}`);
  bookEnded(account, at);
  const taken = allocate(account, at, credits);
  const asked = { catalogVersion };
  if (!taken || obstacle !== undefined || account.queue[0] !== requestId) {
    Object.assign(request, asked);
    Object.assign(ticket, { waitsFor: credits, wokenAt: null });
    return finish(world, account, done(recordOf(account, request), true));
  }
  post(account, at, 'reserve', legsOf(taken, true), { requestId });
  leave(account, requestId);
  const held = { state: 'open', credits, allocations: taken, reservedAt: at };
  Object.assign(request, asked, held, { expiresAt: at + holdMs });
  Object.assign(ticket, { waitsFor: credits, wokenAt: null });
  return finish(world, account, done(recordOf(account, request)));
}

function endReason(ticket: Ticket, credits: number, obstacle: string | undefined, at: number) {
  if (at >= ticket.until) return 'WAIT_TIMED_OUT';
  if (credits > ticket.admitted) return 'PRICE_CHANGED';
  return obstacle === 'GENERATION_LIMIT_EXCEEDED' ? obstacle : null;
}

/** A page of the queue, as its owner reads it. */
export function queueRecord(world: World, accountId: string): Json {
  const account = accountOf(world, accountId);
  const isThere = account.isOpen;
  const at = timeOf(world, account);
  const heldUp = queueObstacle(world, account, at);
  let requiredAhead = 0;
  const tickets = account.queue.map((requestId, index) => {
    const { waitsFor: required, since, until } = ticketOf(account, requestId);
    const kind = account.requests.get(requestId)?.body?.kind;
    const line = {
      ...{ requestId, kind, place: index + 1, required },
      requiredAhead: sumAsTold(requiredAhead),
    };
    requiredAhead += required;
    return { ...line, since: iso(since), until: iso(until) };
  });
  return {
    ...{ accountId, at: isThere ? iso(at) : null, available: availableAt(account, at) },
    ...{ waitedFor: sumAsTold(waitedFor(account)), ticketCount: tickets.length },
    ...(heldUp && { heldUp: { code: heldUp.code, details: heldUp.details } }),
    ...{ tickets, next: null },
  };
}
