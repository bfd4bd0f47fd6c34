import type { Outcome } from '../contract/outcome';
import type {
  ChangedPlan,
  EndedSubscription,
  ExpiredTerm,
  GrantedCycles,
  Renewed,
  SubscriptionChange,
} from '../contract/subscription';
import {
  type PlanChangeRequest,
  parsePlanChange,
  parseRenewal,
  parseSubscribe,
  parseSubscriptionChange,
  parseSubscriptionKey,
  parseTermKey,
  type RenewalRequest,
  type SubscribeRequest,
  type SubscriptionChangeRequest,
  type SubscriptionKey,
  type TermKey,
} from '../contract/subscription';
import type { Ledger } from '../ledger';
import { operation } from './support/operation';

/** One ledger operation each, safe to repeat. */
export interface SubscriptionActivities {
  subscribe(request: SubscribeRequest): Promise<Outcome<GrantedCycles>>;
  renewSubscription(request: RenewalRequest): Promise<Outcome<Renewed>>;
  changePlan(request: PlanChangeRequest): Promise<Outcome<ChangedPlan>>;
  cancelSubscription(request: SubscriptionChangeRequest): Promise<Outcome<SubscriptionChange>>;
  resumeSubscription(request: SubscriptionChangeRequest): Promise<Outcome<SubscriptionChange>>;
  endSubscription(request: SubscriptionChangeRequest): Promise<Outcome<EndedSubscription>>;
  /** Grants what is due, and says how the subscription stands by the ledger's clock. */
  grantCycles(key: SubscriptionKey): Promise<Outcome<GrantedCycles>>;
  expireTerm(input: TermKey): Promise<Outcome<ExpiredTerm>>;
}

export function createSubscriptionActivities({ ledger }: { ledger: Ledger }): SubscriptionActivities {
  const { subscriptions } = ledger;
  return {
    subscribe: operation(parseSubscribe, ({ accountId, subscriptionId, ...body }) =>
      subscriptions.subscribe(accountId, subscriptionId, body),
    ),
    renewSubscription: operation(parseRenewal, ({ accountId, subscriptionId, paymentReference, paidAt }) =>
      subscriptions.renew(accountId, subscriptionId, paymentReference, paidAt),
    ),
    changePlan: operation(parsePlanChange, ({ accountId, subscriptionId, key, ...body }) =>
      subscriptions.changePlan(accountId, subscriptionId, key, body),
    ),
    cancelSubscription: operation(parseSubscriptionChange, ({ accountId, subscriptionId, key }) =>
      subscriptions.cancelAtPeriodEnd(accountId, subscriptionId, key),
    ),
    resumeSubscription: operation(parseSubscriptionChange, ({ accountId, subscriptionId, key }) =>
      subscriptions.resume(accountId, subscriptionId, key),
    ),
    endSubscription: operation(parseSubscriptionChange, ({ accountId, subscriptionId, key }) =>
      subscriptions.endNow(accountId, subscriptionId, key),
    ),
    grantCycles: operation(parseSubscriptionKey, ({ accountId, subscriptionId }) =>
      subscriptions.grantCycles(accountId, subscriptionId),
    ),
    expireTerm: operation(parseTermKey, ({ accountId, subscriptionId, term }) =>
      subscriptions.expireTerm(accountId, subscriptionId, term),
    ),
  };
}
