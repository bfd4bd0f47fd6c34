import type {
  GenerateInput,
  GenerationOutcome,
  SettleGenerationInput,
} from '../../contract/generation-job';

/**
 * The generation task queue. A service in any language may serve it by implementing these two activities, whose JSON is
 * in `contract/generation-job.ts` (docs/how-to/generation-provider.md).
 */
export interface GenerationActivities {
  /** Runs the job to its end. On cancellation it cancels the job and returns its true final state. */
  generate(input: GenerateInput): Promise<GenerationOutcome>;
  /** Cancels the job if it still runs, and returns its true final state; `unknown` if there never was one. */
  settleGeneration(input: SettleGenerationInput): Promise<GenerationOutcome>;
}
