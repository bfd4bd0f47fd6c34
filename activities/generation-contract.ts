import type { JsonValue } from '../contract/json';

/**
 * The JSON contract of the generation task queue. A service in any language may serve that queue by implementing the
 * two activities `generate` and `settleGeneration` with these shapes (docs/generation-provider.md).
 */
export interface GenerateInput {
  /** `generation/{account}/{request}`; the same key always means the same job. */
  idempotencyKey: string;
  accountId: string;
  requestId: string;
  kind: string;
  durationMs: number | null;
  audio: boolean;
  input: JsonValue;
}

export interface SettleGenerationInput {
  idempotencyKey: string;
}

/** The job's final state. `durationMs` is the output's actual length; null where time means nothing or is not known. */
export type GenerationOutcome =
  | { state: 'succeeded'; outputUrl: string; durationMs: number | null }
  | { state: 'failed'; reason: string }
  | { state: 'cancelled' }
  | { state: 'unknown' };

/** What `generate` reports in its heartbeats. */
export interface GenerationProgress {
  /** 0 to 1 */
  progress: number;
}

export interface GenerationActivities {
  /** Runs the job to its end. On cancellation it cancels the job and returns its true final state. */
  generate(input: GenerateInput): Promise<GenerationOutcome>;
  /** Cancels the job if it still runs, and returns its true final state; `unknown` if there never was one. */
  settleGeneration(input: SettleGenerationInput): Promise<GenerationOutcome>;
}
