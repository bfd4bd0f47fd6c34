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
    status: purchaseStatus.extract(['open', 'returning']),
    body: purchaseBody.nullable().meta({
      description: 'Null where money has arrived for a purchase that was voided before it was opened.',
    }),
  }),
  /** An account that somebody should look after. */
  account: accountCursor,
} as const;

export const reconciliationInput = z.strictObject({
  confirm: z.boolean().optional().meta({ description: 'Release however many orphans there are.' }),
});

/** What a pass has put right beside reservations, and what it left to the next one. Published JSON. */
export const upkeepReport = z.object({
  cyclesGranted: z.int().meta({
    description: 'Subscriptions whose paid cycles had begun and were not granted.',
  }),
  termsExpired: z.int().meta({
    description: 'Terms whose settlement window was over and whose expiry was not booked.',
  }),
  endedGrantsBooked: z.int().meta({ description: 'Accounts with grants whose own end had come.' }),
  purchasesRestarted: z.int(),
  subscriptionsRestarted: z.int(),
  left: z.int(),
  accountsAttended: z.int().optional().meta({
    description: 'Accounts with somebody to wake, something to tell or to buy. Absent in passes of earlier versions.',
  }),
});

/** The findings of one pass. Published JSON: the result of `reconciliationWorkflow`. */
export const reconciliationReport = z.object({
  status: z.enum(['done', 'stopped']).meta({
    description: 'stopped: nothing was released; `reason` says why.',
  }),
  open: z.int(),
  extended: z.int(),
  missing: z.int(),
  unclear: z.int(),
  orphans: z.int(),
  released: z.int(),
  committed: z.int().meta({ description: 'Orphans whose job had finished after all.' }),
  unsettled: z.int().meta({
    description: 'Orphans whose job’s end could not be found out; the next pass asks again.',
  }),
  upkeep: upkeepReport.optional().meta({
    description: 'Absent where the pass stopped before, and in passes of earlier versions.',
  }),
  reason: z.enum(['TEMPORAL_IDENTITY_MISMATCH', 'RECONCILIATION_LIMIT']).optional(),
  message: z.string().optional(),
});

export type TemporalIdentity = z.output<typeof temporalIdentity>;
export type AccountCursor = z.output<typeof accountCursor>;
export type DueCursor = z.output<typeof holdCursor>;
export type DueReservation = z.output<typeof due.hold>;
export type UpkeepCursor = z.output<typeof upkeepCursor>;
export type SubscriptionDue = z.output<typeof due.subscription>;
export type ExpiryDue = z.output<typeof due.expiry>;
export type PurchaseCursor = z.output<typeof purchaseCursor>;
export type UnfinishedPurchase = z.output<typeof due.purchase>;
export type ReconciliationInput = z.output<typeof reconciliationInput>;
export type UpkeepReport = z.output<typeof upkeepReport>;
export type ReconciliationReport = z.output<typeof reconciliationReport>;
