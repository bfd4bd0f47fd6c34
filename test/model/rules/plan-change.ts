import { planCredits, planOnSale } from './catalog';
import { grantDue, grantForCycle, isOverLimit, paidCycle, payCycle } from './cycles';
import { finish } from './finish';
import { limitExceeded } from './grants';
import { bookEnded, known } from './journal';
import {
  type Account,
  type Answer,
  accountOf,
  type Cycle,
  type Json,
  type Plan,
  refused,
  type Subscription,
  timeOf,
  type World,
} from './state';
import { currentCycle } from './subscription-record';
import { finishOf, notLive, referenceRefused } from './subscriptions';
import { after, iso, isSameLength } from './time';

export interface PlanChangeSaid {
  planId: string;
  paymentReference?: string;
}

type Effect = 'held' | 'upgrade' | 'longer-cycle' | 'at-boundary';

export function changePlan(
  world: World,
  accountId: string,
  id: string,
  key: string,
  said: PlanChangeSaid,
): Answer {
  const account = accountOf(world, accountId);
  const body = { ...said, subscriptionId: id };
  const first = known(account, 'change_plan', key, body);
  if (first) return finish(world, account, first);
  const subscription = account.subscriptions.get(id);
  if (!subscription) return refused('SUBSCRIPTION_NOT_FOUND');
  const at = timeOf(world, account);
  const { planId, paymentReference: reference } = said;
  const plan = planOnSale(world, planId, at);
  const current = currentCycle(subscription, at);
  const refusal = notLive(account, subscription, at);
  if (refusal) return refusal;
  if (!plan) return refused('UNKNOWN_PLAN', { planId });
  if (at >= current.endsAt) {
    const since = { since: iso(current.endsAt), validUntil: iso(account.validUntil) };
    return refused('RENEWAL_DUE', { cycle: current.number + 1, ...since });
  }
  const effect = effectOf(world, account, subscription, current, planId, plan, at);
  const isPaid = effect === 'upgrade' || effect === 'longer-cycle';
  if (isPaid && reference === undefined)
    return refused('PAYMENT_REFERENCE_REQUIRED', { planId, effect });
  const paidFor = isPaid && referenceRefused(account, reference as string);
  if (paidFor) return paidFor;
  if (isOverLimit(world, account, subscription, at, plan.credits)) return limitExceeded(account);
  bookEnded(account, at);
  const granted = grantDue(world, account, subscription, at);
  const change = { planId, plan, reference: reference as string, at };
  if (effect === 'upgrade') granted.push(upgrade(world, account, subscription, current, change));
  else if (effect === 'longer-cycle')
    granted.push(...startLonger(world, account, subscription, change));
  else subscription.scheduledPlanId = effect === 'at-boundary' ? planId : null;
  const ending = { operation: 'change_plan', key, body, at };
  const more = { granted, effect, paymentUsed: isPaid };
  return finishOf(world, account, subscription, ending, more);
}

function effectOf(
  world: World,
  account: Account,
  subscription: Subscription,
  current: Cycle,
  planId: string,
  plan: Plan,
  at: number,
): Effect {
  if (planId === subscription.planId) return 'held';
  const isSame = isSameLength(plan.cycle, current.length);
  if (isSame) {
    const best = Math.max(
      planCredits(world, current.planId, current.length, at),
      planCredits(world, current.planId, current.length, current.startsAt),
      grantedIn(account, subscription, current),
    );
    return plan.credits > best ? 'upgrade' : 'at-boundary';
  }
  const isAhead = subscription.cycles.length > current.number;
  const end = after(current.startsAt, plan.cycle, subscription.timeZone);
  return !isAhead && end > current.endsAt ? 'longer-cycle' : 'at-boundary';
}

/** The credits that plans have granted in the cycle, upgrades included. */
const grantedIn = (account: Account, { id }: Subscription, { number }: Cycle): number =>
  account.grants
    .filter(({ subscriptionId, cycle }) => subscriptionId === id && cycle === number)
    .reduce((sum, { credits }) => sum + credits, 0);

interface Change {
  planId: string;
  plan: Plan;
  reference: string;
  at: number;
}

/** What the new plan gives above what plans have granted; cycles paid ahead are raised as well. */
function upgrade(
  world: World,
  account: Account,
  subscription: Subscription,
  current: Cycle,
  { planId, plan, reference, at }: Change,
): Json {
  for (const cycle of subscription.cycles.slice(current.number - 1)) {
    const isSame = isSameLength(cycle.length, current.length);
    const when = Math.max(cycle.startsAt, at);
    if (isSame && planCredits(world, cycle.planId, cycle.length, when) < plan.credits)
      cycle.planId = planId;
  }
  const last = paidCycle(subscription).planId;
  Object.assign(subscription, { scheduledPlanId: null, planId: last });
  const payment = { subscriptionId: subscription.id, cycle: current.number, paidAt: at };
  account.payments.set(reference, { ...payment, pays: 'upgrade' });
  const missing = plan.credits - grantedIn(account, subscription, current);
  return grantForCycle(account, subscription, current, missing, at);
}

/** Cuts the cycle that runs short; the next one starts now, with a full grant. */
function startLonger(
  world: World,
  account: Account,
  subscription: Subscription,
  { planId, plan, reference, at }: Change,
): Json[] {
  paidCycle(subscription).endsAt = at;
  const anchorCycle = subscription.cycles.length + 1;
  Object.assign(subscription, { anchor: at, anchorCycle, length: plan.cycle });
  payCycle(world, account, subscription, planId, reference, at, at);
  return grantDue(world, account, subscription, at);
}
