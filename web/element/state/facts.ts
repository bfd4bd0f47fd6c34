import type { Balance, Overview, Pack, Subscription } from '../api/types';

/** Which of the balance's faces the page shows. */
export type BalanceLevel = { level: 'fresh' } | { level: 'zero' } | { level: 'low'; below: number } | { level: 'fine' };

/** Where nobody has set a threshold: so much of a cycle's grant. */
const LOW_SHARE = 0.1;

export function levelOf({ balance, settings, subscription, prices }: Overview): BalanceLevel {
  if (balance.granted === 0) return { level: 'fresh' };
  if (balance.available === 0) return { level: 'zero' };
  const grant = planOf(prices, subscription?.planId)?.credits ?? 0;
  const thresholds = settings.lowBalance.map((threshold) =>
    'credits' in threshold ? threshold.credits : Math.ceil((grant * threshold.percentOfCycle) / 100),
  );
  const below = Math.max(0, ...(thresholds.length > 0 ? thresholds : [Math.ceil(grant * LOW_SHARE)]));
  return balance.available + balance.reserved < below ? { level: 'low', below } : { level: 'fine' };
}

/** What ends with the term: a promotion has an end of its own. */
export function endingWithTerm({ grants, validUntil }: Balance): number {
  return grants
    .filter(({ expiresAt }) => expiresAt !== null && expiresAt === validUntil)
    .reduce((sum, { remaining }) => sum + remaining, 0);
}

/** With an end before the term's, or without any term. */
export function endingByThemselves({ grants, validUntil }: Balance): Balance['grants'] {
  return grants.filter(({ expiresAt, source }) => {
    return expiresAt !== null && (source === 'promotion' || source === 'adjustment') && expiresAt !== validUntil;
  });
}

export function planOf({ plans }: Overview['prices'], planId: string | undefined) {
  return plans.find((plan) => plan.planId === planId) ?? null;
}

export function kindName({ kinds }: Overview['prices'], kind: string | null): string {
  return kinds.find((one) => one.kind === kind)?.name ?? kind ?? '…';
}

export function mayBuy(subscription: Subscription | null): boolean {
  return subscription?.status === 'active' || subscription?.status === 'grace';
}

/** The smallest that covers it. */
export function packCovering(packs: Pack[], shortfall: number): Pack | null {
  return packs.find(({ credits }) => credits >= shortfall) ?? null;
}
