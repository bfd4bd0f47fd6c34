import type { Refusal } from '../../contract/errors';
import type { Subscription } from '../../contract/subscription';
import { instantInWords } from '../../domain/legible';
import { showDetails } from '../current-details';
import { ownSearchAttribute, setSearchAttributes } from '../own-search-attributes';
import { PLAN_ATTRIBUTE } from '../search-attributes';

/**
 * Shows a subscription to operators: its plan and cycle, the next boundary, and what happens then.
 */
export function showStanding(subscription: Subscription): void {
  showDetails(standingInWords(subscription), whatNext(subscription));
  // Later runs inherit the attribute, so only a change of plan costs an event.
  if (ownSearchAttribute(PLAN_ATTRIBUTE) === subscription.planId) return;
  setSearchAttributes([{ key: PLAN_ATTRIBUTE, value: subscription.planId }]);
}

/** Shows the end of a subscription to operators. */
export function showEnd({ planId, closedWhy, closedAt, cycle }: Subscription): void {
  const why = {
    lapsed: 'It lapsed, and what was left has expired.',
    'ended-now': 'It was ended at once, and what was left has expired.',
    superseded: 'A newer subscription has taken its place.',
  };
  showDetails(
    `**Closed** at ${closedAt && instantInWords(closedAt)}, in cycle ${cycle} of ${planId}. ${closedWhy ? why[closedWhy] : ''}`,
  );
}

/** Shows operators why the ledger refused. */
export function showRefusal({ code, message }: Refusal): void {
  showDetails(`**Refused: ${code}.** ${message}`);
}

function standingInWords({
  planId,
  cycle,
  cycleStart,
  cycleEnd,
  status,
  timeZone,
  validUntil,
}: Subscription): string {
  const name = `**${planId}, cycle ${cycle}`;
  switch (status) {
    case 'active':
      return `${name}.** From ${instantInWords(cycleStart)} to ${instantInWords(cycleEnd)}, counted in ${timeZone}.`;
    case 'grace':
      return `${name}, in grace.** Its paid time ended at ${instantInWords(cycleEnd)}; its credits stay spendable until ${instantInWords(validUntil)}.`;
    default:
      return `${name}, lapsed** at ${instantInWords(validUntil)}. Its credits can't be spent any more.`;
  }
}

function whatNext(subscription: Subscription): string {
  const {
    status,
    cycle,
    cycleEnd,
    validUntil,
    windowEnd,
    paidAhead,
    cancelAtPeriodEnd,
    nextPlanId,
  } = subscription;
  if (status === 'lapsed') {
    return `A payment made before the lapse counts until ${instantInWords(windowEnd)}; then \`expiryWorkflow\` books what is left as expired.`;
  }
  if (status === 'grace')
    return `Unless cycle ${cycle + 1} (${nextPlanId}) is paid before, it lapses at ${instantInWords(validUntil)}.`;
  if (paidAhead > 0)
    return `At ${instantInWords(cycleEnd)} cycle ${cycle + 1}, which is paid, is granted (${paidAhead} paid ahead).`;
  if (cancelAtPeriodEnd)
    return `Cancelled: at ${instantInWords(cycleEnd)} it lapses, and unused credits expire.`;
  const then =
    validUntil === cycleEnd
      ? 'it lapses'
      : `grace begins, and at ${instantInWords(validUntil)} it lapses`;
  return `Cycle ${cycle + 1} (${nextPlanId}) is not paid yet: at ${instantInWords(cycleEnd)} ${then}, unless it is paid before.`;
}
