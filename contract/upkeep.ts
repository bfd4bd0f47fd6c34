import { z } from 'zod';
import { answered } from './fields';
import { purchaseBody, purchaseStatus } from './purchase';

const { credits, id, instant } = answered;

/** Which Temporal: names can be given twice, these ids can't. */
export const temporalIdentity = z.object({
  clusterId: z.string(),
  namespaceId: z.string(),
  namespace: z.string(),
});

export type TemporalIdentity = z.output<typeof temporalIdentity>;

/** What a pass begins with: the ledger's clock, and how many reservations and waits are open. */
export const reconciliationScope = z.object({ now: instant, open: z.int() });

/** A page's last row says where the next page begins. */
const accountCursor = z.object({ accountId: id });
const holdCursor = accountCursor.extend({ expiresAt: instant, requestId: z.string() });
/** `at` is what pages are ordered by: the moment that made it due. */
const upkeepCursor = accountCursor.extend({ at: instant });
const purchaseCursor = upkeepCursor.extend({ purchaseId: z.string() });

/** What a pass looks for, a row each. */
export const due = {
  /** A reservation, or a request that waits, whose workflow is to be asked for. */
  hold: holdCursor.extend({ credits }),
  subscription: upkeepCursor.extend({ subscriptionId: z.string() }),
  expiry: upkeepCursor.extend({ subscriptionId: z.string(), term: z.int() }),
  /** An account with a grant whose own end has come. */
  endedGrant: upkeepCursor,
  purchase: purchaseCursor.extend({
    status: purchaseStatus.extract(['open', 'granted', 'returning', 'returned']).meta({
      description:
        'Other than open or returning where only a stray payment is left to be given back.',
    }),
    body: purchaseBody.nullable().meta({
      description:
        'Null where money has arrived for a purchase that was voided before it was opened.',
    }),
  }),
  /** An account that somebody should look after. */
  account: accountCursor,
} as const;

export type AccountCursor = z.output<typeof accountCursor>;
export type DueCursor = z.output<typeof holdCursor>;
export type DueReservation = z.output<typeof due.hold>;
export type UpkeepCursor = z.output<typeof upkeepCursor>;
export type SubscriptionDue = z.output<typeof due.subscription>;
export type ExpiryDue = z.output<typeof due.expiry>;
export type PurchaseCursor = z.output<typeof purchaseCursor>;
export type UnfinishedPurchase = z.output<typeof due.purchase>;
