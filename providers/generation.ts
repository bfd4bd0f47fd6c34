import type { JsonValue } from '../domain/json';

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

/** Try again soon: a 503, a dropped connection. */
export class TransientProviderError extends Error {
  override name = 'TransientProviderError';
}

/** Try again after `retryAfterMs`: a 429. */
export class RateLimitedProviderError extends Error {
  override name = 'RateLimitedProviderError';
  constructor(
    message: string,
    readonly retryAfterMs: number,
  ) {
    super(message);
  }
}

/** Never try again: the prompt is refused, the job can't exist. `reason` becomes the release reason. */
export class PermanentProviderError extends Error {
  override name = 'PermanentProviderError';
  constructor(
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}
