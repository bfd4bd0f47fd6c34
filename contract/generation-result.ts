import { z } from 'zod';
import { answered } from './fields';
import { refusal } from './outcome';
import { packOffer } from './prices';
import { waiting } from './waiting';

/** The figures of INSUFFICIENT_CREDITS, and the packs that would cover the shortfall. */
export const shortfall = z.object({
  required: answered.credits,
  available: answered.credits,
  shortfall: answered.credits,
  waitedFor: answered.credits.optional().meta({
    description:
      'What those who wait in the account’s queue need together; they are not overtaken.',
  }),
  packs: z.array(packOffer),
});

/**
 * The figures of INSUFFICIENT_CREDITS and PRICE_CHANGED, and whether the refusal ended its request;
 * a refusal has the figures of its own code.
 */
export const refusalFigures = z
  .object({
    ...shortfall.shape,
    quoted: answered.credits.meta({ description: 'With PRICE_CHANGED: the price.' }),
    maxCredits: answered.credits.meta({
      description:
        'With PRICE_CHANGED: what the caller allowed, or the price when it was put into the queue.',
    }),
    requestEnded: z.literal(false).meta({
      description:
        'Only where nothing was begun under the request’s id: the same id may be used again.',
    }),
  })
  .partial();

/**
 * How a generation ended. Published JSON: the result of `generationWorkflow`.
 *
 * - `committed`: it ran; `charged` was taken (at most `reserved`), and the rest came back.
 * - `released`: it delivered nothing, and everything came back; `reason` says why.
 * - `cancelled`: the caller cancelled it in time; `charged` is what had been used by then, if the
 *   kind is charged so, and all else came back.
 * - `rejected`: it never ran and nothing is held. `reason` is an error code, or why it was taken
 *   out of the queue. Another attempt takes a new request id, unless `requestEnded` is false.
 */
export const generationResult = z.object({
  accountId: answered.id,
  requestId: z.string(),
  requestHash: z.string().meta({
    description:
      'Which request this answers; see `requestHashOf`. Empty where the ledger alone has the answer, and a tombstone or a keyed hash of the input.',
  }),
  status: z.enum(['committed', 'released', 'rejected', 'cancelled']),
  reserved: answered.credits,
  charged: answered.credits,
  outputUrl: z.string().optional(),
  reason: z.string().optional().meta({
    description:
      'An error code when rejected; else `orphaned`, `timed-out`, `cancelled` or the provider’s reason.',
  }),
  ...refusalFigures.shape,
  message: z.string().optional().meta({
    description:
      'In words, for a person: why it was rejected, or what the provider said of a job that failed.',
  }),
  details: refusal.shape.details.meta({
    description: 'The figures of any other refusal, e.g. which limit was reached.',
  }),
  deliveredUnpaid: z.literal(true).optional().meta({
    description:
      'An output was made and not charged, because the reservation was gone when it came.',
  }),
});

/**
 * The answer to the `admission` update, which comes while the generation still runs.
 *
 * - `admitted`: credits are reserved, and generation begins.
 * - `waiting`: it waits in the account's queue.
 * - `input-required`: it was started without its input, and has credits to go on with it: the
 *   `input` update sends it, and answers with what follows.
 * - `ended`: `result` is final: rejected now, or known from before.
 * - `invalid`: the request makes no sense; the workflow fails with the same code.
 * - `conflict`: the caller asked for another request under this id, and learns nothing about this
 *   one.
 */
export const admission = z.object({
  requestHash: z.string(),
  status: z.enum(['admitted', 'waiting', 'input-required', 'ended', 'invalid', 'conflict']),
  reserved: answered.credits,
  waiting: waiting.optional(),
  result: generationResult.optional(),
  error: refusal.optional(),
});

export type Shortfall = z.output<typeof shortfall>;
export type GenerationResult = z.output<typeof generationResult>;
export type Admission = z.output<typeof admission>;
