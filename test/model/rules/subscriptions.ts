import { planCredits, planLength, planOnSale } from './catalog';
import {
  activeOf,
  closeTerm,
  grantDue,
  isOverLimit,
  paidCycle,
  payCycle,
  setTerm,
  updateTermEnd,
} from './cycles';
import { finish } from './finish';
import { limitExceeded } from './grants';
import { bookEnded, known, remember } from './journal';
import {
  type Account,
  type Answer,
  accountOf,
  done,
  type Json,
  refused,
  type Subscription,
  timeOf,
  type World,
} from './state';
import { subscriptionRecord } from './subscription-record';
import { after, iso, isSameLength, isTimeZone } from './time';

export interface SubscribeSaid {
  planId: string;
  paymentReference: string;
  timeZone?: string;
}

/** A payment reference pays once. */
export function referenceRefused(account: Account, reference: string): Answer | null {
  const paid = account.payments.get(reference);
  if (!paid) return null;
  const { subscriptionId, cycle, pays, paidAt } = paid;
  const earlier = { subscriptionId, cycle, pays, paidAt: iso(paidAt) };
  return refused('IDEMPOTENCY_CONFLICT', { key: reference, earlier });
}

export function notLive(account: Account, subscription: Subscription, at: number): Answer | null {
  const { id: subscriptionId, closedWhy, closedAt, isClosed, term } = subscription;
  if (closedWhy === 'ended-now')
    return refused('SUBSCRIPTION_ENDED', { subscriptionId, endedAt: iso(closedAt) });
  if (!isClosed && account.validUntil !== null && at < account.validUntil) return null;
  const ofTerm = account.terms.filter((one) => one.term === term).at(-1);
  return refused('SUBSCRIPTION_LAPSED', { subscriptionId, lapsedAt: iso(ofTerm?.validUntil) });
}

/** The end of an operation on a subscription. */
export function finishOf(
  world: World,
  account: Account,
  subscription: Subscription,
  { operation, key, body, at }: { operation: string; key: string; body: unknown; at: number },
  more: Json = {},
): Answer {
  const value = { subscription: subscriptionRecord(account, subscription, at), ...more };
  return finish(world, account, remember(account, operation, key, body, value));
}

export function subscribe(
  world: World,
  accountId: string,
  id: string,
  said: SubscribeSaid,
): Answer {
  const account = accountOf(world, accountId);
  account.isOpen = true;
  const first = known(account, 'subscribe', id, said);
  if (first) return finish(world, account, first);
  const at = timeOf(world, account);
  const plan = planOnSale(world, said.planId, at);
  const old = activeOf(account);
  const { planId, paymentReference, timeZone = 'UTC' } = said;
  const paidFor = referenceRefused(account, paymentReference);
  if (paidFor) return paidFor;
  if (!plan) return refused('UNKNOWN_PLAN', { planId });
  if (!isTimeZone(timeZone)) return refused('INVALID_TIME_ZONE', { timeZone });
  if (old && account.validUntil !== null && at < account.validUntil)
    return refused('SUBSCRIPTION_EXISTS', {
      ...{ subscriptionId: old.id, planId: old.planId, validUntil: iso(account.validUntil) },
    });
  if (isOverLimit(world, account, old, at, plan.credits)) return limitExceeded(account);
  grantDue(world, account, old, at);
  for (const earlier of account.subscriptions.values())
    if (earlier.closedWhy !== 'ended-now') {
      const closedAt = earlier.closedAt ?? at;
      Object.assign(earlier, { isClosed: true, closedWhy: 'superseded', closedAt });
    }
  const subscription: Subscription = {
    ...{ id, term: account.term + 1, planId, scheduledPlanId: null, timeZone, anchor: at },
    ...{ anchorCycle: 1, length: plan.cycle, grace: 'PT0S', window: 'PT0S', closedWhy: null },
    ...{ closedAt: null, isClosed: false, cancelAtPeriodEnd: false, cycles: [] },
  };
  account.subscriptions.set(id, subscription);
  payCycle(world, account, subscription, planId, paymentReference, at, at);
  bookEnded(account, at);
  const granted = grantDue(world, account, subscription, at);
  const ending = { operation: 'subscribe', key: id, body: said, at };
  return finishOf(world, account, subscription, ending, { granted });
}

function paymentRefused(account: Account, subscription: Subscription, paidAt: number, at: number) {
  const beganAt = subscription.cycles[0]?.startsAt as number;
  if (paidAt > at) return refused('PAYMENT_IN_FUTURE', { paidAt: iso(paidAt), now: iso(at) });
  if (paidAt < beganAt)
    return refused('PAYMENT_BEFORE_SUBSCRIPTION', { paidAt: iso(paidAt), beganAt: iso(beganAt) });
  const { id: subscriptionId, closedWhy, closedAt } = subscription;
  if (closedWhy === 'ended-now')
    return refused('SUBSCRIPTION_ENDED', { subscriptionId, endedAt: iso(closedAt) });
  if (closedWhy !== 'superseded') return null;
  const newer = [...account.subscriptions.values()].sort((a, b) => b.term - a.term)[0]?.id;
  return refused('RENEWAL_SUPERSEDED', { subscriptionId, newer });
}

