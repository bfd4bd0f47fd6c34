import type { Balance, Overview, Pack, Subscription } from '../api/types';
import type { Words } from '../words/english';

/** How the page judges the balance. */
export type BalanceLevel =
  | { level: 'fresh' }
  | { level: 'zero' }
  | { level: 'low'; below: number }
  | { level: 'fine' };

/** The share of a cycle's grant below which a balance is low if the account has no threshold. */
const LOW_SHARE = 0.1;

export function levelOf({ balance, settings, subscription, prices }: Overview): BalanceLevel {
  if (balance.granted === 0) return { level: 'fresh' };
  if (balance.available === 0) return { level: 'zero' };
  const grant = planOf(prices, subscription?.planId)?.credits ?? 0;
  const thresholds = settings.lowBalance.flatMap((threshold) => {
    if ('credits' in threshold) return [threshold.credits];
    // Thresholds of a kind that this version of the page doesn't know are ignored.
    return 'percentOfCycle' in threshold
      ? [Math.ceil((grant * threshold.percentOfCycle) / 100)]
      : [];
  });
  const below = Math.max(
    0,
    ...(thresholds.length > 0 ? thresholds : [Math.ceil(grant * LOW_SHARE)]),
  );
  return balance.available + balance.reserved < below ? { level: 'low', below } : { level: 'fine' };
}

/** The credits that end with the term. Promotions have ends of their own. */
export function endingWithTerm({ grants, validUntil }: Balance): number {
  return grants
    .filter(({ expiresAt }) => expiresAt !== null && expiresAt === validUntil)
    .reduce((sum, { remaining }) => sum + remaining, 0);
}

/** The grants with an end of their own. */
export function endingByThemselves({ grants, validUntil }: Balance): Balance['grants'] {
  return grants.filter(({ expiresAt, source }) => {
    return expiresAt !== null && source !== 'plan' && source !== 'pack' && expiresAt !== validUntil;
  });
}

export function planOf({ plans }: Overview['prices'], planId: string | undefined) {
  return plans.find((plan) => plan.planId === planId) ?? null;
}

export function kindName({ kinds }: Overview['prices'], kind: string | null): string {
  return kinds.find((one) => one.kind === kind)?.name ?? kind ?? '…';
}

/** Whether cancelled generations of the kind are charged, by today's prices. */
export function isCancelCharged({ kinds }: Overview['prices'], kind: string | null): boolean {
  return kinds.some((one) => one.kind === kind && one.cancelled === 'used');
}

/**
 * Whether packs can be bought. The server decides; if this is wrong, it refuses and charges
 * nothing.
 */
export function mayBuy(subscription: Subscription | null): boolean {
  return (
    subscription !== null && subscription.status !== 'lapsed' && subscription.status !== 'closed'
  );
}

/** The smallest pack that covers the shortfall; null if none does. */
export function packCovering(packs: Pack[], shortfall: number): Pack | null {
  return packs.find(({ credits }) => credits >= shortfall) ?? null;
}

/** The name of a grant's source. A source without a name in the words is called by its own. */
export function sourceName({ sources }: Words, source: string, plan: string | null = null): string {
  return ownMember<(plan: string | null) => string>(sources, source)?.(plan) ?? source;
}

/**
 * The object's own member of a name that came from a server; undefined for a name that the object
 * doesn't have, also for one that all objects inherit.
 */
export function ownMember<Known>(
  known: { [name: string]: Known | undefined },
  name: string,
): Known | undefined {
  return Object.hasOwn(known, name) ? known[name] : undefined;
}

/** The share of the price that a pack saves beside the dearest credits on sale, in whole percents. */
export function savedShare(pack: Pack, packs: Pack[]): number {
  const each = ({ priceCents, credits }: Pack) => priceCents / credits;
  const comparable = packs.filter(({ currency }) => currency === pack.currency);
  const dearest = Math.max(...comparable.map(each));
  return dearest > 0 ? Math.floor((1 - each(pack) / dearest) * 100) / 100 : 0;
}

export const isSelling = ({ subscription, prices }: Overview): boolean =>
  mayBuy(subscription) && prices.packs.length > 0;
