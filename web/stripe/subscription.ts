import { accountIn, type Said } from './said';
import type { StripeSubscription } from './shapes';

const ENDED: readonly string[] = ['canceled', 'incomplete_expired'];

/** It begins with its first payment, which its invoice tells. */
export function saidByNewSubscription(subscription: StripeSubscription): Said {
  return { type: 'subscription-started', ...namesOf(subscription), ...priceOf(subscription) };
}

/** How a subscription stands after a change. */
export function saidByChangedSubscription(subscription: StripeSubscription): Said {
  if (ENDED.includes(subscription.status)) return saidByEndedSubscription(subscription);
  if (subscription.status === 'incomplete') return saidByNewSubscription(subscription);
  return {
    type: 'subscription-changed',
    ...namesOf(subscription),
    ...priceOf(subscription),
    cancelAtPeriodEnd: endsWithItsPeriod(subscription),
  };
}

export function saidByEndedSubscription(subscription: StripeSubscription): Said {
  return { type: 'subscription-ended', ...namesOf(subscription) };
}

/** A day on which it ends counts once the period that ends then has begun. */
function endsWithItsPeriod({ cancel_at_period_end, cancel_at, items }: StripeSubscription) {
  if (cancel_at_period_end) return true;
  const ends = items.data.map((item) => item.current_period_end);
  return cancel_at !== null && ends.length > 0 && cancel_at <= Math.max(...ends);
}

function namesOf({ id, customer, metadata }: StripeSubscription) {
  return { accountId: accountIn(metadata), customerId: customer, subscriptionId: id };
}

function priceOf({ items }: StripeSubscription) {
  return { priceId: items.data[0]?.price };
}
