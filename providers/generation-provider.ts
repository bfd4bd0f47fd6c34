import type { GenerationJob, GenerationJobState } from '../contract/generation-job';
import type {
  PermanentProviderError,
  RateLimitedProviderError,
  TransientProviderError,
} from './provider-errors';

export type { GenerationJob, GenerationJobState };

/**
 * An AI generation service. Implement this interface for your own service, and pass it to
 * `runWorker`.
 *
 * Any method may throw {@link TransientProviderError} or {@link RateLimitedProviderError}; it is
 * then called again. Any other error is retried as well, except a {@link PermanentProviderError}
 * from `submit`. Answers are parsed by `contract/generation-job.ts` before Holdfast acts on them.
 * An answer that can't be understood is asked for five times. Then the job is cancelled and its
 * final state asked for as often; if that can't be understood either, the generation ends as
 * PROVIDER_FAULT and nothing is charged.
 */
export interface GenerationProvider {
  /**
   * Starts a job under `job.idempotencyKey`. A repetition with the same key must not start a second
   * job. A PermanentProviderError means that no job was accepted; its `reason` becomes the release
   * reason.
   */
  submit(job: GenerationJob): Promise<void>;
  /**
   * The job's current state: `running` with a progress from 0 to 1, or a final state, which never
   * changes. `succeeded` has an `outputUrl` (absolute, 2,048 characters at most) and `durationMs`,
   * the output's length (up to a day), or null if it is not known; with null the quote is charged.
   * `cancelled` may have `billed`: the `durationMs` that the job has used and you bill, or null for
   * all of it; it is charged if the caller cancelled and the catalog says `cancelled: used`.
   * `unknown` means that no job exists under the key.
   */
  state(idempotencyKey: string): Promise<GenerationJobState>;
  /**
   * Asks for the job to stop. Its state then becomes final, and may still be `succeeded`.
   * Cancelling an unknown key must keep a later `submit` from starting a job under it. A repetition
   * changes nothing.
   */
  cancel(idempotencyKey: string): Promise<void>;
}
