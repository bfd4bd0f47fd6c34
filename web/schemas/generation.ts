import { z } from 'zod';
import { grantSource } from './account';
import { accountParams, credits, id, idParam, instant } from './common';
import { packOffer } from './prices';

export const generationParams = accountParams.extend({ requestId: idParam('The request’s id: its Idempotency-Key.') });

export const generationBody = z
  .strictObject({
    kind: z.string().min(1).max(64),
    seconds: z.number().optional().meta({ description: 'Where the kind is priced by time; three decimals at most.' }),
    audio: z.boolean().optional(),
    input: z
      .unknown()
      .optional()
      .meta({ description: 'For the provider; at most 64 KB of JSON. The ledger keeps its hash.' }),
    metadata: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'Shown in the history; 20 pairs at most.' }),
    maxCredits: z.int().min(1).optional().meta({ description: 'A higher price is refused: PRICE_CHANGED.' }),
    admitWithinSeconds: z.number().positive().max(86_400).optional(),
    onInsufficientCredits: z.enum(['reject', 'wait']).optional(),
    waitTimeout: z.string().optional().meta({ description: 'Only with `wait`: ISO 8601, `P1D` by default.' }),
    waitUntil: z
      .string()
      .optional()
      .meta({ format: 'date-time', description: 'Only with `wait`, instead of `waitTimeout`.' }),
  })
  .meta({
    examples: [{ kind: 'ai-avatar', seconds: 10, input: { script: 'Hello' }, metadata: { project: 'launch' } }],
  });

export const ticket = z.object({
  requestId: z.string(),
  kind: z.string(),
  place: z.int().meta({ description: '1 is served next.' }),
  required: credits,
  requiredAhead: credits,
  since: instant,
  until: instant,
});

/** Not who has stopped it: that is the operator's. */
const heldUp = z
  .object({ code: z.string(), message: z.string() })
  .optional()
  .meta({ description: 'The stop or the limit that keeps the first one, however many credits there are.' });

export const waitingQueue = z
  .object({
    accountId: id,
    at: instant.nullable(),
    available: credits,
    waitedFor: credits,
    tickets: z.array(ticket).meta({ description: 'In the order in which they are served.' }),
    heldUp,
  })
  .meta({ id: 'WaitingQueue' });

const waiting = ticket.extend({
  ...{ at: instant, available: credits, shortfall: credits, packs: z.array(packOffer), heldUp },
});

const refusal = z.looseObject({
  required: credits.optional(),
  available: credits.optional(),
  shortfall: credits.optional(),
  waitedFor: credits.optional(),
  packs: z.array(packOffer).optional(),
  quoted: credits.optional(),
  maxCredits: credits.optional(),
});

export const generation = z
  .object({
    accountId: id,
    requestId: z.string(),
    status: z
      .enum(['starting', 'waiting', 'running', 'committed', 'released', 'cancelled', 'rejected'])
      .meta({ description: 'The last four are its end. committed: it ran and was charged. rejected: it never ran.' }),
    kind: z.string().nullable(),
    seconds: z.number().nullable(),
    audio: z.boolean(),
    catalogVersion: z.string().nullable(),
    reserved: credits.meta({ description: 'The quote, which is the most that is charged.' }),
    charged: credits,
    returned: credits.meta({ description: 'What came back at its end.' }),
    progress: z.number().nullable().meta({ description: '0 to 1 while it runs.' }),
    reason: z.string().nullable(),
    message: z.string().optional(),
    outputUrl: z.string().nullable(),
    reservedAt: instant.nullable(),
    resolvedAt: instant.nullable(),
    wait: z
      .object({ place: z.int().nullable(), required: credits, admitted: credits, since: instant, until: instant })
      .nullable(),
    waiting: waiting.optional().meta({ description: 'Its place in the queue, and what would help.' }),
    allocations: z.array(z.object({ grantId: z.string(), source: grantSource, credits, charged: credits })),
    metadata: z.record(z.string(), z.string()),
    refusal: refusal.optional().meta({ description: 'The figures of a rejection.' }),
  })
  .meta({ id: 'Generation' });

export type GenerationView = z.output<typeof generation>;

export const openGenerations = z
  .object({ open: z.array(generation) })
  .meta({ id: 'OpenGenerations', description: 'What runs, oldest first, then what waits for credits; 200 at most.' });
