import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, CancelledFailure, Context, log } from '@temporalio/activity';
import {
  type GenerateInput,
  type GenerationJob,
  type GenerationJobState,
  type GenerationOutcome,
  type GenerationProgress,
  generationJob,
  generationJobState,
  generationProgress,
  type SettleGenerationInput,
  timedJobState,
} from '../../contract/generation-job';
import {
  messageOf,
  PROVIDER_FAULT,
  reasonOf,
  retryDelayMsOf,
} from '../../contract/provider-answer';
import type { GenerationProvider } from '../../providers/generation-provider';
import {
  PermanentProviderError,
  RateLimitedProviderError,
  TransientProviderError,
} from '../../providers/provider-errors';
import { GENERATION_CALL_MS_MAX } from '../support/call-deadline';
import {
  askProvider,
  callProvider,
  failureOfCall,
  isThrownBy,
  ProviderFault,
  retryUntilUnderstood,
} from '../support/provider-answers';
import { ProviderCalls, ProviderNotAnswering } from '../support/provider-calls';
import { memberOf } from '../support/thrown';
import type { KindQuotas } from './kind-quotas';
import { type PacedHeartbeats, pacedHeartbeats } from './paced-heartbeats';

/**
 * The activities of the generation task queue. A service in any language may serve the queue by
 * implementing both; `contract/generation-job.ts` has their JSON (docs/how-to/generation-provider.md).
 *
 * A failure's type says what went wrong. `PROVIDER_FAULT` is final. All others are retried:
 * `RateLimited`, `TransientProviderError`, `PROVIDER_NOT_ANSWERING`, `ProviderError`,
 * `WorkerShutdown`, `JobNotFound`, `JobNotSettled`.
 */
export interface GenerationActivities {
  /**
   * Runs the job to its end, and reports `generationProgress` in heartbeats. A repetition with the
   * same key continues the same job. On cancellation it cancels the job and returns its true final
   * state.
   */
  generate(input: GenerateInput): Promise<GenerationOutcome>;
  /**
   * Cancels the job if it still runs, and returns its true final state; `unknown` if there never
   * was one. Safe to repeat.
   */
  settleGeneration(input: SettleGenerationInput): Promise<GenerationOutcome>;
}

interface GenerationActivitiesOptions {
  provider: GenerationProvider;
  /** The pause between two questions for a running job's state, 500 ms by default. */
  pollIntervalMs?: number;
  /** The least between two heartbeats; half the heartbeat time-out by default, and at most. */
  heartbeatMs?: number;
  /** How long one call of the provider may take; 8,000 by default. */
  callMsMax?: number;
  /** The process's calls of the provider. */
  calls?: ProviderCalls;
  /** The provider's quota of each kind that has one. */
  quotas?: KindQuotas;
}

/**
 * After this time a cancelled job is left to `settleGeneration`, which can move to another worker;
 * a cancelled `generate` can't.
 */
const SETTLE_WITHIN_MS = 30_000;

export function createGenerationActivities(
  options: GenerationActivitiesOptions,
): GenerationActivities {
  const { pollIntervalMs = 500, calls = new ProviderCalls('generation') } = options;
  const { provider, callMsMax = GENERATION_CALL_MS_MAX, quotas } = options;
  const checkedFor = (kind: string | undefined, jobState: JobStateSchema) =>
    checkProvider({ provider, calls, callMsMax }, kind, jobState);

  return {
    async generate(input) {
      const context = Context.current();
      const heartbeats = pacedHeartbeats(context, options.heartbeatMs);
      const rhythm = { pollIntervalMs, heartbeats };
      const earlier = generationProgress.catch({ progress: 0 });
      heartbeats.beat(earlier.parse(context.info.heartbeatDetails));
      const job = generationJob.parse(input);
      const isTimed = job.durationMs !== null;
      const checked = checkedFor(job.kind, isTimed ? timedJobState : generationJobState);
      try {
        const pause = (ms: number) => context.sleep(ms);
        await quotas?.take(job.kind, job.idempotencyKey, pause);
        return await runJob(checked, job, rhythm);
      } catch (error) {
        // A shutdown, a pause or a time-out cancels the activity too, but the job is still wanted:
        // the next attempt finds it by its key.
        if (context.cancellationDetails?.cancelRequested) {
          return await cancelShielded(checked, job.idempotencyKey, rhythm);
        }
        throw failureOf(error);
      } finally {
        heartbeats.stop();
      }
    },

    async settleGeneration({ idempotencyKey, kind }) {
      const heartbeats = pacedHeartbeats(Context.current(), options.heartbeatMs);
      heartbeats.beat(undefined);
      const checked = checkedFor(kind, generationJobState);
      try {
        await checked.cancel(idempotencyKey);
        return await followToEnd(checked, idempotencyKey, { pollIntervalMs, heartbeats });
      } catch (error) {
        if (!(error instanceof ProviderFault)) throw failureOf(error);
        // The caller waits for this answer, and must not wait for ever.
        log.warn(`The final state of ${idempotencyKey} can't be understood: ${error.message}`);
        return { state: 'failed', reason: PROVIDER_FAULT };
      } finally {
        heartbeats.stop();
      }
    },
  };
}

