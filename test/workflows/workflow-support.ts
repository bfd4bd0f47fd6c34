import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { decodeUserMetadata } from '@temporalio/common/lib/internal-non-workflow';
import { eventually } from '../support/eventually';
import type { TestTemporal } from '../support/temporal';
import type { Holdfast } from './harness';

/** The current details of a workflow, as Temporal's UI shows them. Empty if it has set none. */
export async function currentDetailsOf(handle: WorkflowHandle): Promise<string> {
  const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails ?? '';
}

/** The summaries of a run's activities, as Temporal's UI shows them to who has the keys. */
export async function summariesOf(handle: WorkflowHandle): Promise<(string | undefined)[]> {
  const { events } = await handle.fetchHistory();
  const converter = handle.client.options.loadedDataConverter;
  const ofActivities = (events ?? []).flatMap(
    ({ userMetadata, workflowExecutionStartedEventAttributes: started }) =>
      userMetadata && !started ? [userMetadata] : [],
  );
  const decoded = ofActivities.map((metadata) => decodeUserMetadata(converter, metadata));
  return (await Promise.all(decoded)).map(({ staticSummary }) => staticSummary);
}

/** The sorted ids of the workflows that a list query finds. Temporal's lists are a moment late. */
export async function workflowIdsOf({ client }: TestTemporal, query: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
  return ids.sort();
}

/** The number of updates that the workflow's present run has accepted. */
export async function acceptedUpdatesOf(handle: WorkflowHandle): Promise<number> {
  const { events } = await handle.fetchHistory();
  return (
    events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length ?? 0
  );
}

/**
 * A reset as by `temporal workflow reset`: the workflow begins again from its first task, in a new
 * run. Returns when the new run has begun.
 */
export async function resetToFirstTask(
  { client, namespace }: TestTemporal,
  workflowId: string,
): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const firstTask = events?.find((event) => event.workflowTaskCompletedEventAttributes)?.eventId;
  await client.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId, runId },
    workflowTaskFinishEventId: firstTask,
    requestId: randomUUID(),
    reason: 'an operator tries again',
  });
  await eventually(async () => (await handle.describe()).runId !== runId);
}

/**
 * Deletes a workflow, open or closed, and waits until Temporal does not know it any more. The
 * server takes some seconds for one that has just closed.
 */
export async function deleteWorkflow(
  { client, namespace }: TestTemporal,
  workflowId: string,
): Promise<void> {
  const workflowExecution = { workflowId };
  await client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
  const handle = client.workflow.getHandle(workflowId);
  await eventually(async () => !(await handle.describe().catch(() => undefined)));
}

/** Waits until Temporal knows the workflow. No worker may have begun with it yet. */
export async function untilStarted({ client }: TestTemporal, workflowId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  await eventually(async () => (await handle.describe().catch(() => undefined)) !== undefined);
}

/** Waits until reconciliation is due to look at the request's reservation or place. */
export async function untilDueForReconciliation(
  { ledger }: Holdfast,
  accountId: string,
  requestId: string,
): Promise<void> {
  await eventually(async () => {
    const record = await ledger.request(accountId, requestId);
    return Date.parse(record?.expiresAt ?? '') < Date.now();
  });
}
