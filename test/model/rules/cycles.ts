import { graceAt, planCredits, windowAt } from './catalog';
import { bookEnded, figuresOf, postGrant } from './journal';
import {
  type Account,
  CREDITS_MAX,
  type Cycle,
  type Json,
  type Subscription,
  type World,
} from './state';
import { after } from './time';

export const paidCycle = (subscription: Subscription): Cycle => subscription.cycles.at(-1) as Cycle;

export const activeOf = (account: Account): Subscription | undefined =>
  [...account.subscriptions.values()].find(({ isClosed }) => !isClosed);

/** Paid cycles that have begun and are not granted yet. */
export const dueCycles = (subscription: Subscription | undefined, at: number): Cycle[] =>
  (subscription?.cycles ?? []).filter(
    ({ grantId, startsAt }) => grantId === null && startsAt <= at,
  );

const creditsOf = (world: World, { planId, length, startsAt }: Cycle): number =>
  planCredits(world, planId, length, startsAt);

export const creditsDue = (world: World, subscription: Subscription | undefined, at: number) =>
  dueCycles(subscription, at).reduce((sum, cycle) => sum + creditsOf(world, cycle), 0);

/**
 * Whether the account would hold too many credits after its due cycles' grants and more. What is
 * added must not keep out cycles that are paid ahead, either.
 */
export function isOverLimit(
  world: World,
  account: Account,
  subscription: Subscription | undefined,
  at: number,
  more = 0,
): boolean {
  const until = more > 0 ? Number.POSITIVE_INFINITY : at;
  const due = BigInt(creditsDue(world, subscription, until));
  return BigInt(figuresOf(account).granted) + due + BigInt(more) > BigInt(CREDITS_MAX);
}

export function setTerm(account: Account, term: number, validUntil: number, at: number): void {
  Object.assign(account, { term, validUntil });
  const last = account.terms.at(-1);
  if (last?.term === term && last.validUntil === validUntil) return;
  account.terms.push({ at: Math.max(at, last?.at ?? at), term, validUntil });
}

/** The last paid cycle's end, plus grace unless the subscription is cancelled at that end. */
export function updateTermEnd(
  account: Account,
  subscription: Subscription,
  at: number,
  notBefore = Number.NEGATIVE_INFINITY,
): void {
  const { cancelAtPeriodEnd, term, grace, timeZone } = subscription;
  const paidUntil = paidCycle(subscription).endsAt;
  const end = cancelAtPeriodEnd
    ? Math.max(paidUntil, notBefore)
    : after(paidUntil, grace, timeZone);
  setTerm(account, term, end, at);
}

/** Pays the next cycle, by the calendar that the subscription has. */
export function payCycle(
  world: World,
  account: Account,
  subscription: Subscription,
  planId: string,
  reference: string,
  paidAt: number,
  at: number,
): void {
  const { anchor, anchorCycle, length, timeZone, cycles, term } = subscription;
  const number = cycles.length + 1;
  const startsAt = number === anchorCycle ? anchor : paidCycle(subscription).endsAt;
  const endsAt = after(anchor, length, timeZone, number + 1 - anchorCycle);
  cycles.push({ number, planId, length, startsAt, endsAt, term, grantId: null });
  Object.assign(subscription, { planId, scheduledPlanId: null });
  Object.assign(subscription, { grace: graceAt(world, at), window: windowAt(world, at) });
  const payment = {
    subscriptionId: subscription.id,
    cycle: number,
    pays: 'cycle' as const,
    paidAt,
  };
  account.payments.set(reference, payment);
  updateTermEnd(account, subscription, at);
}

/** Grants every paid cycle that has begun, in order, by the catalog of its beginning. */
export function grantDue(
  world: World,
  account: Account,
  subscription: Subscription | undefined,
  at: number,
): Json[] {
  if (!subscription) return [];
  return dueCycles(subscription, at).map((cycle) => {
    const line = grantForCycle(account, subscription, cycle, creditsOf(world, cycle), at);
    cycle.grantId = Number(line.grantId);
    return line;
  });
}

export function grantForCycle(
  account: Account,
  subscription: Subscription,
  cycle: Cycle,
  credits: number,
  at: number,
): Json {
  const { planId, number, term } = cycle;
  const made = postGrant(
    account,
    at,
    {
      ...{ source: 'plan', credits, costCents: 0, endsAt: null, term, planId },
      ...{ subscriptionId: subscription.id, cycle: number },
    },
    `${planId}, cycle ${number}`,
  );
  return { cycle: number, planId, credits, grantId: String(made.id) };
}

/** Closes the settlement window: books what is left of the term. */
export function closeTerm(
  account: Account,
  subscription: Subscription,
  why: 'lapsed' | 'ended-now',
  at: number,
): Json {
  Object.assign(subscription, { isClosed: true, closedWhy: why, closedAt: at });
  bookEnded(account, at);
  const before = figuresOf(account).expired;
  const entries = account.entries.length;
  account.bookedTerm = account.term;
  bookEnded(account, at);
  const expired = figuresOf(account).expired - before;
  return { expired, entries: account.entries.length - entries };
}
