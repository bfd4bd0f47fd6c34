import { type Client, WorkflowNotFoundError } from '@temporalio/client';

/** The state of a workflow. `unclear`: Temporal gave no clear answer, so it proves nothing. */
export type WorkflowState = 'running' | 'closed' | 'missing' | 'unclear';

const CLOSED = new Set<string>(['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT']);

/**
 * Asks Temporal by workflow id, never by run id: after a reset the old run is TERMINATED while the
 * workflow still runs.
 */
export async function stateOfWorkflow(
  temporal: Client,
  workflowId: string,
): Promise<WorkflowState> {
  try {
    const { status } = await temporal.workflow.getHandle(workflowId).describe();
    if (status.name === 'RUNNING' || status.name === 'PAUSED') return 'running';
    return CLOSED.has(status.name) ? 'closed' : 'unclear';
  } catch (error) {
    // A missing namespace says nothing about the workflow.
    return error instanceof WorkflowNotFoundError ? 'missing' : 'unclear';
  }
}
