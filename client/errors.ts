import {
  type Client,
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { type ErrorDetails, HoldfastError, isErrorCode } from '../contract/errors';
import { taskQueueState } from './task-queues';

const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;

/** What a failed workflow says of itself: the error, and which request it was. Undefined where it ended from outside. */
export function failureOf(
  failed: WorkflowFailedError,
): { error: HoldfastError; requestHash?: string } | undefined {
  const cause = codedFailure(failed.cause);
  if (!cause || !isErrorCode(cause.type)) return undefined;
  const said = cause.details?.[0] as { details?: ErrorDetails; requestHash?: string } | undefined;
  return {
    error: new HoldfastError(cause.type, cause.message, said?.details ?? {}, { cause }),
    requestHash: said?.requestHash,
  };
}

/** What a workflow said itself, or the activity that it failed with. */
function codedFailure(cause: Error | undefined): ApplicationFailure | undefined {
  const inner = cause instanceof ActivityFailure ? cause.cause : cause;
  return inner instanceof ApplicationFailure ? inner : undefined;
}

/** An update that reached a workflow which was just ending: its result is the answer. */
export function isUpdateOfEndedWorkflow(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateFailedError &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === 'AcceptedUpdateCompletedWorkflow'
  );
}

/**
 * One that nobody has answered: it went down with a workflow task that was lost, or that the server refused, as it does
 * where a run ends while something else happens. To ask again is safe, and enough.
 */
export function isLostUpdate(error: unknown): boolean {
  const inner = innerOf(error);
  if (isGrpcServiceError(inner) && inner.code === FAILED_PRECONDITION)
    return /workflow task/.test(inner.message);
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === 'UnprocessedUpdate';
}

/** An update that was still waiting for its answer when somebody ended the workflow. */
export function isUpdateAborted(error: unknown): boolean {
  const inner = innerOf(error);
  return (
    isGrpcServiceError(inner) && inner.code === NOT_FOUND && /closing workflow/.test(inner.message)
  );
}

/** What the validator of an update said; undefined where that is not why it failed. */
export function turnedAwayError(error: unknown): HoldfastError | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined;
  const cause = codedFailure(error.cause);
  if (!cause || !isErrorCode(cause.type)) return undefined;
  return new HoldfastError(cause.type, cause.message, {}, { cause: error });
}

/** What a caller is told who got no answer in time: nobody polls, or nobody knows. */
export async function unansweredError(
  error: unknown,
  temporal: Client,
  taskQueue: string,
): Promise<HoldfastError> {
  if (isUnprepared(error)) return noWorker(error, taskQueue);
  if (!isTimeout(error)) return translateTemporalError(error);
  try {
    const { pollers } = await taskQueueState(temporal, taskQueue, 'workflow');
    if (pollers > 0) {
      return new HoldfastError(
        'ADMISSION_UNKNOWN',
        'No answer in time. Retry with the same id: nothing is ever charged twice for it.',
        {},
        { cause: error },
      );
    }
  } catch (unreachable) {
    return translateTemporalError(unreachable);
  }
  return noWorker(error, taskQueue);
}

/** Whatever else goes wrong on the way to Temporal. */
export function translateTemporalError(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const failed = error instanceof WorkflowFailedError ? failureOf(error) : undefined;
  if (failed) return failed.error;
  const message = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error ? error.cause : undefined;
  if (isGrpcServiceError(error) || isGrpcServiceError(cause) || isTimeout(error)) {
    // gRPC leaves the heading of an empty note at the end.
    const reason = (isGrpcServiceError(cause) ? cause.details : message).replace(
      /\s*Resolution note:\s*$/,
      '',
    );
    return new HoldfastError(
      'TEMPORAL_UNAVAILABLE',
      `Temporal can't be reached: ${reason}`,
      {},
      { cause: error },
    );
  }
  return new HoldfastError('INTERNAL', message, {}, { cause: error });
}

function isTimeout(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const inner = innerOf(error);
  return isGrpcServiceError(inner) && inner.code === DEADLINE_EXCEEDED;
}

/** The first worker registers the search attributes; in a namespace without them nobody has ever served. */
function isUnprepared(error: unknown): boolean {
  const inner = innerOf(error);
  return (
    isGrpcServiceError(inner) &&
    inner.code === INVALID_ARGUMENT &&
    /search attribute/i.test(inner.message)
  );
}

/** The client wraps what the server said. */
function innerOf(error: unknown): unknown {
  return error instanceof Error && !isGrpcServiceError(error) ? error.cause : error;
}

function noWorker(cause: unknown, taskQueue: string): HoldfastError {
  return new HoldfastError(
    'NO_WORKER',
    `No worker polls the task queue ${taskQueue}. Nothing was charged. Start one, then retry with the same id.`,
    { taskQueue },
    { cause },
  );
}