/** Pays the next unpaid cycle; what counts is when it was paid. */
export function renew(
  world: World,
  accountId: string,
  id: string,
  reference: string,
  said?: string,
): Answer {
  const account = accountOf(world, accountId);
  if (!account.isOpen) return refused('SUBSCRIPTION_NOT_FOUND');
  const body = { subscriptionId: id, paidAt: said === undefined ? null : iso(Date.parse(said)) };
  const first = known(account, 'renew', reference, body);
  if (first) return finish(world, account, first);
  const paidFor = referenceRefused(account, reference);
  if (paidFor) return paidFor;
  const at = timeOf(world, account);
  const paidAt = said === undefined ? at : Date.parse(said);
  const subscription = account.subscriptions.get(id);
  if (!subscription) return refused('SUBSCRIPTION_NOT_FOUND');
  const refusal = paymentRefused(account, subscription, paidAt, at);
  if (refusal) return refusal;
  const planId = subscription.scheduledPlanId ?? subscription.planId;
  const length = nextLength(world, subscription, at);
  const more = planCredits(world, planId, length, at);
  if (isOverLimit(world, account, subscription, at, more)) return limitExceeded(account);
  const isInTime = !subscription.isClosed && paidAt < (account.validUntil ?? 0);
  const granted = grantDue(world, account, subscription, at);
  const anchorCycle = subscription.cycles.length + 1;
  if (!isInTime)
    Object.assign(subscription, {
      ...{ term: account.term + 1, anchor: at, anchorCycle, length, cancelAtPeriodEnd: false },
      ...{ isClosed: false, closedWhy: null, closedAt: null },
    });
  else if (!isSameLength(length, subscription.length))
    Object.assign(subscription, { anchorCycle, length, anchor: paidCycle(subscription).endsAt });
  payCycle(world, account, subscription, planId, reference, paidAt, at);
  bookEnded(account, at);
  granted.push(...grantDue(world, account, subscription, at));
  const ending = { operation: 'renew', key: reference, body, at };
  return finishOf(world, account, subscription, ending, { granted, newTerm: !isInTime });
}

function nextLength(world: World, { scheduledPlanId, length }: Subscription, at: number): string {
  return (scheduledPlanId && planLength(world, scheduledPlanId, at)) || length;
}

export function grantCycles(world: World, accountId: string, id: string): Answer {
  const account = accountOf(world, accountId);
  const subscription = account.subscriptions.get(id);
  if (!subscription) return refused('SUBSCRIPTION_NOT_FOUND');
  const at = timeOf(world, account);
  let granted: Json[] = [];
  if (!subscription.isClosed) {
    if (isOverLimit(world, account, subscription, at)) return limitExceeded(account);
    bookEnded(account, at);
    granted = grantDue(world, account, subscription, at);
  }
  const value = { subscription: subscriptionRecord(account, subscription, at), granted };
  return finish(world, account, done(value, granted.length === 0));
}

/** Cancels at the paid period's end, or takes that back. */
export function setCancellation(
  world: World,
  accountId: string,
  id: string,
  key: string,
  isCancelled: boolean,
): Answer {
  const account = accountOf(world, accountId);
  const operation = isCancelled ? 'cancel' : 'resume';
  const body = { subscriptionId: id };
  const first = known(account, operation, key, body);
  if (first) return finish(world, account, first);
  const subscription = account.subscriptions.get(id);
  if (!subscription) return refused('SUBSCRIPTION_NOT_FOUND');
  const at = timeOf(world, account);
  const refusal = notLive(account, subscription, at);
  if (refusal) return refusal;
  if (!isCancelled && !subscription.cancelAtPeriodEnd)
    return refused('SUBSCRIPTION_NOT_CANCELLED', { subscriptionId: id });
  subscription.cancelAtPeriodEnd = isCancelled;
  updateTermEnd(account, subscription, at, at);
  return finishOf(world, account, subscription, { operation, key, body, at });
}

export function endNow(world: World, accountId: string, id: string, key: string): Answer {
  const account = accountOf(world, accountId);
  const body = { subscriptionId: id };
  const first = known(account, 'end_now', key, body);
  if (first) return finish(world, account, first);
  const subscription = account.subscriptions.get(id);
  if (!subscription) return refused('SUBSCRIPTION_NOT_FOUND');
  const at = timeOf(world, account);
  if (subscription.isClosed) return notLive(account, subscription, at) as Answer;
  if (isOverLimit(world, account, subscription, at)) return limitExceeded(account);
  const granted = grantDue(world, account, subscription, at);
  setTerm(account, subscription.term, Math.min(account.validUntil ?? at, at), at);
  const expired = closeTerm(account, subscription, 'ended-now', at);
  const ending = { operation: 'end_now', key, body, at };
  return finishOf(world, account, subscription, ending, { ...expired, granted });
}

/** Books a term's expiry once its settlement window is over. */
export function expireTerm(world: World, accountId: string, id: string, term: number): Answer {
  const account = accountOf(world, accountId);
  const [key, body] = [`expiry:${id}:${term}`, { subscriptionId: id, term }];
  const first = known(account, 'expire_term', key, body);
  if (first) return finish(world, account, first);
  const subscription = account.subscriptions.get(id);
  if (!subscription) return refused('SUBSCRIPTION_NOT_FOUND');
  if (subscription.term !== term || subscription.isClosed)
    return done({ status: 'closed', term, expired: 0, entries: 0 });
  const at = timeOf(world, account);
  const validUntil = account.validUntil as number;
  const until = after(validUntil, subscription.window, subscription.timeZone);
  if (at < until) {
    const said = { validUntil: iso(validUntil), waitUntil: iso(until) };
    return done({ status: 'waiting', term, at: iso(at), ...said });
  }
  if (isOverLimit(world, account, subscription, at)) return limitExceeded(account);
  grantDue(world, account, subscription, at);
  const booked = closeTerm(account, subscription, 'lapsed', at);
  const value = { status: 'booked', term, ...booked };
  return finish(world, account, remember(account, 'expire_term', key, body, value));
}
