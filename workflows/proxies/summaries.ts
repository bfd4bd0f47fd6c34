import type { BillingActivities } from '../../activities/billing-activities';
import type { ReservationActivities } from '../../activities/generation/reservation-activities';
import type { GrantActivities } from '../../activities/grant-activities';
import type { NoticeActivities } from '../../activities/notice-activities';
import type { PaymentActivities } from '../../activities/payment-activities';
import type { PurchaseActivities } from '../../activities/purchase-activities';
import type { ReconciliationActivities } from '../../activities/reconciliation-activities';
import type { RefundActivities } from '../../activities/refund-activities';
import type { SettingsActivities } from '../../activities/settings-activities';
import type { SubscriptionActivities } from '../../activities/subscription-activities';
import type { TopUpActivities } from '../../activities/top-up-activities';
import type { UpkeepActivities } from '../../activities/upkeep-activities';
import type { PinnedQuote } from '../../contract/prices';
import { creditsInWords, legible } from '../../domain/legible';
import { moneyInWords } from '../../domain/pricing/money';

/**
 * What each activity does, in words for Temporal's UI. They name no account and no request, whose ids
 * may be mail addresses, and give no reason and nothing of an input. Temporal takes 400 bytes,
 * encrypted.
 */
export type Summaries<Activities> = {
  [Name in keyof Activities]: Activities[Name] extends (...inputs: infer Inputs) => unknown
    ? (...inputs: Inputs) => string
    : never;
};

/** The names of kinds, plans and packs are no longer. */
const NAME_LENGTH_MAX = 64;

export const RESERVATION: Summaries<ReservationActivities> = {
  admit: ({ kind, maxCredits }) =>
    maxCredits === undefined
      ? `Reserve credits for ${nameOf(kind)}`
      : `Reserve at most ${creditsOf(maxCredits)} for ${nameOf(kind)}`,
  resume: ({ kind }) => `Reserve credits for ${nameOf(kind)}, if its turn has come`,
  turnAway: ({ request }) => `Turn the request for ${nameOf(request.kind)} away`,
  commit: ({ credits }) => `Commit ${creditsOf(credits)}`,
  chargeCancelled: ({ credits }) => `Charge ${creditsOf(credits)} for the cancelled job`,
  release: () => 'Take the request out of the queue',
};

/** The end of a reservation, where nothing is charged. */
export const releaseOf = (reserved: number): Summaries<Pick<ReservationActivities, 'release'>> => ({
  release: () => `Release ${creditsOf(reserved)}`,
});

export const generating = ({ kind, credits }: PinnedQuote) =>
  `Generate ${nameOf(kind)} for ${creditsOf(credits)}`;

export const SETTLING = 'Ask the provider what became of the job';

export const GRANT: Summaries<GrantActivities> = {
  grant: ({ credits, source }) => `Grant ${creditsOf(credits)} as ${nameOf(source)}`,
};

export const PURCHASE: Summaries<Omit<PurchaseActivities, 'settlePurchase'>> = {
  openPurchase: ({ packId }) => `Open the purchase of ${nameOf(packId)}`,
  turnPurchaseAway: ({ request }) => `Turn the purchase of ${nameOf(request.packId)} away`,
  returnStrayPayment: () => 'Note that a further payment has gone back',
  closePurchase: ({ status }) => `Close the purchase: ${status}`,
};

/** The settlement of a purchase of so many credits. */
export const settlementOf = (
  credits: number,
): Summaries<Pick<PurchaseActivities, 'settlePurchase'>> => ({
  settlePurchase: () => `Settle the purchase of ${creditsOf(credits)}`,
});

export const PAYMENT: Summaries<PaymentActivities> = {
  charge: ({ description, amountCents, currency }) =>
    `Charge ${moneyInWords(amountCents, currency)} for ${description}`,
  paymentState: () => 'Ask what became of the payment',
  voidPayment: () => 'Void the payment',
  refundPayment: () => 'Give the money back',
  makeRefund: ({ amountCents, currency }) => `Give ${moneyInWords(amountCents, currency)} back`,
};

/** The refund of a payment whose state isn't known. */
export const REFUND_IF_CHARGED: Summaries<Pick<PaymentActivities, 'refundPayment'>> = {
  refundPayment: () => 'Give back what may have been taken',
};

export const REFUND: Summaries<RefundActivities> = {
  openRefund: () => 'Take what the money has paid for, or see how the order stands',
  settleRefund: ({ outcome }) =>
    outcome.state === 'made' ? 'Book the refund' : 'Give back what was held',
};

export const SUBSCRIPTION: Summaries<SubscriptionActivities> = {
  subscribe: ({ planId }) => `Subscribe to ${nameOf(planId)}, and grant its first cycle`,
  changePlan: ({ planId }) => `Change the plan to ${nameOf(planId)}`,
  cancelSubscription: () => 'Cancel at the end of the period',
  resumeSubscription: () => 'Take the cancellation back',
  endSubscription: () => 'End the subscription, and expire its credits',
  renewSubscription: () => 'Renew by a payment, and grant what has begun',
  grantCycles: () => 'Grant the paid cycles that have begun',
  expireTerm: () => 'Expire what the term has left',
};

export const TOP_UP: Summaries<TopUpActivities> = {
  beginTopUp: () => 'Ask whether a top-up is due',
};

export const BILLING: Summaries<BillingActivities> = {
  applyBillingEvent: ({ source }) => `Apply a billing event of ${nameOf(source)}`,
};

export const SETTINGS: Summaries<SettingsActivities> = {
  changeSettings: ({ setting }) => `Change settings: ${nameOf(setting)}`,
};

export const NOTICES: Summaries<NoticeActivities> = {
  nextNotice: () => 'Look for the next notice',
  deliverNotice: ({ noticeId, type }) => `Deliver notice ${noticeId}: ${type}`,
  settleNotice: ({ noticeId, reason }) =>
    `Settle notice ${noticeId}: ${reason === null ? 'delivered' : 'given up'}`,
};

export const RECONCILIATION: Summaries<ReconciliationActivities> = {
  beginPass: () => 'Begin the pass',
  inspectHolds: () => 'Look for reservations without a workflow',
  takeOrphans: () => 'Take the next orphans',
  noteUnsettled: () => 'Leave an orphan to the next pass',
  resolveOrphan: ({ outcome }) =>
    outcome.state === 'succeeded'
      ? 'Commit an orphan: its job has succeeded'
      : 'Release an orphan: its job has not succeeded',
};

export const UPKEEP: Summaries<UpkeepActivities> = {
  grantDueCycles: () => 'Grant paid cycles that have begun',
  bookDueExpiries: () => 'Expire what lapsed terms have left',
  bookEndedGrants: () => 'Expire what ended grants have left',
  restartPurchases: () => 'Start lost purchases again',
  restartSubscriptions: () => 'Start lost subscriptions again',
  restartBillingEvents: () => 'Start lost billing events again',
  attendAccounts: () => 'Write wake-ups, top-ups and notices that are due',
};

/** A workflow may be started with any input; its activity refuses what is no name. */
function nameOf(said: unknown): string {
  if (typeof said !== 'string') return 'no name';
  return [...legible(said.slice(0, NAME_LENGTH_MAX))].slice(0, NAME_LENGTH_MAX).join('');
}

function creditsOf(said: unknown): string {
  return Number.isSafeInteger(said) ? creditsInWords(said as number) : 'credits';
}
