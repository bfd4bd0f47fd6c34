import type { Outcome } from '../../contract/outcome';
import type {
  ChangedPlan,
  EndedSubscription,
  ExpiredTerm,
  GrantedCycles,
  PlanChangeBody,
  Renewed,
  SubscribeBody,
  SubscriptionChange,
} from '../../contract/subscription';
import type { LedgerCalls } from '../connection/calls';

/**
 * Subscriptions in the ledger: each method is one call of one SQL function under the account's lock. Every operation is
 * safe to repeat with its key, and answers then what it answered first.
 */
export class Subscriptions {
  readonly #calls: Pick<LedgerCalls, 'operate'>;

  constructor(calls: Pick<LedgerCalls, 'operate'>) {
    this.#calls = calls;
  }

  /**
   * Starts a subscription, paid by its reference, and grants its first cycle; the subscription's id is the key. Closes
   * a lapsed one. Refusals: IDEMPOTENCY_CONFLICT, UNKNOWN_PLAN, INVALID_TIME_ZONE, SUBSCRIPTION_EXISTS, BALANCE_LIMIT_EXCEEDED,
   * CALENDAR_EXCEEDED.
   */
  subscribe(accountId: string, subscriptionId: string, body: SubscribeBody): Promise<Outcome<GrantedCycles>> {
    return this.#calls.operate('subscribe', [accountId, subscriptionId, JSON.stringify(body)]);
  }

  /**
   * Tells of the payment of the next unpaid cycle; its reference is the key. Without `paidAt` (ISO 8601) it was paid now.
   * Refusals: IDEMPOTENCY_CONFLICT, SUBSCRIPTION_NOT_FOUND, PAYMENT_IN_FUTURE, PAYMENT_BEFORE_SUBSCRIPTION, SUBSCRIPTION_ENDED,
   * RENEWAL_SUPERSEDED, BALANCE_LIMIT_EXCEEDED, CALENDAR_EXCEEDED.
   */
  renew(
    accountId: string,
    subscriptionId: string,
    paymentReference: string,
    paidAt?: string,
  ): Promise<Outcome<Renewed>> {
    return this.#calls.operate('renew_subscription', [accountId, subscriptionId, paymentReference, paidAt ?? null]);
  }

  /** Grants every paid cycle that has begun, in order, once. Refusals: SUBSCRIPTION_NOT_FOUND, BALANCE_LIMIT_EXCEEDED. */
  grantCycles(accountId: string, subscriptionId: string): Promise<Outcome<GrantedCycles>> {
    return this.#calls.operate('grant_cycles', [accountId, subscriptionId]);
  }

  /**
   * Takes another plan: at once where it gives more credits for the same length or has a longer cycle, which needs
   * `paymentReference`; else at the first unpaid boundary, without using one (`paymentUsed`).
   * Refusals: IDEMPOTENCY_CONFLICT, SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_ENDED, SUBSCRIPTION_LAPSED, UNKNOWN_PLAN, RENEWAL_DUE,
   * PAYMENT_REFERENCE_REQUIRED, BALANCE_LIMIT_EXCEEDED, CALENDAR_EXCEEDED.
   */
  changePlan(
    accountId: string,
    subscriptionId: string,
    key: string,
    body: PlanChangeBody,
  ): Promise<Outcome<ChangedPlan>> {
    return this.#calls.operate('change_plan', [accountId, subscriptionId, key, JSON.stringify(body)]);
  }

  /** Ends it at the paid period's end, without grace. Refusals: IDEMPOTENCY_CONFLICT, SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_ENDED, SUBSCRIPTION_LAPSED. */
  cancelAtPeriodEnd(accountId: string, subscriptionId: string, key: string): Promise<Outcome<SubscriptionChange>> {
    return this.#calls.operate('set_cancellation', [accountId, subscriptionId, key, true]);
  }

  /** Takes a cancellation back. Refusals: as for `cancelAtPeriodEnd`, and SUBSCRIPTION_NOT_CANCELLED. */
  resume(accountId: string, subscriptionId: string, key: string): Promise<Outcome<SubscriptionChange>> {
    return this.#calls.operate('set_cancellation', [accountId, subscriptionId, key, false]);
  }

  /**
   * Lapses at once and books what is left; cycles paid ahead never begin, and no renewal brings it back.
   * Refusals: as for `cancelAtPeriodEnd`, and BALANCE_LIMIT_EXCEEDED.
   */
  endNow(accountId: string, subscriptionId: string, key: string): Promise<Outcome<EndedSubscription>> {
    return this.#calls.operate('end_subscription_now', [accountId, subscriptionId, key]);
  }

  /**
   * Books what is left of a term once its settlement window's time is up; before that, says until when to wait.
   * Refusals: SUBSCRIPTION_NOT_FOUND, BALANCE_LIMIT_EXCEEDED.
   */
  expireTerm(accountId: string, subscriptionId: string, term: number): Promise<Outcome<ExpiredTerm>> {
    return this.#calls.operate('expire_term', [accountId, subscriptionId, term]);
  }
}
