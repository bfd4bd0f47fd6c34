import {
  type Client,
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, ValueError } from '@temporalio/common';
import { type ErrorCode, type ErrorDetails, HoldfastError, isErrorCode } from '../contract/errors';
import { GRPC_STATUS, hasGrpcStatus } from './grpc-status';
import { taskQueueState } from './task-queues';

/**
 * The error that a workflow failed with, and the hash of its request if it knows one. Undefined if
 * the workflow was ended from outside (terminated, cancelled, timed out).
 */
export function failureOf(
  failed: WorkflowFailedError,
): { error: HoldfastError; requestHash?: string } | undefined {
  const cause = codedFailure(failed.cause);
  if (!cause || !isErrorCode(cause.type)) return undefined;
  const details = cause.details?.[0] as
    | { details?: ErrorDetails; requestHash?: string }
    | undefined;
  return {
    error: new HoldfastError(cause.type, cause.message, details?.details ?? {}, { cause }),
    requestHash: details?.requestHash,
  };
}

/** The failure of the workflow itself, or of the activity that it failed with. */
function codedFailure(cause: Error | undefined): ApplicationFailure | undefined {
  const inner = cause instanceof ActivityFailure ? cause.cause : cause;
  return inner instanceof ApplicationFailure ? inner : undefined;
}

/** The update reached a workflow that was just ending. The workflow's result is the answer. */
export function isUpdateOfEndedWorkflow(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateFailedError &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === 'AcceptedUpdateCompletedWorkflow'
  );
}

/**
 * The update was lost with its workflow task, which a worker dropped or the server refused: the
 * server refuses the task that ends a run if something new has happened meanwhile. Repeating the
 * update is safe and sufficient.
 */
export function isLostUpdate(error: unknown): boolean {
  const inner = innerOf(error);
  if (isGrpcServiceError(inner) && inner.code === GRPC_STATUS.FAILED_PRECONDITION)
    return /workflow task/i.test(inner.message);
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === 'UnprocessedUpdate';
}

/** The workflow was ended from outside before it answered the update. */
export function isUpdateAborted(error: unknown): boolean {
  const inner = innerOf(error);
  return (
    isGrpcServiceError(inner) &&
    inner.code === GRPC_STATUS.NOT_FOUND &&
    /closing workflow/.test(inner.message)
  );
}

/** The coded error of an update that was refused; undefined if it failed for another reason. */
export function validatorError(error: unknown): HoldfastError | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined;
  const cause = codedFailure(error.cause);
  if (!cause || !isErrorCode(cause.type)) return undefined;
  return new HoldfastError(cause.type, cause.message, {}, { cause: error });
}

/**
 * The error of a command that a workflow should have answered, as the caller gets it.
 *
 * - NO_WORKER: no worker that gets new work polls the task queue, or the namespace lacks the search
 *   attributes, which the first worker registers.
 * - ADMISSION_UNKNOWN: there is a worker, but no answer came in time, or none that is understood.
 *   Repeating with the same id is safe.
 * - Otherwise as {@link translateTemporalError}.
 *
 * @param withinSeconds how long after its start the command may be carried out. If whether it was
 *   isn't known, the error says after when it will not be (`notAfter`), by this machine's clock.
 */
export async function translateCallError(
  error: unknown,
  temporal: Client,
  taskQueue: string,
  withinSeconds?: number,
): Promise<HoldfastError> {
  const translated = await translateUnanswered(error, temporal, taskQueue);
  if (withinSeconds === undefined || !OUTCOME_UNKNOWN.has(translated.code)) return translated;
  // Its workflow was started by now, if it was.
  const notAfter = new Date(Date.now() + withinSeconds * 1000).toISOString();
  return new HoldfastError(
    translated.code,
    `${translated.message} Whether it was carried out isn’t known; after ${notAfter} it will not be.`,
    { ...translated.details, notAfter },
    { cause: translated.cause },
  );
}

/**
 * The error of a command that Temporal was asked for, with no answer to wait for. What isn't
 * understood once the request may have been sent is ADMISSION_UNKNOWN: the caller must not take it
 * for an end.
 */
export function translateSentError(error: unknown): HoldfastError {
  const translated = translateTemporalError(error);
  if (translated.code !== 'INTERNAL' || isAnswer(error)) return translated;
  return new HoldfastError(
    'ADMISSION_UNKNOWN',
    `The answer could not be understood (${translated.message}). Retry with the same id: nothing is ever charged twice for it.`,
    translated.details,
    { cause: error },
  );
}

/** Whether a workflow itself has said what was wrong. */
function isAnswer(error: unknown): boolean {
  const { cause } = error instanceof Error ? error : { cause: undefined };
  const isAnswered =
    error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError;
  return isAnswered && isErrorCode(codedFailure(cause as Error | undefined)?.type);
}

const OUTCOME_UNKNOWN = new Set<ErrorCode>([
  'ADMISSION_UNKNOWN',
  'NO_WORKER',
  'TEMPORAL_UNAVAILABLE',
]);

async function translateUnanswered(
  error: unknown,
  temporal: Client,
  taskQueue: string,
): Promise<HoldfastError> {
  if (lacksSearchAttributes(error)) return noWorker(error, taskQueue);
  if (!isTimeout(error)) return translateSentError(error);
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

/**
 * Any error of a call to Temporal as a HoldfastError: itself if it is one, the error of a failed
 * workflow or a refused update by its own code, PAYLOAD_UNREADABLE for an answer that needs a codec,
 * TEMPORAL_UNAVAILABLE for errors of the connection, INTERNAL for the rest.
 */
export function translateTemporalError(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const failed =
    error instanceof WorkflowFailedError ? failureOf(error)?.error : validatorError(error);
  if (failed) return failed;
  if (error instanceof ValueError && /^Unknown encoding/.test(error.message)) {
    const message = `The answer needs the worker’s codec: ${error.message}.`;
    return new HoldfastError('PAYLOAD_UNREADABLE', message, {}, { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error ? error.cause : undefined;
  if (isGrpcServiceError(error) || isGrpcServiceError(cause) || isTimeout(error)) {
    // gRPC leaves the heading of an empty note at the end.
    const reason = ((isGrpcServiceError(cause) && cause.details) || message).replace(
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
  return hasGrpcStatus(innerOf(error), 'DEADLINE_EXCEEDED');
}

/**
 * The first worker of a namespace registers the search attributes, so no worker has run in a
 * namespace without them.
 */
function lacksSearchAttributes(error: unknown): boolean {
  const inner = innerOf(error);
  return (
    isGrpcServiceError(inner) &&
    inner.code === GRPC_STATUS.INVALID_ARGUMENT &&
    /search attribute/i.test(inner.message)
  );
}

/** The server's error, which Temporal's client wraps in an error of its own. */
function innerOf(error: unknown): unknown {
  return error instanceof Error && !isGrpcServiceError(error) ? error.cause : error;
}

function noWorker(cause: unknown, taskQueue: string): HoldfastError {
  return new HoldfastError(
    'NO_WORKER',
    `No worker that gets new work has polled the task queue ${taskQueue} lately, by this machine’s clock. Start one, or make its build current, then retry with the same id: nothing is ever charged twice for it.`,
    { taskQueue },
    { cause },
  );
}
