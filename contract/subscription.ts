import { z } from 'zod';
import { answered, coded, instant, name } from './fields';
import { accountId, key, paymentReference, subscriptionId } from './ids';
import { refusal } from './outcome';
import { parser } from './parse';

const { credits } = answered;

const planId = coded('UNKNOWN_PLAN', name);

/** A subscription. The caller chooses its id, which is unique in the account for ever. */
export const subscriptionKey = z.strictObject({ accountId, subscriptionId });

/** Starts a subscription that has been paid for. */
export const subscribeRequest = subscriptionKey.extend({
  planId,
  paymentReference,
  timeZone: coded('INVALID_TIME_ZONE', name)
    .optional()
    .meta({ description: 'IANA name; UTC by default.' }),
});

/** The payment of the next unpaid cycle. Its reference is the idempotency key. */
export const renewalRequest = subscriptionKey.extend({
  paymentReference,
  paidAt: coded('INVALID_TIME', instant).optional().meta({
    description: 'Never in the future; without it, it was paid when the ledger hears of it.',
  }),
});

/** A change with an idempotency key of its own. */
export const subscriptionChangeRequest = subscriptionKey.extend({ key });

export const planChangeRequest = subscriptionChangeRequest.extend({
  planId,
  paymentReference: paymentReference
    .optional()
    .meta({ description: 'Required where the change takes effect at once.' }),
});

/** The term whose expiry is to be booked. */
export const termKey = subscriptionKey.extend({ term: z.int32().min(1) });

/**
 * - `active`: within a paid cycle.
 * - `grace`: past the paid cycle; its credits still count.
 * - `lapsed`: its credits don't count, but a payment made before the lapse still does.
 * - `closed`: the expiry was booked, it was ended at once, or a newer subscription replaced it.
 */
export const subscriptionStatus = z.enum(['active', 'grace', 'lapsed', 'closed']);

export const subscription = z
  .object({
    accountId: answered.id,
    subscriptionId: z.string(),
    status: subscriptionStatus,
    at: answered.instant.meta({
      description: 'The ledger’s time as of which all this was judged.',
    }),
    planId: z.string().meta({ description: 'The plan of the current cycle.' }),
    term: z.int(),
    cycle: z
      .int()
      .meta({ description: 'The current cycle’s number, or the last one’s; it never restarts.' }),
    cycleStart: answered.instant,
    cycleEnd: answered.instant,
    paidCycle: z.int(),
    grantedCycle: z.int(),
    paidAhead: z.int().meta({ description: 'How many cycles are paid beyond the current one.' }),
    paidUntil: answered.instant.meta({
      description:
        'The last paid cycle’s end; with the grace, if there is one, it gives `validUntil`.',
    }),
    validUntil: answered.instant.meta({ description: 'The lapse.' }),
    windowEnd: answered.instant.meta({ description: 'From when the expiry may be booked.' }),
    nextPlanId: z.string().meta({ description: 'What the next renewal pays for.' }),
    scheduledPlanId: z
      .string()
      .nullable()
      .meta({ description: 'What a plan change has put down for the first unpaid boundary.' }),
    cancelAtPeriodEnd: z.boolean(),
    closedWhy: z.enum(['lapsed', 'ended-now', 'superseded']).nullable(),
    closedAt: answered.instant.nullable(),
    cycleLength: z.string().meta({ description: 'ISO 8601 duration.' }),
    timeZone: z.string(),
  })
  .meta({ id: 'Subscription' });

export const subscriptionAnswer = z.object({ subscription: subscription.nullable() }).meta({
  id: 'SubscriptionAnswer',
  description: 'The newest one; null where there never was any.',
});

export const cycleGrant = z.object({
  cycle: z.int(),
  planId: z.string(),
  credits,
  grantId: z.string(),
});

/** The subscription right after the operation. */
export const subscriptionChange = z.object({ subscription });

