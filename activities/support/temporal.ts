import { Context, log } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { type InOwnersStead, SERVICE_MEMO, serviceName } from '../../contract/act';

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

/**
 * Who started the workflow of the running activity, as that client says of itself: clients choose
 * their identity. Undefined if Temporal can't be asked, because no act waits for a claim.
 */
export async function claimedIdentity(temporal: Client): Promise<string | undefined> {
  const { workflowExecution: execution } = Context.current().info;
  const { namespace } = temporal.options;
  try {
    const { history } = await temporal.workflowService.getWorkflowExecutionHistory({
      ...{ namespace, execution, maximumPageSize: 1 },
    });
    const [started] = history?.events ?? [];
    return started?.workflowExecutionStartedEventAttributes?.identity ?? undefined;
  } catch (error) {
    log.warn('The identity of who started the workflow could not be read.', { error });
    return undefined;
  }
}

/**
 * The service in whose name the web process has started the workflow, with the claimed identity, if
 * there is one: what the owner's own token has ordered is no act.
 *
 * @throws what the client throws if Temporal can't be asked: a service's act is never left out
 */
export async function serviceInOwnersStead(temporal: Client): Promise<InOwnersStead | undefined> {
  const { workflowExecution: { workflowId = '', runId = '' } = {} } = Context.current().info;
  const { memo } = await temporal.workflow.getHandle(workflowId, runId).describe();
  const service = serviceName.safeParse(memo?.[SERVICE_MEMO]).data;
  if (service === undefined) return undefined;
  return { service, claimedIdentity: await claimedIdentity(temporal) };
}
