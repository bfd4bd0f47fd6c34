import { changePlan, type PlanChangeSaid } from '../rules/plan-change';
import { done } from '../rules/state';
import { subscriptionOf } from '../rules/subscription-record';
import {
  endNow,
  expireTerm,
  grantCycles,
  renew,
  type SubscribeSaid,
  setCancellation,
  subscribe,
} from '../rules/subscriptions';
import { type OfAccount, type OfSubscription, sides } from './sides';

export const ofSubscriptions = {
  subscribe: sides<OfSubscription<{ said: SubscribeSaid }>>({
    rules: (world, { accountId, subscriptionId, said }) =>
      subscribe(world, accountId, subscriptionId, said),
    books: ({ ledger }, { accountId, subscriptionId, said }) =>
      ledger.subscriptions.subscribe(accountId, subscriptionId, said),
  }),
  renew: sides<OfSubscription<{ reference: string; paidAt?: string }>>({
    rules: (world, { accountId, subscriptionId, reference, paidAt }) =>
      renew(world, accountId, subscriptionId, reference, paidAt),
    books: ({ ledger }, { accountId, subscriptionId, reference, paidAt }) =>
      ledger.subscriptions.renew(accountId, subscriptionId, reference, paidAt),
  }),
  grantCycles: sides<OfSubscription<object>>({
    rules: (world, { accountId, subscriptionId }) => grantCycles(world, accountId, subscriptionId),
    books: ({ ledger }, { accountId, subscriptionId }) =>
      ledger.subscriptions.grantCycles(accountId, subscriptionId),
  }),
  changePlan: sides<OfSubscription<{ key: string; said: PlanChangeSaid }>>({
    rules: (world, { accountId, subscriptionId, key, said }) =>
      changePlan(world, accountId, subscriptionId, key, said),
    books: ({ ledger }, { accountId, subscriptionId, key, said }) =>
      ledger.subscriptions.changePlan(accountId, subscriptionId, key, said),
  }),
  cancel: sides<OfSubscription<{ key: string }>>({
    rules: (world, { accountId, subscriptionId, key }) =>
      setCancellation(world, accountId, subscriptionId, key, true),
    books: ({ ledger }, { accountId, subscriptionId, key }) =>
      ledger.subscriptions.cancelAtPeriodEnd(accountId, subscriptionId, key),
  }),
  takeBack: sides<OfSubscription<{ key: string }>>({
    rules: (world, { accountId, subscriptionId, key }) =>
      setCancellation(world, accountId, subscriptionId, key, false),
    books: ({ ledger }, { accountId, subscriptionId, key }) =>
      ledger.subscriptions.resume(accountId, subscriptionId, key),
  }),
  endNow: sides<OfSubscription<{ key: string }>>({
    rules: (world, { accountId, subscriptionId, key }) =>
      endNow(world, accountId, subscriptionId, key),
    books: ({ ledger }, { accountId, subscriptionId, key }) =>
      ledger.subscriptions.endNow(accountId, subscriptionId, key),
  }),
  expireTerm: sides<OfSubscription<{ term: number }>>({
    rules: (world, { accountId, subscriptionId, term }) =>
      expireTerm(world, accountId, subscriptionId, term),
    books: ({ ledger }, { accountId, subscriptionId, term }) =>
      ledger.subscriptions.expireTerm(accountId, subscriptionId, term),
  }),
  subscription: sides<OfAccount<{ subscriptionId?: string }>>({
    rules: (world, { accountId, subscriptionId }) =>
      done(subscriptionOf(world, accountId, subscriptionId)),
    books: ({ ledger }, { accountId, subscriptionId }) =>
      ledger.subscription(accountId, subscriptionId),
  }),
};
