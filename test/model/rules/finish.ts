import { catalogAt, planCredits } from './catalog';
import { availableAt, figuresOf, post } from './journal';
import { admissionObstacle } from './limits';
import {
  type Account,
  type Answer,
  type Grant,
  type Json,
  type Ticket,
  timeOf,
  type World,
} from './state';
import { topUpNotice, topUpObstacle } from './top-up-obstacle';

const WOKEN_FOR_MS = 60_000;
const LOOKED_FOR_MS = 10_000;

/** Writes a message for delivery; one that is still there is written anew. */
export function postMessage(account: Account, kind: string, requestId?: string): void {
  const subject = `${kind} ${requestId ?? ''}`;
  account.outbox.delete(subject);
  account.outbox.set(subject, { kind, ...(requestId && { requestId }) });
}

/** A notice with a subject is written once for ever. */
export function writeNotice(
  account: Account,
  at: number,
  type: string,
  data: Json,
  subject: string | null = null,
): void {
  if (subject !== null && account.notices.some((one) => one.subject === subject)) return;
  account.notices.push({ id: account.notices.length + 1, type, at, data, subject });
  account.isWatched = true;
  postMessage(account, 'notices');
}

/**
 * The last credit and a generation's shortage are told once each until the next grant; no shortage
 * is once the last credit has been told of.
 */
export function tellRanDry(account: Account, at: number, available: number, more: Json = {}): void {
  const isOfGeneration = 'required' in more;
  if (account.isDry || (account.isShort && isOfGeneration)) return;
  const left = available + figuresOf(account).reserved;
  account.isDry ||= left === 0;
  account.isShort ||= isOfGeneration;
  writeNotice(account, at, 'ran-dry', { left, available, ...more });
}

/**
 * Takes what refunded packs have left, up to the credits that their refunds cover, an entry for
 * each refund.
 */
export function takeRefunded(account: Account, at: number, reason?: string, by?: string): void {
  const of = [...account.purchases.values()].filter(({ refunds }) => refunds.length > 0);
  let isTaken = false;
  for (const one of of.sort((a, b) => (a.grantId as number) - (b.grantId as number))) {
    const grant = account.grants.find(({ id }) => id === one.grantId) as Grant;
    for (const refund of one.refunds) {
      const credits = Math.min(grant.remaining, refund.credits - refund.taken - refund.owed);
      if (credits === 0) continue;
      const leg = { grantId: grant.id, remainder: -credits, reserved: 0 };
      const why = { reason: reason ?? `refund ${refund.id}`, by };
      post(account, at, 'refund', [leg], { grantId: grant.id, ...why });
      refund.taken += credits;
      isTaken = true;
    }
  }
  if (isTaken) tellIfDry(account, at);
}

/** Refunds have left nothing. */
export function tellIfDry(account: Account, at: number): void {
  if (figuresOf(account).reserved === 0 && availableAt(account, at) === 0)
    tellRanDry(account, at, 0);
}

/** What each operation on an account that is watched ends with; its messages are delivered. */
export function finish(world: World, account: Account, answer: Answer): Answer {
  if (!account.isWatched) return answer;
  const at = timeOf(world, account);
  takeRefunded(account, at);
  const available = availableAt(account, at);
  wakeFirst(world, account, available, at);
  tellLowBalance(world, account, available, at);
  requestTopUp(world, account, available, at);
  for (const message of account.outbox.values())
    world.delivered.push({ accountId: account.id, ...message });
  account.outbox.clear();
  return answer;
}

/** Wakes the queue's first ticket if it may go, never can, or has to ask its price again. */
function wakeFirst(world: World, account: Account, available: number, at: number): void {
  const request = account.requests.get(account.queue[0] ?? '');
  const ticket = request?.ticket;
  if (!request || !ticket) return;
  const isAsking = ticket.wokenAt !== null && ticket.wokenAt > at - WOKEN_FOR_MS;
  const obstacle = admissionObstacle(world, account, request.body?.kind, ticket.waitsFor, at)?.code;
  const mayGo = available >= ticket.waitsFor && obstacle === undefined;
  const isOver = obstacle === 'GENERATION_LIMIT_EXCEEDED' || ticket.until <= at;
  const hasOldPrice = request.catalogVersion !== catalogAt(world, at).version;
  if (!isAsking && (mayGo || isOver || hasOldPrice)) {
    ticket.wokenAt = at;
    postMessage(account, 'wake', request.id);
  } else lookFor(account, request.id, ticket, at);
}

/** Has Temporal asked, every ten seconds at most, whether the first ticket's workflow lives. */
function lookFor(account: Account, requestId: string, ticket: Ticket, at: number): void {
  const last = Math.max(ticket.lookedForAt ?? 0, ticket.wokenAt ?? 0, ticket.since);
  if (last > at - LOOKED_FOR_MS) return;
  ticket.lookedForAt = at;
  const subject = `wake ${requestId}`;
  if (!account.outbox.has(subject))
    account.outbox.set(subject, { kind: 'wake', requestId, isCheck: true });
}

/** The credits of the plan of the current cycle; null without a subscription. */
function cycleCredits(world: World, account: Account): number | null {
  const active = [...account.subscriptions.values()].find(({ isClosed }) => !isClosed);
  const cycle = active?.cycles.filter(({ grantId }) => grantId !== null).at(-1);
  return cycle ? planCredits(world, cycle.planId, cycle.length, cycle.startsAt) : null;
}

function tellLowBalance(world: World, account: Account, available: number, at: number): void {
  const left = available + figuresOf(account).reserved;
  const ofCycle = cycleCredits(world, account);
  for (const threshold of account.thresholds) {
    const { credits, percentOfCycle } = threshold.said as Record<string, number | undefined>;
    const share = ofCycle === null ? null : Math.ceil((ofCycle * (percentOfCycle ?? 0)) / 100);
    const bound = credits ?? share;
    const isBelow = bound !== null && left < bound;
    if (isBelow && !threshold.isBelow)
      writeNotice(account, at, 'balance-low', {
        ...{ left, available, threshold: threshold.said, thresholdCredits: bound },
      });
    threshold.isBelow = isBelow;
  }
}

function requestTopUp(world: World, account: Account, available: number, at: number): void {
  if (!account.settings?.topUp) return;
  const { reason, until } = topUpObstacle(world, account, available, at);
  if (reason === null) postMessage(account, 'top-up');
  const notice = reason === null ? null : topUpNotice(world, account, reason, until, at);
  if (notice) writeNotice(account, at, 'top-up-failed', notice.data, notice.subject);
}
