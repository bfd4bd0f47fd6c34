import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { GenerationActivities, GenerationOutcome } from '../../activities/generation-contract';
import type { ReconciliationActivities, RequestKey } from '../../activities/reconciliation';
import { generationTaskQueue, generationWorkflowId } from '../messages';

export type { InspectedPage, PassScope, RequestKey } from '../../activities/reconciliation';

export type SettledOrphan = 'committed' | 'released' | 'unsettled';

export const reconciliation = proxyActivities<ReconciliationActivities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '30s',
  retry: { maximumAttempts: 5 },
});

/** A provider or a generation worker that is away must not hold up the pass; the next one asks again. */
export function settleOrphan({ accountId, requestId }: RequestKey): Promise<GenerationOutcome> {
  const proxies = proxyActivities<GenerationActivities>({
    taskQueue: generationTaskQueue(workflowInfo().taskQueue),
    startToCloseTimeout: '15s',
    scheduleToCloseTimeout: '20s',
  });
  return proxies.settleGeneration({ idempotencyKey: generationWorkflowId(accountId, requestId) });
}
