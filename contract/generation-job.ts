import { z } from 'zod';
import { coded, whole } from './fields';
import type { JsonValue } from './json';
import { parser } from './parse';
import { dimensions } from './price';
import {
  billedOf,
  durationMsOf,
  isOutputUrl,
  messageOf,
  progressOf,
  reasonOf,
  stateless,
} from './provider-answer';

/**
 * The dimensions of the price as a provider gets them: time in milliseconds, the others unchanged.
 */
const { seconds: _inMs, ...otherDimensions } = dimensions.shape;

const asked = {
  kind: z.string(),
  /** The requested duration of the output; null for kinds priced per generation. */
  durationMs: z.number().nullable(),
  ...otherDimensions,
  /** The caller's input (prompt, script, image reference), opaque to Holdfast. */
  input: z.custom<JsonValue>(),
};

/**
 * `generation/{account}/{request}`. The same key always means the same job: submitting it twice
 * starts it once.
 */
const idempotencyKey = z.string();

/**
 * Published JSON: the argument of the activity `generate`. A service in any language may serve the
 * generation task queue (docs/how-to/generation-provider.md).
 */
export const generateInput = z.object({
  idempotencyKey,
  accountId: z.string(),
  requestId: z.string(),
  ...asked,
});

/** One generation, as a provider in TypeScript gets it. */
export const generationJob = z.object({ idempotencyKey, ...asked });

/**
 * Published JSON: the argument of the activity `settleGeneration`. Workflows that don't know the
 * kind, and those of 0.1.0, leave it out.
 */
export const settleGenerationInput = z.object({ idempotencyKey, kind: asked.kind.optional() });

const outputUrl = z.custom<string>(isOutputUrl, 'is no absolute URL of 2,048 characters at most');

const succeeded = z.object({
  state: z.literal('succeeded'),
  outputUrl,
  /** The output's length in milliseconds; null if time means nothing or is not known. */
  durationMs: z.unknown().optional().transform(durationMsOf),
});

const succeededInTime = succeeded.extend({
  durationMs: succeeded.shape.durationMs.refine(
    (ms) => ms !== 0,
    'is neither null nor a length in milliseconds',
  ),
});

const otherEnds = [
  z.object({
    state: z.literal('failed'),
    reason: z.unknown().optional().transform(reasonOf),
    /** What the provider says about it, in words. */
    message: z.unknown().transform(messageOf).optional(),
  }),
  z.object({
    state: z.literal('cancelled'),
    /** What the provider bills for it; absent if nothing. */
    billed: z.unknown().transform(billedOf).optional(),
  }),
  /** There is no job under this key. */
  z.object({ state: z.literal('unknown') }),
] as const;

/** The heartbeat details of `generate`. */
export const generationProgress = z.object({
  /** A share, 0 to 1. */
  progress: z.unknown().optional().transform(progressOf),
});

const running = z.object({ state: z.literal('running'), ...generationProgress.shape });

/**
 * The job's final state. Published JSON: the result of both activities of the generation task
 * queue.
 */
export const generationOutcome = coded(
  'PROVIDER_FAULT',
  z.discriminatedUnion('state', [succeeded, ...otherEnds], { error: stateless }),
);

/** A job's state, as {@link generationOutcome} or still running. */
export const generationJobState = coded(
  'PROVIDER_FAULT',
  z.discriminatedUnion('state', [running, succeeded, ...otherEnds], { error: stateless }),
);

/**
 * The state of a job whose kind is priced by time: a success needs a length in milliseconds, or
 * null for an unknown one.
 */
export const timedJobState = coded(
  'PROVIDER_FAULT',
  z.discriminatedUnion('state', [running, succeededInTime, ...otherEnds], { error: stateless }),
);

/**
 * The parts of a commit that come from the provider: an output, and a price that could be computed.
 */
const delivery = coded('PROVIDER_FAULT', z.object({ credits: whole(0), outputUrl }));

export type GenerateInput = z.output<typeof generateInput>;
export type GenerationJob = z.output<typeof generationJob>;
export type SettleGenerationInput = z.output<typeof settleGenerationInput>;
export type GenerationOutcome = z.output<typeof generationOutcome>;
export type GenerationJobState = z.output<typeof generationJobState>;
export type GenerationProgress = z.output<typeof generationProgress>;

/** @throws HoldfastError PROVIDER_FAULT */
export const parseDelivery = parser(delivery, 'answer of the generation provider');
