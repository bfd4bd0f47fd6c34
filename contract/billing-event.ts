import { z } from 'zod';
import { disputeState } from './dispute';
import { answered, coded, currency, instant, line, name, whole } from './fields';
import { accountId, disputeId, key, paymentReference, refundId, subscriptionId } from './ids';
import { parser } from './parse';

const { id } = answered;

/** What a billing system can tell that Holdfast knows. Other types are kept and ignored. */
export const BILLING_EVENT_TYPES = [
  ...(['subscription-started', 'subscription-changed', 'subscription-cancelled'] as const),
  ...(['subscription-resumed', 'subscription-ended', 'invoice-paid', 'payment-failed'] as const),
  ...(['pack-paid', 'payment-refunded', 'dispute-opened', 'dispute-closed'] as const),
] as const;

/** Who tells: the billing system, or one of several endpoints of it. */
export const billingSource = z
  .string()
  .max(32)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a source is kebab-case: a–z, 0–9 and single hyphens')
  .meta({ examples: ['stripe'] });

export const billingEventId = key.meta({
  description: 'The billing system’s own id of the event.',
  examples: ['evt_4711'],
});

export const billingEventKey = z.strictObject({ source: billingSource, eventId: billingEventId });

/** What an adapter found about an event that it could not read. */
export const billingProblem = z.enum(['BILLING_API_VERSION', 'BILLING_EVENT_UNREADABLE']);

/**
 * One event of a billing system, in words that are no billing system's own. Which members count
 * depends on its type.
 */
export const billingEvent = billingEventKey
  .extend({
    type: z
      .string()
      .max(64)
      .regex(/^[a-z0-9]+([._-][a-z0-9]+)*$/, 'a type is a–z and 0–9, with - . or _ between')
      .meta({
        description: `One of ${BILLING_EVENT_TYPES.join(', ')}; any other is kept and ignored.`,
        examples: ['invoice-paid'],
      }),
    occurredAt: coded('INVALID_TIME', instant).meta({
      description: 'The billing system’s time: of two events about one setting the newer holds.',
    }),
    environment: z.enum(['live', 'test']).optional().meta({
      description: 'Compared with `HOLDFAST_BILLING_ENVIRONMENT`; unsaid, it fits.',
    }),
    accountId: accountId.optional(),
    customerId: line(128).optional().meta({
      description:
        'The billing system’s customer. An event that names no account is of the one that this customer’s other events name.',
    }),
    subscriptionId: subscriptionId.optional(),
    planId: coded('UNKNOWN_PLAN', name).optional(),
    packId: coded('UNKNOWN_PACK', name).optional(),
    priceId: line(128).optional().meta({
      description: 'The billing system’s price, which the catalog maps to a plan or a pack.',
    }),
    paymentReference: paymentReference.optional().meta({
      description:
        'The billing system’s name for the payment, such as an invoice’s id. It pays once.',
    }),
    paidAt: coded('INVALID_TIME', instant).optional().meta({
      description: 'When it was paid; `occurredAt` by default.',
    }),
    refundId: refundId.optional().meta({
      description: 'The payment provider’s name for a refund, which is booked once.',
    }),
    disputeId: disputeId.optional().meta({
      description: 'The payment provider’s name for a dispute.',
    }),
    disputeOutcome: disputeState.exclude(['open']).optional().meta({
      description: 'Of a closed dispute: `won` by the seller, or `lost`.',
    }),
    amountCents: whole(0).optional().meta({
      description:
        'In minor units: what was paid for a pack, compared with its price; what has gone back; or what a dispute is about, by default all of the price.',
    }),
    currency: currency.optional(),
    cancelAtPeriodEnd: z.boolean().optional().meta({
      description: 'Of a changed subscription: whether it ends with its paid period.',
    }),
    timeZone: coded('INVALID_TIME_ZONE', name).optional().meta({
      description: 'Of a subscription that it may begin; UTC by default.',
    }),
    problem: billingProblem.optional().meta({
      description: 'Why it could not be read; it then waits for an operator.',
    }),
  })
  .meta({
    examples: [
      {
        ...{ source: 'my-billing', eventId: 'event-4711', type: 'invoice-paid' },
        ...{ occurredAt: '2026-01-31T09:30:00Z', accountId: 'acme', subscriptionId: 'sub-1' },
        ...{ planId: 'lite-monthly', paymentReference: 'inv-1001' },
      },
    ],
  });

