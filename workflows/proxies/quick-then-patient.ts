import { RetryState } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  patched,
  proxyActivities,
  proxyLocalActivities,
  TemporalFailure,
} from '@temporalio/workflow';
import { isErrorCode, type Refusal } from '../../contract/errors';
import type { Summaries } from './summaries';
import { withSummaries } from './with-summaries';

/**
 * Local activities add no events. After this time a regular activity takes over, which an operator
 * can see and pause.
 */
const QUICK_MS = 4_000;
const QUICK_ATTEMPT_MS = 2_000;

const QUICK = {
  startToCloseTimeout: QUICK_ATTEMPT_MS,
  scheduleToCloseTimeout: QUICK_MS,
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumAttempts: 4 },
} as const;

/** Retried without limit: the credits belong to an account. */
const PATIENT = {
  startToCloseTimeout: '15s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
} as const;

/**
 * The ledger's activities: each is tried quickly first, then for as long as it takes, even if the
 * workflow was cancelled. Every operation is safe to repeat.
 */
export function untilAnswered<Activities extends object>(
  summaries: Summaries<Activities>,
): Activities {
  return withSummaries(summaries, (summary) =>
    quickThen(
      () => proxyLocalActivities({ ...QUICK, summary }),
      () => proxyActivities({ ...PATIENT, summary }),
    ),
  );
}

/**
 * The ledger's activities, tried until a deadline. Each throws an ActivityFailure if there was no
 * answer by then.
 */
export function untilDeadline<Activities extends object>(
  deadlineMs: number,
  summaries: Summaries<Activities>,
): Activities {
  const leftMs = () => Math.max(1, Math.ceil(deadlineMs - Date.now()));
  // Runs of version 0.1 asked once more after the deadline, and a busy server could answer that.
  const isOver = () => Date.now() >= deadlineMs && patched('no-attempt-after-deadline');
  return withSummaries(summaries, (summary) =>
    quickThen(
      () => proxyLocalActivities({ ...quickWithin(leftMs()), summary }),
      () =>
        proxyActivities({
          startToCloseTimeout: '15s',
          scheduleToCloseTimeout: leftMs(),
          retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5s' },
          summary,
        }),
      isOver,
    ),
  );
}

/**
 * The SDK's core cuts an attempt to the time that is left, and then begins another one: it checks
 * the attempt's limit first. So if less time is left than an attempt may take, there is only one.
 */
function quickWithin(leftMs: number) {
  if (leftMs > QUICK_ATTEMPT_MS)
    return { ...QUICK, scheduleToCloseTimeout: Math.min(QUICK_MS, leftMs) };
  return {
    startToCloseTimeout: leftMs,
    scheduleToCloseTimeout: leftMs,
    retry: { maximumAttempts: 1 },
  };
}

type Ask = (...inputs: unknown[]) => Promise<unknown>;

function quickThen(quick: () => object, patient: () => object, isOver = () => false): object {
  const ask = (activities: object, name: string) =>
    (activities as Record<string, Ask>)[name] as Ask;
  const get =
    (_: unknown, name: string): Ask =>
    (...inputs) =>
      shielded(() =>
        withFallback(
          () => ask(quick(), name)(...inputs),
          () => ask(patient(), name)(...inputs),
          isOver,
        ),
      );
  return new Proxy({}, { get });
}

/**
 * Tries the regular activity after any failure of the local one. The SDK returns some of its
 * failures without an ActivityFailure around them.
 */
async function withFallback<T>(
  local: () => Promise<T>,
  regular: () => Promise<T>,
  isOver: () => boolean,
): Promise<T> {
  try {
    return await local();
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
    if (isOver()) throw asActivityFailure(error);
    return await regular();
  }
}

function asActivityFailure(cause: TemporalFailure): ActivityFailure {
  if (cause instanceof ActivityFailure) return cause;
  return new ActivityFailure(
    'No answer by the deadline',
    'local',
    undefined,
    RetryState.TIMEOUT,
    undefined,
    cause,
  );
}

/** Runs a step that a cancellation of the workflow does not reach. */
export function shielded<T>(run: () => Promise<T>): Promise<T> {
  return CancellationScope.nonCancellable(run);
}

/**
 * The refusal for which an activity failed for good; undefined for any other failure, such as a
 * time-out. A local activity that found its account busy ended for good, but says nothing about
 * what an earlier attempt may have done.
 */
export function refusalOfFailure(error: unknown): Refusal | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || !cause.nonRetryable || !isErrorCode(cause.type))
    return undefined;
  if (cause.type === 'ACCOUNT_BUSY') return undefined;
  return { code: cause.type, message: cause.message };
}
