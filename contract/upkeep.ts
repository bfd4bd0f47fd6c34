import { z } from 'zod';
import { billingEventKey } from './billing-event';
import { answered } from './fields';
import { purchaseBody, purchaseStatus } from './purchase';

const { credits, id, instant } = answered;

/**
 * Identifies a Temporal by its namespace's id: names may be given twice. The cluster's id is empty
 * where it can't be had, and is kept for people alone.
 */
export const temporalIdentity = z.object({
  clusterId: z.string(),
  namespaceId: z.string(),
  namespace: z.string(),
});

export type TemporalIdentity = z.output<typeof temporalIdentity>;

/**
 * The beginning of a pass: the ledger's time, and how many reservations and queued requests are
 * open.
 */
export const reconciliationScope = z.object({ now: instant, open: z.int() });

/** A migration that the schema has. */
export const appliedMigration = z.object({ name: z.string(), appliedAt: instant });

/** What a process compares itself with: the schema’s migrations, and the one that it has to know. */
export const schemaLevels = z.object({ applied: z.array(z.string()), oldestKnown: z.string() });

const openWorkLine = z.object({
  what: z.enum([
    ...(['reservation', 'waiting', 'late-hold', 'purchase', 'notice', 'message'] as const),
    ...(['cycle', 'expiry', 'ended-grant'] as const),
  ]),
  count: z.int(),
  credits: credits.nullable(),
  since: instant.nullable().meta({ description: 'When the oldest began, or became due.' }),
});

/** What is open in the ledger, in figures that name no account. */
export const openWork = z.object({
  now: instant,
  work: z.array(openWorkLine),
  stuck: z.object({
    ...{ reservation: z.int(), purchase: z.int(), subscription: z.int() },
    ...{ notice: z.int(), event: z.int(), 'billing-event': z.int() },
  }),
  lockWaits: z.object({ count: z.int(), longestMs: z.int() }),
});

export type OpenWork = z.output<typeof openWork>;

/** Cursors: the last row of a page, from which the next page continues. */
const accountCursor = z.object({ accountId: id });
const holdCursor = accountCursor.extend({ expiresAt: instant, requestId: z.string() });
/** `at` is the moment at which the row became due; pages are ordered by it. */
const upkeepCursor = accountCursor.extend({ at: instant });
const billingEventCursor = billingEventKey.extend({ at: instant });
const purchaseCursor = upkeepCursor.extend({ purchaseId: z.string() });

/** The rows that a pass looks for. */
export const due = {
  /** A reservation or a queued request whose workflow is to be looked up. */
  hold: holdCursor.extend({ credits }),
  /** One that this pass has taken, with the kind of its generation. */
  takenHold: accountCursor.extend({ requestId: z.string(), kind: z.string() }),
  subscription: upkeepCursor.extend({ subscriptionId: z.string() }),
  expiry: upkeepCursor.extend({ subscriptionId: z.string(), term: z.int() }),
  /** An account with a grant whose own end has passed. */
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
  /** An event of a billing system whose workflow is to be looked for. */
  billingEvent: billingEventCursor,
  /** An account whose queue, notices or top-up are to be checked. */
  account: accountCursor,
} as const;

export type AccountCursor = z.output<typeof accountCursor>;
export type DueCursor = z.output<typeof holdCursor>;
export type DueReservation = z.output<typeof due.hold>;
export type TakenHold = z.output<typeof due.takenHold>;
export type UpkeepCursor = z.output<typeof upkeepCursor>;
export type SubscriptionDue = z.output<typeof due.subscription>;
export type ExpiryDue = z.output<typeof due.expiry>;
export type PurchaseCursor = z.output<typeof purchaseCursor>;
export type BillingEventCursor = z.output<typeof billingEventCursor>;
export type UnfinishedPurchase = z.output<typeof due.purchase>;