/**
 * - `received`: kept, and not looked at yet.
 * - `waiting`: what it is about isn't there yet; it is tried again until `waitUntil`.
 * - `applied`: what it asks for holds; `reason` says if it held before.
 * - `ignored`: it asks for nothing here, or something newer was told.
 * - `refused`: it is another environment's.
 * - `failed`: it waits for an operator.
 * - `kept`: an earlier version didn’t apply its type; `holdfast events retry` does.
 * - `closed`: an operator has seen to it.
 */
export const billingEventState = z.enum([
  ...(['received', 'waiting', 'applied', 'ignored', 'refused', 'failed'] as const),
  ...(['kept', 'closed'] as const),
]);

/** An event as the ledger keeps it. Published JSON. */
export const billingEventRecord = z
  .object({
    source: z.string(),
    eventId: z.string(),
    place: z.int().meta({ description: 'Its place in the order in which events were told.' }),
    type: z.string(),
    state: billingEventState,
    reason: z
      .string()
      .nullable()
      .meta({
        description: 'Why it waits, or has ended so: a code of errors.md, or a word of its own.',
        examples: ['SUBSCRIPTION_NOT_FOUND'],
      }),
    details: z.record(z.string(), z.unknown()),
    accountId: id.nullable(),
    subscriptionId: z.string().nullable(),
    occurredAt: answered.instant,
    receivedAt: answered.instant,
    attempts: z.int(),
    waitUntil: answered.instant.nullable().meta({
      description: 'Until when it is tried again; null once it has ended.',
    }),
    endedAt: answered.instant.nullable(),
    event: z.record(z.string(), z.unknown()).meta({
      description: 'As it was told, without source and id.',
    }),
  })
  .meta({
    id: 'BillingEvent',
    description: 'What a billing system has told, and what became of it.',
  });

export const billingEventsPage = z.strictObject({
  state: billingEventState.optional().meta({ description: 'Only events in this state.' }),
  accountId: accountId.optional().meta({ description: 'Only events about this account.' }),
  limit: whole(1, 1_000).default(50),
  before: whole(1).optional().meta({ description: 'Only events with a lower `place`.' }),
});

export const billingEvents = z
  .object({
    events: z.array(billingEventRecord),
    next: z.int().nullable().meta({
      description: 'What to send as `before` for the page after this one; null after the last.',
    }),
  })
  .meta({ id: 'BillingEvents', description: 'Events of billing systems, newest told first.' });

/** An operator's word about an event. */
export const billingEventByHand = billingEventKey.extend({ reason: line(512), by: line(512) });

/** Published JSON: the result of `billingEventWorkflow`; null where the ledger has no such event. */
export const billingEventResult = billingEventRecord.nullable();

export type BillingEvent = z.output<typeof billingEvent>;
export type BillingEventBody = Omit<BillingEvent, keyof BillingEventKey>;
export type BillingEventKey = z.output<typeof billingEventKey>;
export type BillingEventRecord = z.output<typeof billingEventRecord>;
export type BillingEvents = z.output<typeof billingEvents>;
export type BillingEventsPage = z.output<typeof billingEventsPage>;
export type BillingEventByHand = z.output<typeof billingEventByHand>;

/** @throws HoldfastError INVALID_ARGUMENT, or the code of the member that is wrong */
export const parseBillingEvent = parser(billingEvent, 'billing event');

/** @throws HoldfastError INVALID_KEY, INVALID_ARGUMENT */
export const parseBillingEventKey = parser(billingEventKey, 'billing event');

/** @throws HoldfastError INVALID_KEY, INVALID_ARGUMENT */
export const parseBillingEventByHand = parser(billingEventByHand, 'word about the billing event');

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_ARGUMENT */
export const parseBillingEventsPage = parser(billingEventsPage, 'page');