/**
 * The provider with its answers parsed. Its methods throw as `callProvider` and `askProvider` do.
 */
type CheckedProvider = ReturnType<typeof checkProvider>;

type JobStateSchema = typeof generationJobState | typeof timedJobState;

function checkProvider(
  {
    provider,
    calls,
    callMsMax,
  }: Required<Pick<GenerationActivitiesOptions, 'provider' | 'calls' | 'callMsMax'>>,
  kind: string | undefined,
  jobState: JobStateSchema,
) {
  const call = (method: string, ask: () => Promise<unknown>) =>
    callProvider(calls, { method, kind }, callMsMax, ask);
  return {
    submit: (job: GenerationJob) => call('submit', () => provider.submit(job)),
    state: (key: string): Promise<GenerationJobState> =>
      askProvider(jobState, calls, { method: 'state', kind }, callMsMax, () => provider.state(key)),
    cancel: (key: string) => call('cancel', () => provider.cancel(key)),
  };
}

/** How often an attempt asks its provider, and how it tells Temporal. */
interface Rhythm {
  pollIntervalMs: number;
  heartbeats: PacedHeartbeats;
}

async function runJob(
  checked: CheckedProvider,
  job: GenerationJob,
  rhythm: Rhythm,
): Promise<GenerationOutcome> {
  try {
    await checked.submit(job);
  } catch (error) {
    if (isThrownBy(PermanentProviderError, error))
      return {
        state: 'failed',
        reason: reasonOf(memberOf(error.thrown, 'reason')),
        message: messageOf(memberOf(error.thrown, 'message')),
      };
    throw error;
  }
  const outcome = await followToEnd(checked, job.idempotencyKey, rhythm);
  if (outcome.state !== 'unknown') return outcome;
  throw ApplicationFailure.retryable(
    'The provider does not know the job that it has accepted.',
    'JobNotFound',
  );
}

async function followToEnd(
  checked: CheckedProvider,
  key: string,
  { pollIntervalMs, heartbeats }: Rhythm,
): Promise<GenerationOutcome> {
  let progress: GenerationProgress = { progress: 0 };
  const pause = (ms: number) => {
    heartbeats.beat(progress);
    return Context.current().sleep(ms);
  };
  for (;;) {
    const job = await retryUntilUnderstood(() => checked.state(key), pollIntervalMs, pause);
    if (job.state !== 'running') return job;
    progress = { progress: job.progress };
    await pause(pollIntervalMs);
  }
}

/**
 * Cancels the job and waits for its true end, although the activity itself is cancelled. The server
 * does not retry a cancelled activity, so passing errors are retried here.
 */
async function cancelShielded(
  checked: CheckedProvider,
  key: string,
  { pollIntervalMs, heartbeats }: Rhythm,
): Promise<GenerationOutcome> {
  const giveUpAtMs = Date.now() + SETTLE_WITHIN_MS;
  let isCancelSent = false;
  for (;;) {
    let pauseMs = pollIntervalMs;
    try {
      if (!isCancelSent) await checked.cancel(key);
      isCancelSent = true;
      const job = await retryUntilUnderstood(() => checked.state(key), pollIntervalMs, sleep);
      if (job.state !== 'running') return job;
      heartbeats.beat({ progress: job.progress });
    } catch (error) {
      if (isThrownBy(RateLimitedProviderError, error))
        pauseMs = retryDelayMsOf(memberOf(error.thrown, 'retryAfterMs')) ?? pauseMs;
      // A provider that doesn't answer must not keep a slot.
      else if (isThrownBy(ProviderNotAnswering, error)) throw failureOf(error);
      else if (!isThrownBy(TransientProviderError, error)) throw failureOf(error);
      heartbeats.beat(undefined);
    }
    if (Date.now() + pauseMs > giveUpAtMs) {
      throw ApplicationFailure.retryable('The cancelled job has not ended yet.', 'JobNotSettled');
    }
    await sleep(pauseMs);
  }
}

/** The failure types are part of the task queue's contract (docs/how-to/generation-provider.md). */
function failureOf(error: unknown): unknown {
  if (error instanceof CancelledFailure && error.message === 'WORKER_SHUTDOWN') {
    // Reported as cancelled, a shutdown would end the activity instead of moving it to another
    // worker. The SDK itself translates a pause or a reset.
    return ApplicationFailure.retryable(
      'The worker is shutting down; the job goes on.',
      'WorkerShutdown',
    );
  }
  return failureOfCall(error);
}
