import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { PermanentProviderError, RateLimitedProviderError, TransientProviderError } from '../providers/errors';
import type { GenerationJob, GenerationProvider } from '../providers/generation';
import type { GenerateInput, GenerationActivities, GenerationOutcome, GenerationProgress } from './generation-contract';
import { providerFailure } from './support/provider-failures';

interface GenerationActivitiesOptions {
  provider: GenerationProvider;
  /** How often a running job is asked for its state; 500 by default. */
  pollIntervalMs?: number;
}

/** After that a cancelled job is left to `settleGeneration`, which can move to another worker where `generate` can't. */
const SETTLE_WITHIN_MS = 30_000;

export function createGenerationActivities(options: GenerationActivitiesOptions): GenerationActivities {
  const { provider, pollIntervalMs = 500 } = options;

  return {
    async generate(input) {
      const context = Context.current();
      heartbeat(context.info.heartbeatDetails ?? { progress: 0 });
      try {
        return await runJob(provider, jobOf(input), pollIntervalMs);
      } catch (error) {
        // A shutdown, a pause or a time-out cancels the activity too, but the job is still wanted: the next attempt
        // finds it by its key.
        if (context.cancellationDetails?.cancelRequested) {
          return await settleShielded(provider, input.idempotencyKey, pollIntervalMs);
        }
        throw failureOf(error);
      }
    },

    async settleGeneration({ idempotencyKey }) {
      Context.current().heartbeat();
      try {
        await provider.cancel(idempotencyKey);
        return await followToEnd(provider, idempotencyKey, pollIntervalMs);
      } catch (error) {
        throw failureOf(error);
      }
    },
  };
}

async function runJob(
  provider: GenerationProvider,
  job: GenerationJob,
  pollIntervalMs: number,
): Promise<GenerationOutcome> {
  try {
    await provider.submit(job);
  } catch (error) {
    if (error instanceof PermanentProviderError) return { state: 'failed', reason: error.reason };
    throw error;
  }
  const outcome = await followToEnd(provider, job.idempotencyKey, pollIntervalMs);
  if (outcome.state !== 'unknown') return outcome;
  throw ApplicationFailure.retryable('The provider does not know the job that it has accepted.', 'JobNotFound');
}

async function followToEnd(
  provider: GenerationProvider,
  key: string,
  pollIntervalMs: number,
): Promise<GenerationOutcome> {
  for (;;) {
    const job = await provider.state(key);
    if (job.state !== 'running') return job;
    heartbeat({ progress: job.progress });
    await Context.current().sleep(pollIntervalMs);
  }
}

/**
 * Cancels the job and waits for its true end, although the activity itself is cancelled already. The server does not
 * retry a cancelled activity, so passing errors are sat out here.
 */
async function settleShielded(
  provider: GenerationProvider,
  key: string,
  pollIntervalMs: number,
): Promise<GenerationOutcome> {
  const giveUpAtMs = Date.now() + SETTLE_WITHIN_MS;
  let isCancelAsked = false;
  for (;;) {
    let pauseMs = pollIntervalMs;
    try {
      if (!isCancelAsked) await provider.cancel(key);
      isCancelAsked = true;
      const job = await provider.state(key);
      if (job.state !== 'running') return job;
      heartbeat({ progress: job.progress });
    } catch (error) {
      if (error instanceof RateLimitedProviderError) pauseMs = error.retryAfterMs;
      else if (!(error instanceof TransientProviderError)) throw failureOf(error);
      Context.current().heartbeat();
    }
    if (Date.now() + pauseMs > giveUpAtMs) {
      throw ApplicationFailure.retryable('The cancelled job has not ended yet.', 'JobNotSettled');
    }
    await sleep(pauseMs);
  }
}

/** The failure types are part of the task queue's contract (docs/generation-provider.md). */
function failureOf(error: unknown): unknown {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof CancelledFailure) {
    // Reported as cancelled, a shutdown would end the activity instead of moving it to another worker. A pause or a
    // reset is put into words by the SDK.
    if (error.message !== 'WORKER_SHUTDOWN') return error;
    return ApplicationFailure.retryable('The worker is shutting down; the job goes on.', 'WorkerShutdown');
  }
  return providerFailure(error);
}

function heartbeat(progress: GenerationProgress): void {
  Context.current().heartbeat(progress);
}

function jobOf({ idempotencyKey, kind, durationMs, audio, input }: GenerateInput): GenerationJob {
  return { idempotencyKey, kind, durationMs, audio, input };
}