/** The paid cycles that had begun and were granted in the same transaction. */
export const grantedCycles = z.object({
  granted: z.array(cycleGrant),
  ...subscriptionChange.shape,
});

export const renewed = z.object({
  newTerm: z.boolean().meta({
    description:
      'It came too late to carry anything forward: a new term of the same subscription has started.',
  }),
  ...grantedCycles.shape,
});

export const changedPlan = z.object({
  effect: z
    .enum(['upgrade', 'longer-cycle', 'at-boundary', 'held'])
    .meta({ description: 'held: the plan was held already, and what was scheduled is dropped.' }),
  paymentUsed: z.boolean().meta({
    description:
      'Whether the payment reference has paid for something; if not, that money belongs back.',
  }),
  ...grantedCycles.shape,
});

export const endedSubscription = z.object({
  expired: credits.meta({ description: 'Credits that expired.' }),
  entries: z.int().meta({ description: 'With how many entries.' }),
  ...grantedCycles.shape,
});

/**
 * The end of a term.
 *
 * - `waiting`: nothing was booked. Before `validUntil` the term is live again; after it, a
 *   payment made earlier still counts until `waitUntil`.
 * - `booked`: this call, or the first with its key, booked the expiry.
 * - `closed`: the term had ended in another way.
 */
export const expiredTerm = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('waiting'),
    term: z.int(),
    at: answered.instant,
    validUntil: answered.instant,
    waitUntil: answered.instant,
  }),
  z.object({
    status: z.enum(['booked', 'closed']),
    term: z.int(),
    expired: credits,
    entries: z.int(),
  }),
]);

/** Published JSON: the first argument of `billingCycleWorkflow`. */
export const billingCycleInput = subscriptionKey.extend({
  subscribe: subscribeRequest.omit({ accountId: true, subscriptionId: true }).optional().meta({
    description: 'What begins it; without it, the subscription’s row in the ledger is taken up.',
  }),
  seenKeys: z.array(z.string()).optional().meta({
    description:
      'The keys that earlier runs have answered to; absent where they are not all known, as after a loss.',
  }),
});

/**
 * Published JSON: the result of `billingCycleWorkflow`. `refused`: the subscription never began, or
 * the ledger has none.
 */
export const billingCycleResult = z.discriminatedUnion('status', [
  z.object({ status: z.literal('closed'), subscription }),
  z.object({ status: z.literal('refused'), refusal }),
]);

/**
 * Published JSON: the result of `expiryWorkflow`. `closed`: the term had ended earlier. `renewed`:
 * the term goes on.
 */
export const expiryResult = z.discriminatedUnion('status', [
  z.object({
    status: z.enum(['booked', 'closed', 'renewed']),
    term: z.int(),
    expired: credits,
    entries: z.int(),
  }),
  z.object({ status: z.literal('refused'), refusal }),
]);

export type SubscriptionKey = z.output<typeof subscriptionKey>;
export type SubscribeRequest = z.output<typeof subscribeRequest>;
export type SubscribeBody = Omit<SubscribeRequest, keyof SubscriptionKey>;
export type RenewalRequest = z.output<typeof renewalRequest>;
export type SubscriptionChangeRequest = z.output<typeof subscriptionChangeRequest>;
export type PlanChangeRequest = z.output<typeof planChangeRequest>;
export type PlanChangeBody = Omit<PlanChangeRequest, keyof SubscriptionChangeRequest>;
export type TermKey = z.output<typeof termKey>;
export type SubscriptionStatus = z.output<typeof subscriptionStatus>;
export type Subscription = z.output<typeof subscription>;
export type CycleGrant = z.output<typeof cycleGrant>;
export type SubscriptionChange = z.output<typeof subscriptionChange>;
export type GrantedCycles = z.output<typeof grantedCycles>;
export type Renewed = z.output<typeof renewed>;
export type ChangedPlan = z.output<typeof changedPlan>;
export type EndedSubscription = z.output<typeof endedSubscription>;
export type ExpiredTerm = z.output<typeof expiredTerm>;
export type BillingCycleInput = z.output<typeof billingCycleInput>;
export type BillingCycleResult = z.output<typeof billingCycleResult>;
export type ExpiryResult = z.output<typeof expiryResult>;

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_SUBSCRIPTION_ID, INVALID_ARGUMENT */
export const parseSubscriptionKey = parser(subscriptionKey, 'subscription');

