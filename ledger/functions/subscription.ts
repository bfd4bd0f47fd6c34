import { z } from 'zod';
import {
  changedPlan,
  endedSubscription,
  expiredTerm,
  grantedCycles,
  type PlanChangeBody,
  renewed,
  type SubscribeBody,
  subscription,
  subscriptionChange,
} from '../../contract/subscription';
import type { SubscriptionCommand } from '../../contract/subscription-commands';
import {
  flag,
  inQuery,
  integer,
  json,
  operation,
  optional,
  text,
  time,
  value,
} from '../connection/sql-function';
import { account, byHand, subscriptionOf } from './parameters';

/** Subscriptions and their terms. */
export const SUBSCRIPTION_FUNCTIONS = {
  subscribe: operation(
    ['worker'],
    { ...subscriptionOf, body: json<SubscribeBody>() },
    grantedCycles,
  ),
  renew: operation(
    ['worker'],
    { ...subscriptionOf, paymentReference: text, paidAt: optional(text) },
    renewed,
    'renew_subscription',
  ),
  grant_cycles: operation(['worker'], subscriptionOf, grantedCycles),
  change_plan: operation(
    ['worker'],
    { ...subscriptionOf, key: text, body: json<PlanChangeBody>() },
    changedPlan,
  ),
  set_cancellation: operation(
    ['worker'],
    { ...subscriptionOf, key: text, cancel: flag },
    subscriptionChange,
  ),
  end_subscription_now: operation(['worker'], { ...subscriptionOf, key: text }, endedSubscription),
  end_subscription_by_hand: operation(
    ['operator'],
    { ...subscriptionOf, ...byHand },
    endedSubscription,
  ),
  expire_term: operation(['worker'], { ...subscriptionOf, term: integer }, expiredTerm),
  subscription: value(
    ['web', 'operator'],
    { ...account, subscriptionId: optional(text) },
    subscription.nullable(),
  ),
  // A view's functions run as its reader.
  is_live: inQuery(['operator', 'reader'], { validUntil: time, lastEntryAt: time }, z.boolean()),
  plan_cycle_from: inQuery(
    ['operator'],
    { ...subscriptionOf, planId: text, from: time },
    z.object({ startsAt: z.string().nullable(), length: z.string().nullable() }),
  ),
} as const;

/**
 * The function of each command of a subscription, and its arguments beside the request's members. A
 * member that is no parameter goes into `body`.
 */
export const COMMAND_FUNCTIONS = {
  subscribe: { name: 'subscribe' },
  renew: { name: 'renew' },
  changePlan: { name: 'change_plan' },
  cancelAtPeriodEnd: { name: 'set_cancellation', besides: { cancel: true } },
  resume: { name: 'set_cancellation', besides: { cancel: false } },
  endNow: { name: 'end_subscription_now' },
} as const satisfies Record<
  SubscriptionCommand,
  { name: keyof typeof SUBSCRIPTION_FUNCTIONS; besides?: object }
>;
