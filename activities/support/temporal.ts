import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { identityOf, type TemporalIdentity } from '../../contract/temporal-identity';
import type { Ledger } from '../../ledger/ledger';

/** unclear: Temporal gave no clear answer, so nothing may be concluded from it. */
export type WorkflowState = 'running' | 'closed' | 'missing' | 'unclear';

const CLOSED = new Set<string>(['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT']);

/** Asked by workflow id, never by a stored run id: after a reset the old run says TERMINATED while the workflow lives on. */
export async function stateOfWorkflow(
  temporal: Client,
  workflowId: string,
): Promise<WorkflowState> {
  try {
    const { status } = await temporal.workflow.getHandle(workflowId).describe();
    if (status.name === 'RUNNING' || status.name === 'PAUSED') return 'running';
    return CLOSED.has(status.name) ? 'closed' : 'unclear';
  } catch (error) {
    // A missing namespace is something else than a missing workflow, and says nothing about it.
    return error instanceof WorkflowNotFoundError ? 'missing' : 'unclear';
  }
}

/** Records on first use which Temporal the ledger belongs to, and tells which this is. */
export async function recordIdentity(
  ledger: Pick<Ledger, 'temporalIdentity'>,
  { connection, options }: Client,
): Promise<{ recorded: TemporalIdentity; seen: TemporalIdentity }> {
  const seen = await identityOf(connection, options.namespace);
  return { recorded: await ledger.temporalIdentity(seen), seen };
}
