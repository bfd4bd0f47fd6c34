import type { SubscriptionActivities } from '../../activities/subscriptions';
import { untilAnswered } from './quick-then-patient';

/** The ledger's subscriptions, each asked until it has answered: every operation has a key and is safe to repeat. */
export const subscriptions: SubscriptionActivities = {
  subscribe: (request) => untilAnswered((activities: SubscriptionActivities) => activities.subscribe(request)),
  renewSubscription: (request) =>
    untilAnswered((activities: SubscriptionActivities) => activities.renewSubscription(request)),
  changePlan: (request) => untilAnswered((activities: SubscriptionActivities) => activities.changePlan(request)),
  cancelSubscription: (request) =>
    untilAnswered((activities: SubscriptionActivities) => activities.cancelSubscription(request)),
  resumeSubscription: (request) =>
    untilAnswered((activities: SubscriptionActivities) => activities.resumeSubscription(request)),
  endSubscription: (request) =>
    untilAnswered((activities: SubscriptionActivities) => activities.endSubscription(request)),
  grantCycles: (key) => untilAnswered((activities: SubscriptionActivities) => activities.grantCycles(key)),
  expireTerm: (input) => untilAnswered((activities: SubscriptionActivities) => activities.expireTerm(input)),
};
