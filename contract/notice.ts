import { z } from 'zod';
import { disputeState } from './dispute';
import { answered } from './fields';
import { accountId } from './ids';
import { threshold } from './settings';

const { credits, instant } = answered;

/**
 * The notices that an account's owner gets. Published JSON: `type` and `data` of a webhook's
 * delivery. `left` is available + reserved credits. A new notice is a member here, a branch where
 * SQL writes it, and words of the command line.
 */
const NOTICES = {
  /** `left` has fallen below a threshold. Sent again only after a grant has raised it. */
  'balance-low': z.object({
    left: credits,
    available: credits,
    threshold,
    thresholdCredits: credits,
  }),
  /**
   * `left` is zero, or a generation needed more than was available; then `requestId` and `required`
   * name it.
   */
  'ran-dry': z.object({
    left: credits,
    available: credits,
    requestId: z.string().optional(),
    required: credits.optional(),
  }),
  /**
   * Unused credits end in 7 days or in 1. `renewBy` is null if no renewal would save them, as with
   * a promotion.
   */
  'credits-expiring': z.object({
    days: z.union([z.literal(7), z.literal(1)]),
    credits,
    expiresAt: instant,
    renewBy: instant.nullable(),
  }),
  /** A top-up was declined, or can't be bought. */
  'top-up-failed': z.object({
    packId: z.string(),
    purchaseId: z.string().optional().meta({
      description:
        'Absent where nothing was tried: a limit leaves no room, the payment method must not be charged, or the pack costs more or is not sold any more.',
    }),
    priceCents: z.int(),
    currency: z.string(),
    reason: z.string().meta({
      description:
        '`monthly-cap`, `top-ups-per-day`, `purchases-per-day`, `payment-attempts`, `payment-method-refused`, `pack-not-sold`, `price-changed`, the payment provider’s reason, or why the money went back (`subscription-ended`).',
    }),
    retryAt: instant
      .nullable()
      .meta({ description: 'Null where it has stopped, or waits for the next month.' }),
    stopped: z
      .boolean()
      .meta({ description: 'No further attempt is made until the top-up is set again.' }),
  }),
  /** A bank was asked to take back what was paid for a pack, or has decided. */
  dispute: z.object({
    disputeId: z.string(),
    purchaseId: z.string(),
    packId: z.string(),
    state: disputeState.meta({ description: '`open`, `won` by the seller, or `lost`.' }),
    frozen: credits.meta({ description: 'Credits that count no more until it is decided.' }),
    givenBack: credits.meta({ description: 'Credits that count again.' }),
    taken: credits.meta({ description: 'Credits that are gone.' }),
    expired: credits.meta({ description: 'Credits that had come to their end meanwhile.' }),
    owed: credits.meta({ description: 'Used credits that the next ones pay.' }),
    expiresAt: instant.nullable().meta({
      description: 'Until when those that were given back count; null where none were.',
    }),
  }),
} as const;

export type NoticeType = keyof typeof NOTICES;
type NoticeBody = {
  [Type in NoticeType]: { type: Type; data: z.output<(typeof NOTICES)[Type]> };
}[NoticeType];

const head = {
  accountId: answered.id,
  noticeId: z
    .int()
    .meta({ description: '1, 2, 3 … in the account, in the order in which they are delivered.' }),
  at: instant.meta({ description: 'By the ledger’s clock.' }),
};

const delivery = {
  status: z.enum(['pending', 'delivered', 'failed']),
  settledAt: instant.nullable().meta({ description: 'Null while it is pending.' }),
  reason: z
    .string()
    .nullable()
    .meta({ description: 'Why it could not be delivered; null otherwise.' }),
};

function ofEachType<More extends z.ZodRawShape>(more: More) {
  type Record = z.output<z.ZodObject<typeof head & More>> & NoticeBody;
  const options = Object.entries(NOTICES).map(([type, data]) =>
    z.object({ ...head, type: z.literal(type), data, ...more }),
  );
  return z.discriminatedUnion('type', options as never) as unknown as z.ZodType<Record>;
}

/** A notice, as it is delivered. */
export const notice = ofEachType({});

/** A notice and its delivery. Published JSON. */
export const noticeRecord = ofEachType(delivery);

export const notices = z
  .object({ notices: z.array(noticeRecord) })
  .meta({ id: 'Notices', description: 'The latest 100, newest first.' });

/** Published JSON: the argument of `noticesWorkflow`. */
export const noticesInput = z.strictObject({ accountId });

/** Published JSON: the result of `noticesWorkflow`, counted over its last run. */
export const deliveries = z.object({
  delivered: z.int(),
  failed: z.int(),
  lastFailure: z.string().nullable().meta({
    description: 'Why the last one that failed was given up; null where none was.',
  }),
});

export type Notice = z.output<typeof notice>;
export type NoticeRecord = z.output<typeof noticeRecord>;
export type NoticesInput = z.output<typeof noticesInput>;
export type Deliveries = z.output<typeof deliveries>;
export type DisputeTold = z.output<(typeof NOTICES)['dispute']>;
export type TopUpFailure = z.output<(typeof NOTICES)['top-up-failed']>;
