/** What the ledger says about subscriptions. All times are ISO 8601. */

/** Only what the caller said. */
export interface SubscribeBody {
  planId: string;
  paymentReference: string;
  /** IANA name; UTC by default. */
  timeZone?: string;
}

/** Only what the caller said. */
export interface PlanChangeBody {
  planId: string;
  /** Required where the change takes effect at once. */
  paymentReference?: string;
}

/**
 * active: within a paid cycle. grace: past it, credits still count. lapsed: a payment made before the lapse still counts.
 * closed: the expiry has been booked, it was ended at once, or a newer subscription has taken its place.
 */
export type SubscriptionStatus = 'active' | 'grace' | 'lapsed' | 'closed';

export interface Subscription {
  accountId: string;
  subscriptionId: string;
  /** The ledger's time as of which all this was judged. */
  at: string;
  status: SubscriptionStatus;
  closedWhy: 'lapsed' | 'ended-now' | 'superseded' | null;
  closedAt: string | null;
  /** The plan of the current cycle. */
  planId: string;
  /** What a plan change has put down for the first unpaid boundary. */
  scheduledPlanId: string | null;
  /** What the next renewal pays for. */
  nextPlanId: string;
  term: number;
  timeZone: string;
  /** The current cycle's number, or the last one's; it never restarts. */
  cycle: number;
  /** ISO 8601 duration. */
  cycleLength: string;
  cycleStart: string;
  cycleEnd: string;
  paidCycle: number;
  grantedCycle: number;
  /** How many cycles are paid beyond the current one. */
  paidAhead: number;
  /** The last paid cycle's end; with the grace, if there is one, it gives `validUntil`. */
  paidUntil: string;
  /** The lapse. */
  validUntil: string;
  /** From when the expiry may be booked. */
  windowEnd: string;
  cancelAtPeriodEnd: boolean;
}

export interface CycleGrant {
  cycle: number;
  planId: string;
  credits: number;
  grantId: string;
}

/** The subscription as it stood right after the operation. */
export interface SubscriptionChange {
  subscription: Subscription;
}

/** What else an operation did: the paid cycles that had begun and were granted in the same transaction. */
export interface GrantedCycles extends SubscriptionChange {
  granted: CycleGrant[];
}

export interface Renewed extends GrantedCycles {
  /** It came too late to carry anything forward: a new term of the same subscription has started. */
  newTerm: boolean;
}

export interface ChangedPlan extends GrantedCycles {
  /** held: the plan was held already, and what was scheduled is dropped. */
  effect: 'upgrade' | 'longer-cycle' | 'at-boundary' | 'held';
  /** Whether the payment reference has paid for something; if not, that money belongs back. */
  paymentUsed: boolean;
}

export interface EndedSubscription extends GrantedCycles {
  /** Credits that expired, and with how many entries. */
  expired: number;
  entries: number;
}

/** waiting: before `validUntil` the term is live (again); after it, a payment made before still counts until `waitUntil`. */
export type ExpiredTerm =
  | { status: 'waiting'; term: number; at: string; validUntil: string; waitUntil: string }
  | { status: 'booked' | 'closed'; term: number; expired: number; entries: number };
