import {
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import {
  decodeArrayFromPayloads,
  decodeOptionalFailureToOptionalError,
} from '@temporalio/common/lib/internal-non-workflow';
import type { temporal as proto } from '@temporalio/proto';
import { progressOf as progressInRange } from '../contract/provider-answer';
import { translateTemporalError } from './errors';

/** A workflow's state; `unknown` if Temporal has no workflow of that id. */
export type WorkflowState =
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'terminated'
  | 'timed-out'
  | 'unknown';

const STATES: Partial<Record<string, WorkflowState>> = {
  RUNNING: 'running',
  PAUSED: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed-out',
};

/** More than one failed task and what may have come since. */
const EVENTS_READ = 20;

/** The state in a description that Temporal gave. */
export function workflowStateOf({ status }: WorkflowExecutionDescription): WorkflowState {
  return STATES[status.name] ?? 'unknown';
}

/**
 * The state of a workflow's latest run. Throws Temporal's errors, but for a workflow that isn't
 * there.
 */
export async function currentStateOf(handle: WorkflowHandle): Promise<WorkflowState> {
  try {
    return workflowStateOf(await handle.describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'unknown';
    throw error;
  }
}

/**
 * The latest progress that the running activity reported in a heartbeat, from 0 to 1; null if there
 * is none.
 */
export async function progressOf(
  temporal: Client,
  { raw }: WorkflowExecutionDescription,
): Promise<number | null> {
  const payloads = raw.pendingActivities?.find(({ heartbeatDetails }) => heartbeatDetails)
    ?.heartbeatDetails?.payloads;
  if (!payloads) return null;
  const { loadedDataConverter } = temporal.options;
  // A worker in another language may report anything.
  const [details] = await decodeArrayFromPayloads(loadedDataConverter, payloads).catch(() => []);
  const progress = (details as { progress?: unknown } | null | undefined)?.progress;
  return typeof progress === 'number' ? progressInRange(progress) : null;
}

/**
 * A workflow's state, and the last failure of its pending step; `failure` is null if that step
 * hasn't failed.
 */
export interface WorkflowStanding {
  workflowId: string;
  state: WorkflowState;
  failure: string | null;
}

/** @throws HoldfastError TEMPORAL_UNAVAILABLE */
export async function standingOf(temporal: Client, workflowId: string): Promise<WorkflowStanding> {
  try {
    const description = await temporal.workflow.getHandle(workflowId).describe();
    const failure = await lastFailureOf(temporal, description);
    return { workflowId, state: workflowStateOf(description), failure };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      return { workflowId, state: 'unknown', failure: null };
    throw translateTemporalError(error);
  }
}

/** While its workflow task fails, nothing of it goes on: that comes before a step that fails. */
async function lastFailureOf(
  temporal: Client,
  { raw }: WorkflowExecutionDescription,
): Promise<string | null> {
  const taskAttempt = raw.pendingWorkflowTask?.attempt ?? 1;
  if (taskAttempt > 1) {
    const failure = await taskFailureOf(temporal, raw.workflowExecutionInfo?.execution);
    return `its workflow task, attempt ${taskAttempt}${failure ? `: ${failure}` : ''}`;
  }
  const failing = raw.pendingActivities?.find(({ lastFailure }) => lastFailure);
  if (!failing) return null;
  const { activityType, attempt, lastFailure } = failing;
  return `${activityType?.name}, attempt ${attempt}: ${await messageOf(temporal, lastFailure)}`;
}

/** A history has the first failure of a task alone, among its last events. */
async function taskFailureOf(
  temporal: Client,
  execution: proto.api.common.v1.IWorkflowExecution | null | undefined,
): Promise<string | null | undefined> {
  const { history } = await temporal.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: temporal.options.namespace,
    execution,
    maximumPageSize: EVENTS_READ,
  });
  const failed = history?.events?.find((event) => event.workflowTaskFailedEventAttributes);
  const failure = failed?.workflowTaskFailedEventAttributes?.failure;
  return failure && messageOf(temporal, failure);
}

/** A worker with a codec has encrypted the message, perhaps by a key that isn't here. */
async function messageOf(
  { options }: Client,
  failure: proto.api.failure.v1.IFailure | null | undefined,
): Promise<string | null | undefined> {
  const decoded = decodeOptionalFailureToOptionalError(options.loadedDataConverter, failure);
  return (await decoded.catch(() => undefined))?.message ?? failure?.message;
}
