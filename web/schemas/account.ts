import { z } from 'zod';
import { credits, id, instant, numberInQuery } from './common';
import { pack } from './prices';

const source = z.enum(['plan', 'pack', 'promotion', 'adjustment']);

const origin = {
  packId: z.string().optional().meta({ description: 'Of a pack.' }),
  purchaseId: z.string().optional().meta({ description: 'Of a pack.' }),
  planId: z.string().optional().meta({ description: 'Of a plan: the one that was paid for.' }),
  cycle: z.int().optional().meta({ description: 'Of a plan: the billing cycle’s number.' }),
  cycleStart: instant.optional(),
  cycleEnd: instant.optional().meta({ description: 'It belongs to the next cycle.' }),
};

export const balanceQuery = z.strictObject({
  asOf: z.string().optional().meta({ format: 'date-time', description: 'How it stood then; now, if it is left out.' }),
});

export const balance = z
  .object({
    accountId: id,
    at: instant.nullable().meta({ description: 'The time for which it holds; null for an account without any entry.' }),
    available: credits,
    pendingExpiry: credits.meta({ description: 'Ended, and not booked yet.' }),
    reserved: credits.meta({ description: 'Held by generations that run.' }),
    spent: credits,
    expired: credits,
    deducted: credits,
    granted: credits.meta({ description: 'The sum of all the others.' }),
    validUntil: instant.nullable().meta({ description: 'When the term’s credits end; null without a subscription.' }),
    grants: z
      .array(
        z.object({
          grantId: z.string(),
          source,
          credits,
          remaining: credits,
          expiresAt: instant.nullable(),
          ...origin,
        }),
      )
      .meta({ description: 'Those with something left, in the order in which they are used.' }),
  })
  .meta({
    id: 'Balance',
    examples: [
      {
        accountId: 'acme',
        at: '2026-01-31T09:30:00.000Z',
        available: 146,
        pendingExpiry: 0,
        reserved: 4,
        spent: 0,
        expired: 0,
        deducted: 0,
        granted: 150,
        validUntil: '2026-02-28T09:00:00.000Z',
        grants: [
          {
            ...{ grantId: '1', source: 'plan', credits: 150, remaining: 146, expiresAt: '2026-02-28T09:00:00.000Z' },
            ...{ planId: 'lite-monthly', cycle: 1 },
            ...{ cycleStart: '2026-01-31T09:00:00.000Z', cycleEnd: '2026-02-28T09:00:00.000Z' },
          },
        ],
      },
    ],
  });

const historyFilter = {
  kind: z
    .string()
    .optional()
    .meta({ description: 'Only generations of this kind.', examples: ['ai-avatar'] }),
  since: z.string().optional().meta({ format: 'date-time', description: 'Only entries of then or later.' }),
};

export const historyCsvQuery = z.strictObject(historyFilter);

export const historyQuery = z.strictObject({
  ...historyFilter,
  limit: numberInQuery('integer', { minimum: 1, maximum: 1000, default: 50 }).optional(),
  before: numberInQuery('integer', { minimum: 1, description: 'Only entries with a lower version.' }).optional(),
});

export const history = z
  .object({
    entries: z.array(
      z.object({
        version: z.int(),
        at: instant,
        type: z.enum(['grant', 'reserve', 'commit', 'release', 'expire', 'deduct']),
        availableDelta: credits,
        reservedDelta: credits,
        availableAfter: credits,
        reservedAfter: credits,
        requestId: z.string().optional(),
        kind: z.string().optional().meta({ description: 'Of the generation.' }),
        grantId: z.string().optional(),
        source: source.optional().meta({ description: 'Of the grant.' }),
        ...origin,
        reason: z.string().optional(),
        metadata: z.record(z.string(), z.string()).optional(),
      }),
    ),
    next: z
      .int()
      .nullable()
      .meta({ description: 'What to send as `before` for the page after this one; null after the last.' }),
  })
  .meta({ id: 'History', description: 'The journal, newest first.' });

export const usageQuery = z.strictObject({
  days: numberInQuery('integer', {
    minimum: 1,
    maximum: 366,
    default: 30,
    description: 'The last one is today.',
  }).optional(),
  timeZone: z
    .string()
    .optional()
    .meta({ description: 'An IANA name; UTC if left out.', examples: ['Europe/Berlin'] }),
});

export const usage = z
  .object({
    accountId: id,
    timeZone: z.string(),
    days: z.array(
      z.object({
        day: z.string().meta({ format: 'date' }),
        kinds: z.array(z.object({ kind: z.string(), credits, generations: z.int() })),
      }),
    ),
  })
  .meta({
    id: 'Usage',
    description: 'What generations were charged, oldest day first; also the days without any.',
    examples: [
      {
        accountId: 'acme',
        timeZone: 'Europe/Berlin',
        days: [{ day: '2026-01-31', kinds: [{ kind: 'ai-avatar', credits: 4, generations: 1 }] }],
      },
    ],
  });

export const subscription = z
  .object({
    accountId: id,
    subscriptionId: z.string(),
    at: instant,
    status: z.enum(['active', 'grace', 'lapsed', 'closed']),
    closedWhy: z.enum(['lapsed', 'ended-now', 'superseded']).nullable(),
    closedAt: instant.nullable(),
    planId: z.string(),
    scheduledPlanId: z.string().nullable(),
    nextPlanId: z.string(),
    term: z.int(),
    timeZone: z.string(),
    cycle: z.int(),
    cycleLength: z.string(),
    cycleStart: instant,
    cycleEnd: instant,
    paidCycle: z.int(),
    grantedCycle: z.int(),
    paidAhead: z.int(),
    paidUntil: instant,
    validUntil: instant,
    windowEnd: instant,
    cancelAtPeriodEnd: z.boolean(),
  })
  .meta({ id: 'Subscription' });

export const subscriptionAnswer = z
  .object({ subscription: subscription.nullable() })
  .meta({ id: 'SubscriptionAnswer', description: 'The newest one; null where there never was any.' });

export const threshold = z.union([z.object({ credits }), z.object({ percentOfCycle: z.int() })]);

const noticeHead = {
  accountId: id,
  noticeId: z.int(),
  at: instant,
  status: z.enum(['pending', 'delivered', 'failed']),
  settledAt: instant.nullable(),
  reason: z.string().nullable(),
};

export const notices = z
  .object({
    notices: z.array(
      z.discriminatedUnion('type', [
        z.object({
          ...noticeHead,
          type: z.literal('balance-low'),
          data: z.object({ left: credits, available: credits, threshold, thresholdCredits: credits }),
        }),
        z.object({
          ...noticeHead,
          type: z.literal('ran-dry'),
          data: z.object({
            left: credits,
            available: credits,
            requestId: z.string().optional(),
            required: credits.optional(),
          }),
        }),
        z.object({
          ...noticeHead,
          type: z.literal('credits-expiring'),
          data: z.object({
            days: z.union([z.literal(7), z.literal(1)]),
            credits,
            expiresAt: instant,
            renewBy: instant.nullable(),
          }),
        }),
        z.object({
          ...noticeHead,
          type: z.literal('top-up-failed'),
          data: z.object({
            packId: pack.shape.packId,
            purchaseId: z.string().optional(),
            priceCents: z.int(),
            currency: z.string(),
            reason: z.string(),
            retryAt: instant.nullable(),
            stopped: z.boolean(),
          }),
        }),
      ]),
    ),
  })
  .meta({ id: 'Notices', description: 'The latest 100, newest first.' });

export { source as grantSource };
