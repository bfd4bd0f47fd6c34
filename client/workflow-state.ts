import {
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import { progressOf as progressSaid } from '../contract/provider-answer';

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

export function workflowStateOf({ status }: WorkflowExecutionDescription): WorkflowState {
  return STATES[status.name] ?? 'unknown';
}

/** `unknown` where Temporal has no such workflow. */
export async function currentStateOf(handle: WorkflowHandle): Promise<WorkflowState> {
  try {
    return workflowStateOf(await handle.describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'unknown';
    throw error;
  }
}

/** The last progress that the running activity reported in a heartbeat: 0 to 1, or null. */
export async function progressOf(
  temporal: Client,
  { raw }: WorkflowExecutionDescription,
): Promise<number | null> {
  const payloads = raw.pendingActivities?.find(({ heartbeatDetails }) => heartbeatDetails)
    ?.heartbeatDetails?.payloads;
  if (!payloads) return null;
  const { loadedDataConverter } = temporal.options;
  // Of a worker in another language, which may report anything.
  const [details] = await decodeArrayFromPayloads(loadedDataConverter, payloads).catch(() => []);
  const progress = (details as { progress?: unknown } | null | undefined)?.progress;
  return typeof progress === 'number' ? progressSaid(progress) : null;
}