/**
 * @throws HoldfastError as {@link parseSubscriptionKey}, and UNKNOWN_PLAN,
 *   INVALID_PAYMENT_REFERENCE, INVALID_TIME_ZONE
 */
export const parseSubscribe = parser(subscribeRequest, 'subscription');

/**
 * @throws HoldfastError as {@link parseSubscriptionKey}, and INVALID_PAYMENT_REFERENCE,
 *   INVALID_TIME
 */
export const parseRenewal = parser(renewalRequest, 'renewal');

/** @throws HoldfastError as {@link parseSubscriptionKey}, and INVALID_KEY */
export const parseSubscriptionChange = parser(
  subscriptionChangeRequest,
  'change of the subscription',
);

/**
 * @throws HoldfastError as {@link parseSubscriptionChange}, and UNKNOWN_PLAN,
 *   INVALID_PAYMENT_REFERENCE
 */
export const parsePlanChange = parser(planChangeRequest, 'change of plan');

/** @throws HoldfastError as {@link parseSubscriptionKey} */
export const parseTermKey = parser(termKey, 'term');

/**
 * The commands of a subscription: how each request is parsed, and what the ledger answers. Each has
 * a key, so it may be repeated: a command that was carried out gets its first answer; a refused one
 * is judged again. `subscription-commands.ts` names their activities.
 */
export const subscriptionCommands = {
  /**
   * Starts a subscription that has been paid for, and grants its first cycle. Its id is the key.
   *
   * @throws HoldfastError UNKNOWN_PLAN, INVALID_TIME_ZONE, SUBSCRIPTION_EXISTS,
   *   BALANCE_LIMIT_EXCEEDED, CALENDAR_EXCEEDED
   */
  subscribe: { parse: parseSubscribe, answer: grantedCycles },
  /**
   * Records the payment of the next unpaid cycle. What counts is when it was paid, not when this is
   * called.
   */
  renew: { parse: parseRenewal, answer: renewed },
  /**
   * Changes the plan. It takes effect at once if the plan gives more credits for the same cycle
   * length, or has a longer cycle; both need `paymentReference`. Any other change takes effect at
   * the first unpaid boundary. `paymentUsed` says whether the payment was for this change.
   *
   * @throws HoldfastError UNKNOWN_PLAN, RENEWAL_DUE, PAYMENT_REFERENCE_REQUIRED,
   *   SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_LAPSED, SUBSCRIPTION_ENDED, BALANCE_LIMIT_EXCEEDED,
   *   CALENDAR_EXCEEDED
   */
  changePlan: { parse: parsePlanChange, answer: changedPlan },
  /**
   * Ends the subscription at the end of the paid period, without grace.
   *
   * @throws HoldfastError SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_LAPSED, SUBSCRIPTION_ENDED
   */
  cancelAtPeriodEnd: { parse: parseSubscriptionChange, answer: subscriptionChange },
  /**
   * Revokes a cancellation.
   *
   * @throws HoldfastError as `cancelAtPeriodEnd`, and SUBSCRIPTION_NOT_CANCELLED
   */
  resume: { parse: parseSubscriptionChange, answer: subscriptionChange },
  /**
   * Ends the subscription at once: unused credits expire, cycles paid ahead never begin, and no
   * renewal revives it.
   *
   * @throws HoldfastError SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_LAPSED, SUBSCRIPTION_ENDED
   */
  endNow: { parse: parseSubscriptionChange, answer: endedSubscription },
};
