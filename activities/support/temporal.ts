import { Context, log } from '@temporalio/activity';
import { type Client, WorkflowClient, WorkflowNotFoundError } from '@temporalio/client';
import { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow';
import type { temporal } from '@temporalio/proto';
import { type InOwnersStead, SERVICE_MEMO } from '../../contract/act';
import { lineOf } from '../../contract/provider-answer';

/** A claim is waited for no longer: it must leave an attempt the time for what it is there for. */
const CLAIM_MS_MAX = 4_000;

/** Of a claimed identity, and of a service's name. */
const NAME_LENGTH_MAX = 512;

/** A service whose name can't be shown is one all the same: what it sets is an act. */
const UNNAMED = 'unnamed';

/** The state of a workflow. `unclear`: Temporal gave no clear answer, so it proves nothing. */
export type WorkflowState = 'running' | 'closed' | 'missing' | 'unclear';

const CLOSED = new Set<string>(['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT']);

/**
 * Workflows as Temporal describes them, but for their memos: any client may start one with a memo that
 * can't be read, and every question about it would fail for ever.
 */
export function workflowsWithoutMemo({ connection, options }: Client): WorkflowClient {
  return new WorkflowClient({
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
}

/**
 * Asks Temporal by workflow id, never by run id: after a reset the old run is TERMINATED while the
 * workflow still runs.
 */
export async function stateOfWorkflow(
  temporal: Client,
  workflowId: string,
): Promise<WorkflowState> {
  try {
    const { status } = await workflowsWithoutMemo(temporal).getHandle(workflowId).describe();
    if (status.name === 'RUNNING' || status.name === 'PAUSED') return 'running';
    return CLOSED.has(status.name) ? 'closed' : 'unclear';
  } catch (error) {
    // A missing namespace says nothing about the workflow.
    return error instanceof WorkflowNotFoundError ? 'missing' : 'unclear';
  }
}

/**
 * Who started the workflow of the running activity, as that client says of itself: clients choose
 * their identity. It is kept on one line, and cut. Undefined if Temporal can't be asked, because no
 * act waits for a claim.
 */
export async function claimedIdentity(temporal: Client): Promise<string | undefined> {
  const { workflowExecution: execution } = Context.current().info;
  const { namespace } = temporal.options;
  try {
    const { history } = await soon(temporal, () =>
      temporal.workflowService.getWorkflowExecutionHistory({
        ...{ namespace, execution, maximumPageSize: 1 },
      }),
    );
    const [started] = history?.events ?? [];
    const { identity } = started?.workflowExecutionStartedEventAttributes ?? {};
    return lineOf(identity, NAME_LENGTH_MAX) || undefined;
  } catch (error) {
    log.warn('The identity of who started the workflow could not be read.', { error });
    return undefined;
  }
}

/** The workflow of the running activity as Temporal describes it. */
export interface OwnWorkflow {
  described: temporal.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;
  /** Milliseconds since Temporal was asked. */
  sinceMs(): number;
}

/** @throws what the client throws if Temporal can't be asked */
export async function describeOwnWorkflow(client: Client): Promise<OwnWorkflow> {
  const { workflowExecution: execution } = Context.current().info;
  const { namespace } = client.options;
  const askedMs = performance.now();
  const described = await soon(client, () =>
    client.workflowService.describeWorkflowExecution({ namespace, execution }),
  );
  return { described, sinceMs: () => performance.now() - askedMs };
}

/**
 * The service in whose name the web process has started the workflow, with the claimed identity, if
 * there is one: what the owner's own token has ordered is no act.
 */
export async function serviceInOwnersStead(
  temporal: Client,
  { described }: OwnWorkflow,
): Promise<InOwnersStead | undefined> {
  const payload = described.workflowExecutionInfo?.memo?.fields?.[SERVICE_MEMO];
  if (!payload) return undefined;
  const said = await decodeFromPayloadsAtIndex(temporal.options.loadedDataConverter, 0, [
    payload,
  ]).catch(() => undefined);
  const service = lineOf(said, NAME_LENGTH_MAX) || UNNAMED;
  return { service, claimedIdentity: await claimedIdentity(temporal) };
}

function soon<Answer>({ connection }: Client, ask: () => Promise<Answer>): Promise<Answer> {
  return connection.withDeadline(Date.now() + CLAIM_MS_MAX, ask);
}
