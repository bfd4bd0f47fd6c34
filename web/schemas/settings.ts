import { z } from 'zod';
import { threshold } from './account';
import { credits, id, instant } from './common';

const limits = z.object({
  dailyCreditsMax: credits.nullable(),
  generationCreditsMax: credits.nullable(),
  concurrentGenerationsMax: z.int().nullable(),
});

const limit = z.int().min(0).nullable();

/** All three, because PUT says how it shall be afterwards; null is no limit. */
export const limitsBody = z
  .strictObject({ dailyCreditsMax: limit, generationCreditsMax: limit, concurrentGenerationsMax: limit })
  .meta({ examples: [{ dailyCreditsMax: 200, generationCreditsMax: null, concurrentGenerationsMax: 3 }] });

export const lowBalanceBody = z
  .strictObject({
    lowBalance: z
      .array(
        z.union([
          z.strictObject({ credits: z.int().min(1) }),
          z.strictObject({ percentOfCycle: z.int().min(1).max(100) }),
        ]),
      )
      .max(10),
  })
  .meta({ examples: [{ lowBalance: [{ credits: 20 }, { percentOfCycle: 10 }] }] });

export const topUpBody = z
  .strictObject({
    topUp: z
      .strictObject({
        packId: z.string().min(1).max(64),
        belowCredits: z.int().min(1),
        monthlyCapCents: z.int().min(1),
        paymentMethod: z.string().min(1).max(256).optional(),
      })
      .nullable()
      .meta({ description: 'Null turns it off.' }),
  })
  .meta({ examples: [{ topUp: { packId: 'pack-125', belowCredits: 20, monthlyCapCents: 20000 } }] });

export const settings = z
  .object({
    accountId: id,
    limits,
    lowBalance: z.array(threshold),
    topUp: z
      .object({
        packId: z.string(),
        belowCredits: credits,
        monthlyCapCents: z.int(),
        paymentMethod: z.string().optional(),
        spentThisMonthCents: z.int(),
        failures: z.int(),
        retryAt: instant.nullable(),
        stoppedWhy: z.string().nullable(),
      })
      .nullable(),
    stops: z.array(
      z.object({
        accountId: z.string().nullable(),
        kind: z.string().nullable(),
        reason: z.string(),
        since: instant,
      }),
    ),
  })
  .meta({ id: 'Settings' });
