import { z } from 'zod';
import { line } from './fields';

/**
 * The corrections of a pass besides reservations, and the number of rows left to the next pass.
 * Published JSON.
 */
export const upkeepReport = z.object({
  cyclesGranted: z
    .int()
    .meta({ description: 'Subscriptions whose paid cycles had begun and were not granted.' }),
  termsExpired: z.int().meta({
    description: 'Terms whose settlement window was over and whose expiry was not booked.',
  }),
  endedGrantsBooked: z.int().meta({ description: 'Accounts with grants whose own end had come.' }),
  purchasesRestarted: z.int(),
  subscriptionsRestarted: z.int(),
  left: z.int(),
  accountsAttended: z.int().optional().meta({
    description:
      'Accounts with a request to wake, a notice to write or a pack to buy. Absent in passes of earlier versions.',
  }),
  billingEventsRestarted: z.int().optional().meta({
    description:
      'Events of billing systems that were kept and not taken up. Absent in passes of earlier versions.',
  }),
});

/** How often the Schedule of reconciliation makes a pass. */
export const passPace = z.strictObject({
  everySeconds: z.int().meta({ description: 'After a pass to which something was due.' }),
  idleSeconds: z.int().meta({
    description:
      'The most, reached by doubling while nothing is due; a shorter one than `everySeconds` is it.',
  }),
});

/** The findings of one pass. Published JSON. */
export const reconciliationReport = z.object({
  status: z
    .enum(['done', 'stopped'])
    .meta({ description: 'stopped: nothing was released; `reason` says why.' }),
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
  nextPassSeconds: z.int().optional().meta({
    description: 'After how many seconds the Schedule makes the next pass. In scheduled ones.',
  }),
});

/** Over HTTP the token says who confirms a pass. */
export const reconciliationBody = z
  .strictObject({
    confirm: z.boolean().optional().meta({
      description: 'Release however many orphans there are; needs a reason.',
    }),
    reason: line(512).optional(),
  })
  .refine(({ confirm = false, reason }) => confirm === (reason !== undefined), {
    error: 'a confirmation needs a reason, and nothing else has one',
  })
  .meta({ examples: [{ confirm: true, reason: 'Temporal was replaced, ticket 4711' }] });

export const reconciliationRunning = z
  .object({ status: z.literal('running') })
  .meta({ id: 'ReconciliationRunning', description: 'Ask again with the same key for its end.' });

export type PassPace = z.output<typeof passPace>;
export type UpkeepReport = z.output<typeof upkeepReport>;
export type ReconciliationReport = z.output<typeof reconciliationReport>;
