import type { PurchaseCursor, UpkeepCursor } from '../../contract/upkeep';
import type { LedgerCalls } from '../connection/calls';

export type Upkeep = ReturnType<typeof upkeep>;

/**
 * What reconciliation has to put right, a page at a time: what was due by `dueBy` (ISO 8601), after
 * the last row seen. Finding decides nothing: the operations judge again under the account's lock.
 */
export function upkeep(calls: LedgerCalls) {
  const pageAfter = (dueBy: string, after: UpkeepCursor | null, limit: number) => {
    return { dueBy, afterAt: after?.at, afterAccountId: after?.accountId, limit };
  };
  return {
    /**
     * Active subscriptions with a paid cycle that has begun and is not granted:
     * `subscriptions.grantCycles` grants it.
     */
    dueCycles: (dueBy: string, after: UpkeepCursor | null, limit: number) =>
      calls.page('due_cycles', pageAfter(dueBy, after, limit)),

    /**
     * Active subscriptions whose settlement window is over: `subscriptions.expireTerm` books them.
     * `at` is the lapse.
     */
    dueExpiries: (dueBy: string, after: UpkeepCursor | null, limit: number) =>
      calls.page('due_expiries', pageAfter(dueBy, after, limit)),

    /** Accounts with a grant whose own end has come and is not booked: `Ledger.expire` books it. */
    endedGrants: (dueBy: string, after: UpkeepCursor | null, limit: number) =>
      calls.page('ended_grants', pageAfter(dueBy, after, limit)),

    /**
     * Purchases that are open or returning, or have a returning stray payment, from two minutes
     * after they became so, or from when `watchPurchase` has put off.
     */
    unfinishedPurchases: (dueBy: string, after: PurchaseCursor | null, limit: number) =>
      calls.page('unfinished_purchases', {
        ...pageAfter(dueBy, after, limit),
        afterPurchaseId: after?.purchaseId,
      }),

    /**
     * Active subscriptions, from two minutes after their term's start, or from when `watch` has put
     * off.
     */
    unwatchedSubscriptions: (dueBy: string, after: UpkeepCursor | null, limit: number) =>
      calls.page('unwatched_subscriptions', pageAfter(dueBy, after, limit)),

    /** The subscription's workflow runs: `unwatchedSubscriptions` leaves it out for `forMs`. */
    watch: (accountId: string, subscriptionId: string, forMs: number) =>
      calls.run('watch_subscription', { accountId, subscriptionId, forMs }),

    /**
     * What is open, in figures. Workflows and reconciliation have two reconciliation intervals to
     * end a thing before it counts as stuck.
     */
    openWork: (intervalMs: number) => calls.call('open_work', { intervalMs }),

    /** The purchase's workflow runs: `unfinishedPurchases` leaves it out for `forMs`. */
    watchPurchase: (accountId: string, purchaseId: string, forMs: number) =>
      calls.run('watch_purchase', { accountId, purchaseId, forMs }),
  };
}
