import { log } from '@temporalio/activity';
import type { Client } from '@temporalio/client';

const LIST_MS_MAX = 10_000;

/**
 * Those of the workflows that Temporal lists as running, by one request. The list is a while behind:
 * a workflow that is missing there may run, and one that is there may have ended just now. So it
 * proves no end. Empty if there is no list, as on the time-skipping server, or it can't be had.
 */
export async function listedAsRunning(
  temporal: Client,
  workflowIds: string[],
): Promise<Set<string>> {
  const { namespace } = temporal.options;
  // Ids of accounts and requests hold no quotation mark.
  const ids = workflowIds.map((id) => `'${id}'`).join(', ');
  const query = `ExecutionStatus = 'Running' AND WorkflowId IN (${ids})`;
  const running = new Set<string>();
  let nextPageToken: Uint8Array | undefined;
  try {
    do {
      const page = await temporal.connection.withDeadline(Date.now() + LIST_MS_MAX, () =>
        temporal.workflowService.listWorkflowExecutions({
          ...{ namespace, query, nextPageToken },
          pageSize: workflowIds.length,
        }),
      );
      for (const { execution } of page.executions ?? []) running.add(execution?.workflowId ?? '');
      nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
    } while (nextPageToken);
  } catch (error) {
    log.warn('Running workflows could not be listed; each is asked about.', { error });
  }
  return running;
}
