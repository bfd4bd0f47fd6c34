import type { PurchaseCursor, UpkeepCursor } from '../../contract/upkeep';
import type { LedgerCalls } from '../connection/calls';

export type Upkeep = ReturnType<typeof upkeep>;

/**
 * What reconciliation looks for, a page at a time: what was due by `dueBy`, after the last row seen. Finding decides
 * nothing; the operations that put things right judge again under the account's lock.
 */
export function upkeep(calls: LedgerCalls) {
  const pageAfter = (dueBy: string, after: UpkeepCursor | null, limit: number) => {
    return { dueBy, afterAt: after?.at, afterAccountId: after?.accountId, limit };
  };
  return {
    /** Active subscriptions with a paid cycle that has begun and is not granted: `subscriptions.grantCycles` grants it. */
    dueCycles: (dueBy: string, after: UpkeepCursor | null, limit: number) =>
      calls.page('due_cycles', pageAfter(dueBy, after, limit)),

    /** Active subscriptions whose settlement window is over: `subscriptions.expireTerm` books them. `at` is the lapse. */
    dueExpiries: (dueBy: string, after: UpkeepCursor | null, limit: number) =>
      calls.page('due_expiries', pageAfter(dueBy, after, limit)),

    /** Accounts with a grant whose own end has come and is not booked: `expire` books it. */
    endedGrants: (dueBy: string, after: UpkeepCursor | null, limit: number) =>
      calls.page('ended_grants', pageAfter(dueBy, after, limit)),

    /**
     * Purchases that are open or returning, or have a stray payment that is, from two minutes after they became so, or
     * as `watchPurchase` has said.
     */
    unfinishedPurchases: (dueBy: string, after: PurchaseCursor | null, limit: number) =>
      calls.page('unfinished_purchases', {
        ...pageAfter(dueBy, after, limit),
        afterPurchaseId: after?.purchaseId,
      }),

    /** Active subscriptions, from two minutes after their term's start, or as `watch` has said. */
    unwatchedSubscriptions: (dueBy: string, after: UpkeepCursor | null, limit: number) =>
      calls.page('unwatched_subscriptions', pageAfter(dueBy, after, limit)),

    /** The subscription's workflow runs: `unwatchedSubscriptions` leaves it out for so long. */
    watch: (accountId: string, subscriptionId: string, forMs: number) =>
      calls.run('watch_subscription', { accountId, subscriptionId, forMs }),

    /** The purchase's workflow runs: `unfinishedPurchases` leaves it out for so long. */
    watchPurchase: (accountId: string, purchaseId: string, forMs: number) =>
      calls.run('watch_purchase', { accountId, purchaseId, forMs }),
  };
}
