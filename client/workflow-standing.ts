import {
  type Client,
  type WorkflowExecutionDescription,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { translateTemporalError } from './errors';
import { type WorkflowState, workflowStateOf } from './workflow-state';

/** How a workflow stands, and what keeps it: the last failure of the step that is pending; null where none has failed. */
export interface WorkflowStanding {
  workflowId: string;
  state: WorkflowState;
  failure: string | null;
}

/** @throws HoldfastError TEMPORAL_UNAVAILABLE */
export async function standingOf(temporal: Client, workflowId: string): Promise<WorkflowStanding> {
  try {
    const description = await temporal.workflow.getHandle(workflowId).describe();
    return { workflowId, state: workflowStateOf(description), failure: lastFailureOf(description) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      return { workflowId, state: 'unknown', failure: null };
    throw translateTemporalError(error);
  }
}

function lastFailureOf({ raw }: WorkflowExecutionDescription): string | null {
  const failing = raw.pendingActivities?.find(({ lastFailure }) => lastFailure);
  if (failing)
    return `${failing.activityType?.name}, attempt ${failing.attempt}: ${failing.lastFailure?.message}`;
  const attempt = raw.pendingWorkflowTask?.attempt ?? 1;
  return attempt > 1 ? `its workflow task, attempt ${attempt}` : null;
}
