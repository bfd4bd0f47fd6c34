import type { PurchaseBody, PurchaseStatus } from '../../contract/purchase';
import type { LedgerCalls } from '../connection/calls';

/** A page's last row says where the next page begins. `at` is what pages are ordered by: the moment that made it due. */
export interface UpkeepCursor {
  at: string;
  accountId: string;
}

export interface SubscriptionDue extends UpkeepCursor {
  subscriptionId: string;
}

export interface ExpiryDue extends SubscriptionDue {
  term: number;
}

export interface PurchaseCursor extends UpkeepCursor {
  purchaseId: string;
}

export interface UnfinishedPurchase extends PurchaseCursor {
  /** Other than open or returning where only a stray payment is left to be given back. */
  status: PurchaseStatus;
  /** Null where money has arrived for a purchase that was voided before it was opened. */
  body: PurchaseBody | null;
}

/**
 * What reconciliation looks for, a page at a time: what was due by `dueBy`, after the last row seen. Finding decides
 * nothing; the operations that put things right judge again under the account's lock.
 */
export class Upkeep {
  readonly #calls: Pick<LedgerCalls, 'call' | 'page'>;

  constructor(calls: Pick<LedgerCalls, 'call' | 'page'>) {
    this.#calls = calls;
  }

  /** Active subscriptions with a paid cycle that has begun and is not granted: `subscriptions.grantCycles` grants it. */
  dueCycles(dueBy: string, after: UpkeepCursor | null, limit: number): Promise<SubscriptionDue[]> {
    return this.#page('due_cycles', dueBy, after, limit);
  }

  /** Active subscriptions whose settlement window is over: `subscriptions.expireTerm` books them. `at` is the lapse. */
  dueExpiries(dueBy: string, after: UpkeepCursor | null, limit: number): Promise<ExpiryDue[]> {
    return this.#page('due_expiries', dueBy, after, limit);
  }

  /** Accounts with a grant whose own end has come and is not booked: `expire` books it. */
  endedGrants(dueBy: string, after: UpkeepCursor | null, limit: number): Promise<UpkeepCursor[]> {
    return this.#page('ended_grants', dueBy, after, limit);
  }

  /**
   * Purchases that are open or returning, or have a stray payment that is, from two minutes after they became so, or as
   * `watchPurchase` has said.
   */
  unfinishedPurchases(dueBy: string, after: PurchaseCursor | null, limit: number): Promise<UnfinishedPurchase[]> {
    const { at, accountId, purchaseId } = after ?? {};
    return this.#calls.page('unfinished_purchases', [dueBy, at, accountId, purchaseId, limit]);
  }

  /** Active subscriptions, from two minutes after their term's start, or as `watch` has said. */
  unwatchedSubscriptions(dueBy: string, after: UpkeepCursor | null, limit: number): Promise<SubscriptionDue[]> {
    return this.#page('unwatched_subscriptions', dueBy, after, limit);
  }

  /** The subscription's workflow runs: `unwatchedSubscriptions` leaves it out for so long. */
  async watch(accountId: string, subscriptionId: string, forMs: number): Promise<void> {
    await this.#calls.call('watch_subscription', [accountId, subscriptionId, forMs]);
  }

  /** The purchase's workflow runs: `unfinishedPurchases` leaves it out for so long. */
  async watchPurchase(accountId: string, purchaseId: string, forMs: number): Promise<void> {
    await this.#calls.call('watch_purchase', [accountId, purchaseId, forMs]);
  }

  #page<T>(name: string, dueBy: string, after: UpkeepCursor | null, limit: number): Promise<T[]> {
    return this.#calls.page(name, [dueBy, after?.at, after?.accountId, limit]);
  }
}
