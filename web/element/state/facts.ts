import type { Balance, Overview, Pack, Subscription } from '../api/types';
import type { Words } from '../words/english';

/** Which of the balance's faces the page shows. */
export type BalanceLevel =
  | { level: 'fresh' }
  | { level: 'zero' }
  | { level: 'low'; below: number }
  | { level: 'fine' };

/** Where nobody has set a threshold: so much of a cycle's grant. */
const LOW_SHARE = 0.1;

export function levelOf({ balance, settings, subscription, prices }: Overview): BalanceLevel {
  if (balance.granted === 0) return { level: 'fresh' };
  if (balance.available === 0) return { level: 'zero' };
  const grant = planOf(prices, subscription?.planId)?.credits ?? 0;
  const thresholds = settings.lowBalance.flatMap((threshold) => {
    if ('credits' in threshold) return [threshold.credits];
    // One of another kind says nothing here.
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

/** What ends with the term: a promotion has an end of its own. */
export function endingWithTerm({ grants, validUntil }: Balance): number {
  return grants
    .filter(({ expiresAt }) => expiresAt !== null && expiresAt === validUntil)
    .reduce((sum, { remaining }) => sum + remaining, 0);
}

/** With an end before the term's, or without any term. */
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

/** The server says it in the end: where this is wrong, it refuses and charges nothing. */
export function mayBuy(subscription: Subscription | null): boolean {
  return (
    subscription !== null && subscription.status !== 'lapsed' && subscription.status !== 'closed'
  );
}

/** The smallest that covers it. */
export function packCovering(packs: Pack[], shortfall: number): Pack | null {
  return packs.find(({ credits }) => credits >= shortfall) ?? null;
}

/** Where credits came from; a source that the words don't know yet is called by its own name. */
export function sourceName({ sources }: Words, source: string, plan: string | null = null): string {
  return ownMember<(plan: string | null) => string>(sources, source)?.(plan) ?? source;
}

/** What there is under a name that a server has said; nothing where it is new, or every object has a member of that name. */
export function ownMember<Known>(
  known: { [name: string]: Known | undefined },
  name: string,
): Known | undefined {
  return Object.hasOwn(known, name) ? known[name] : undefined;
}
