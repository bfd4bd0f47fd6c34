import { z } from 'zod';
import { answered, line, whole } from './fields';
import { accountId, purchaseId, requestId, subscriptionId } from './ids';
import { parser } from './parse';

const { credits, id, instant } = answered;

/**
 * The kinds of stuck things. An event is an outbox message that could not be handed over; a billing
 * event is what a billing system has told.
 */
const stuckWhat = z.enum([
  ...(['reservation', 'purchase', 'subscription', 'notice', 'event', 'billing-event'] as const),
  'refund-order',
]);

/**
 * - `unattended`: no workflow and no reconciliation pass has looked at it for too long.
 * - `past-time-limit`: its generation should have ended.
 * - `wait-over`: the deadline of its wait has passed.
 * - `undecided`: the payment provider has not decided.
 * - `not-booked`: the payment provider says that it has made a refund, which can't be booked.
 * - `not-returned`: the money has not gone back.
 * - `lost`: its workflow has reported its end, and the ledger doesn't have it: it was restored from
 *   an older copy.
 * - `not-applied`: a billing event that failed.
 * - `not-taken-up`: a billing event that nothing has looked after.
 */
export const stuckProblem = z.enum([
  ...(['unattended', 'past-time-limit', 'wait-over', 'undecided', 'not-returned'] as const),
  ...([
    'cycle-not-granted',
    'expiry-not-booked',
    'not-delivered',
    'undelivered',
    'not-handed-over',
    'lost',
    'not-applied',
    'not-taken-up',
    'not-booked',
  ] as const),
]);

/** One stuck thing, as the ledger knows it. */
export const stuckLine = z.object({
  what: stuckWhat,
  accountId: id.meta({ description: 'A star where it isn’t known.' }),
  id: z.string().meta({
    description:
      'Of the request, the purchase, the subscription, the notice; of a billing event its source and its id, with a slash between; else which event.',
  }),
  since: instant,
  problem: stuckProblem,
  credits: credits.nullable(),
  detail: z
    .string()
    .nullable()
    .meta({ description: 'Its state and reason, its type, or its term.' }),
});

/** Longest wait first. */
export const stuckLines = z.object({
  stuck: z.array(stuckLine),
  more: z.boolean().meta({ description: 'Whether there are others.' }),
});

/** The first ticket of a queue that could be served, and is not. */
export const overdueHead = z.object({
  accountId: id,
  requestId: z.string(),
  required: credits,
  waitingSince: instant,
  since: instant.meta({ description: 'When it was woken last, or began to wait.' }),
});

/** The stuck things with what Temporal knows about them. Published JSON. */
export const stuckList = z.object({
  stuck: z.array(
    stuckLine.extend({
      why: z.string(),
      workflow: z
        .object({
          workflowId: z.string(),
          state: z.string(),
          failure: z
            .string()
            .nullable()
            .meta({ description: 'The last one of the activity that is pending.' }),
        })
        .nullable()
        .meta({ description: 'Null where Temporal was not asked.' }),
      command: z.string().meta({ description: 'What ends it, or sees to it.' }),
      otherwise: z
        .string()
        .optional()
        .meta({ description: 'What ends it where that doesn’t help.' }),
    }),
  ),
  more: stuckLines.shape.more,
});

/** An operator's reason and name for ending something by hand. */
const justification = { reason: line(512), by: line(512) };

export const releaseByHand = z.strictObject({ accountId, requestId, ...justification });

export const closeByHand = z.strictObject({
  accountId,
  purchaseId,
  status: z.enum(['voided', 'returned']),
  ...justification,
});

export const endByHand = z.strictObject({ accountId, subscriptionId, ...justification });

export const dismissal = z.strictObject({ accountId, noticeId: whole(1), ...justification });

export type StuckLine = z.output<typeof stuckLine>;
export type StuckLines = z.output<typeof stuckLines>;
export type OverdueHead = z.output<typeof overdueHead>;
export type StuckList = z.output<typeof stuckList>;
export type StuckProblem = z.output<typeof stuckProblem>;
export type ReleaseByHand = z.output<typeof releaseByHand>;
export type CloseByHand = z.output<typeof closeByHand>;
export type EndByHand = z.output<typeof endByHand>;
export type Dismissal = z.output<typeof dismissal>;

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_REQUEST_ID, INVALID_ARGUMENT */
export const parseReleaseByHand = parser(releaseByHand, 'release');

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_PURCHASE_ID, INVALID_ARGUMENT */
export const parseCloseByHand = parser(closeByHand, 'closing');

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_SUBSCRIPTION_ID, INVALID_ARGUMENT */
export const parseEndByHand = parser(endByHand, 'end');

/** @throws HoldfastError INVALID_ACCOUNT_ID, INVALID_ARGUMENT */
export const parseDismissal = parser(dismissal, 'dismissal');
