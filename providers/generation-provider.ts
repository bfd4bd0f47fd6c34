import type { GenerationJob, GenerationJobState } from '../contract/generation-job';
import type {
  PermanentProviderError,
  RateLimitedProviderError,
  TransientProviderError,
} from './provider-errors';

export type { GenerationJob, GenerationJobState };

/**
 * An AI generation service. Every method may throw {@link TransientProviderError} or {@link RateLimitedProviderError}
 * and is then called again; {@link PermanentProviderError} from `submit` means that no job was accepted.
 * What comes back is checked by `contract/generation-job.ts` before anything acts on it.
 */
export interface GenerationProvider {
  submit(job: GenerationJob): Promise<void>;
  state(idempotencyKey: string): Promise<GenerationJobState>;
  /**
   * Asks for the job to stop; its state then becomes final, which may still be `succeeded`. Cancelling an unknown key
   * must keep a job from starting under it later.
   */
  cancel(idempotencyKey: string): Promise<void>;
}
