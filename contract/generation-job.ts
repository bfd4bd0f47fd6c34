import { z } from 'zod';
import { coded, whole } from './fields';
import type { JsonValue } from './json';
import { parser } from './parse';
import { dimensions } from './price';
import { durationMsOf, isOutputUrl, progressOf, reasonOf, stateless } from './provider-answer';

/** What a generation's price depends on, as its provider is told: time in milliseconds, all else as it is. */
const { seconds: _inMs, ...otherDimensions } = dimensions.shape;

const asked = {
  kind: z.string(),
  /** What was asked for; null for kinds priced per generation. */
  durationMs: z.number().nullable(),
  ...otherDimensions,
  /** Opaque to Holdfast: prompt, script, image reference. */
  input: z.custom<JsonValue>(),
};

/** `generation/{account}/{request}`; the same key always means the same job: submitting twice starts it once. */
const idempotencyKey = z.string();

/**
 * Published JSON: what the activity `generate` of the generation task queue gets. A service in any language may serve that
 * queue (docs/how-to/generation-provider.md).
 */
export const generateInput = z.object({
  idempotencyKey,
  accountId: z.string(),
  requestId: z.string(),
  ...asked,
});

/** One generation as a provider in TypeScript sees it. */
export const generationJob = z.object({ idempotencyKey, ...asked });

/** Published JSON: what the activity `settleGeneration` gets. */
export const settleGenerationInput = z.object({ idempotencyKey });

const outputUrl = z.custom<string>(isOutputUrl, 'is no absolute URL of 2,048 characters at most');

const succeeded = z.object({
  state: z.literal('succeeded'),
  outputUrl,
  /** Of the output; null where time means nothing or is not known. */
  durationMs: z.unknown().optional().transform(durationMsOf),
});

const succeededInTime = succeeded.extend({
  durationMs: succeeded.shape.durationMs.refine(
    (ms) => ms !== 0,
    'is neither null nor a length in milliseconds',
  ),
});

const otherEnds = [
  z.object({ state: z.literal('failed'), reason: z.unknown().optional().transform(reasonOf) }),
  z.object({ state: z.literal('cancelled') }),
  /** There is no job under this key. */
  z.object({ state: z.literal('unknown') }),
] as const;

/** What `generate` reports in its heartbeats. */
export const generationProgress = z.object({
  /** 0 to 1 */
  progress: z.unknown().optional().transform(progressOf),
});

const running = z.object({ state: z.literal('running'), ...generationProgress.shape });

/** The job's final state. Published JSON: what both activities of the generation task queue return. */
export const generationOutcome = coded(
  'PROVIDER_FAULT',
  z.discriminatedUnion('state', [succeeded, ...otherEnds], { error: stateless }),
);

export const generationJobState = coded(
  'PROVIDER_FAULT',
  z.discriminatedUnion('state', [running, succeeded, ...otherEnds], { error: stateless }),
);

/** The same of a kind that is priced by time. */
export const timedJobState = coded(
  'PROVIDER_FAULT',
  z.discriminatedUnion('state', [running, succeededInTime, ...otherEnds], { error: stateless }),
);

/** What a commit takes: the output, and a price that could be computed. */
const delivery = coded('PROVIDER_FAULT', z.object({ credits: whole(0), outputUrl }));

export type GenerateInput = z.output<typeof generateInput>;
export type GenerationJob = z.output<typeof generationJob>;
export type SettleGenerationInput = z.output<typeof settleGenerationInput>;
export type GenerationOutcome = z.output<typeof generationOutcome>;
export type GenerationJobState = z.output<typeof generationJobState>;
export type GenerationProgress = z.output<typeof generationProgress>;

/** @throws HoldfastError PROVIDER_FAULT */
export const parseDelivery = parser(delivery, 'answer of the generation provider');
