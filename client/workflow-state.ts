import {
  type Client,
  WorkflowClient,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import { tsToMs } from '@temporalio/common/lib/time';
import { progressOf as progressInRange } from '../contract/provider-answer';
import { translateTemporalError } from './errors';
import { explained, type FailingStep, retriedSteps } from './failing-steps';

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

/**
 * A workflow as Temporal describes it, but for its memo: any client may start one with a memo that
 * can't be read, and every question about it would fail.
 */
export function describeWorkflow(
  { connection, options }: WorkflowClient,
  workflowId: string,
): Promise<WorkflowExecutionDescription> {
  const client = new WorkflowClient({
    ...{ connection, namespace: options.namespace },
    interceptors: [
      {
        async describe(asked, next) {
          const raw = await next(asked);
          if (raw.workflowExecutionInfo) raw.workflowExecutionInfo.memo = null;
          return raw;
        },
      },
    ],
  });
  return client.getHandle(workflowId).describe();
}

/** The state in a description that Temporal gave. */
export function workflowStateOf({ status }: WorkflowExecutionDescription): WorkflowState {
  return STATES[status.name] ?? 'unknown';
}

/**
 * The state of a workflow's latest run. Throws Temporal's errors, but for a workflow that isn't
 * there.
 */
export async function currentStateOf({
  client,
  workflowId,
}: WorkflowHandle): Promise<WorkflowState> {
  try {
    return workflowStateOf(await describeWorkflow(client, workflowId));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'unknown';
    throw error;
  }
}

/** Whether Temporal says that the workflow's latest run has ended; one that isn't there says nothing. */
export async function hasEnded(temporal: Client, workflowId: string): Promise<boolean> {
  const state = await currentStateOf(temporal.workflow.getHandle(workflowId));
  return state !== 'running' && state !== 'unknown';
}

/** What the running activity reported last: how far it is, from 0 to 1, and when it said so. */
export interface ReportedProgress {
  progress: number | null;
  /** ISO 8601, by Temporal's clock; null if `progress` is. */
  progressAt: string | null;
}

export const NO_PROGRESS: ReportedProgress = { progress: null, progressAt: null };

/** The latest progress in a heartbeat of the running activity. */
export async function progressOf(
  temporal: Client,
  { raw }: WorkflowExecutionDescription,
): Promise<ReportedProgress> {
  const reporting = raw.pendingActivities?.find(({ heartbeatDetails }) => heartbeatDetails);
  const payloads = reporting?.heartbeatDetails?.payloads;
  if (!payloads) return NO_PROGRESS;
  const { loadedDataConverter } = temporal.options;
  // A worker in another language may report anything.
  const [details] = await decodeArrayFromPayloads(loadedDataConverter, payloads).catch(() => []);
  const progress = (details as { progress?: unknown } | null | undefined)?.progress;
  if (typeof progress !== 'number') return NO_PROGRESS;
  const at = reporting.lastHeartbeatTime;
  return {
    progress: progressInRange(progress),
    progressAt: at ? new Date(tsToMs(at)).toISOString() : null,
  };
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
    const description = await describeWorkflow(temporal.workflow, workflowId);
    const failure = await lastFailureOf(temporal, description);
    return { workflowId, state: workflowStateOf(description), failure };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      return { workflowId, state: 'unknown', failure: null };
    throw translateTemporalError(error);
  }
}

async function lastFailureOf(
  temporal: Client,
  { raw }: WorkflowExecutionDescription,
): Promise<string | null> {
  const [step] = retriedSteps(raw);
  if (!step) return null;
  const [failing] = await explained(temporal, raw.workflowExecutionInfo?.execution, [step]);
  return failing ? failureInWords(failing) : null;
}

/** `commit, attempt 4: the disk is full` */
export function failureInWords({ name, attempt, message }: FailingStep): string {
  return `${name}, attempt ${attempt}${message ? `: ${message}` : ''}`;
}
