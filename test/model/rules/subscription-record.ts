import { paidCycle } from './cycles';
import {
  type Account,
  accountOf,
  type Cycle,
  type Json,
  type Subscription,
  timeOf,
  type World,
} from './state';
import { after, iso } from './time';

/** The last paid cycle that had begun by then. */
export const currentCycle = ({ cycles }: Subscription, at: number): Cycle =>
  cycles.filter(({ startsAt }) => startsAt <= at).at(-1) as Cycle;

/** The published record of a subscription, judged at that time. */
export function subscriptionRecord(account: Account, one: Subscription, at: number): Json {
  const validUntil = account.terms.filter(({ term }) => term === one.term).at(-1)
    ?.validUntil as number;
  const last = paidCycle(one);
  const current = currentCycle(one, Math.min(at, one.closedAt ?? at));
  const running = at >= last.endsAt ? 'grace' : 'active';
  const open = at >= validUntil ? 'lapsed' : running;
  const windowEnd =
    one.closedWhy === 'ended-now' ? validUntil : after(validUntil, one.window, one.timeZone);
  return {
    ...{ accountId: account.id, subscriptionId: one.id, at: iso(at) },
    ...{ status: one.isClosed ? 'closed' : open, closedWhy: one.closedWhy },
    ...{ closedAt: iso(one.closedAt), planId: current.planId },
    ...{ scheduledPlanId: one.scheduledPlanId, nextPlanId: one.scheduledPlanId ?? one.planId },
    ...{ term: one.term, timeZone: one.timeZone, cycle: current.number },
    ...{ cycleLength: current.length, cycleStart: iso(current.startsAt) },
    ...{ cycleEnd: iso(current.endsAt), paidCycle: last.number },
    grantedCycle: one.cycles.filter(({ grantId }) => grantId !== null).at(-1)?.number ?? 0,
    ...{ paidAhead: last.number - current.number, paidUntil: iso(last.endsAt) },
    ...{ validUntil: iso(validUntil), windowEnd: iso(windowEnd) },
    cancelAtPeriodEnd: one.cancelAtPeriodEnd,
  };
}

/** The subscription by its id, or the account's newest one. */
export function subscriptionOf(world: World, accountId: string, id?: string): Json | null {
  const account = accountOf(world, accountId);
  const newest = [...account.subscriptions.values()].sort((a, b) => b.term - a.term)[0];
  const found = id === undefined ? newest : account.subscriptions.get(id);
  return found ? subscriptionRecord(account, found, timeOf(world, account)) : null;
}
