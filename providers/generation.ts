import type { JsonValue } from '../contract/json';
import type { PermanentProviderError, RateLimitedProviderError, TransientProviderError } from './errors';

/** One generation as a provider sees it. */
export interface GenerationJob {
  /** The same key always means the same job: submitting twice starts it once. */
  idempotencyKey: string;
  kind: string;
  /** What was asked for; null for kinds priced per generation. */
  durationMs: number | null;
  audio: boolean;
  /** Opaque to Holdfast: prompt, script, image reference. */
  input: JsonValue;
}

export type GenerationJobState =
  | { state: 'running' /** 0 to 1 */; progress: number }
  | {
      state: 'succeeded';
      outputUrl: string /** Of the output; null where time means nothing. */;
      durationMs: number | null;
    }
  | { state: 'failed'; reason: string }
  | { state: 'cancelled' }
  /** The provider has no job under this key. */
  | { state: 'unknown' };

/**
 * An AI generation service. Every method may throw {@link TransientProviderError} or {@link RateLimitedProviderError}
 * and is then called again; {@link PermanentProviderError} from `submit` means that no job was accepted.
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
