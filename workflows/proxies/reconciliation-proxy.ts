import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { RequestKey } from '../../activities/due-holds';
import type { GenerationActivities } from '../../activities/generation/generation-activities';
import type { GenerationOutcome } from '../../contract/generation-job';
import { generationTaskQueue, generationWorkflowId } from '../messages';
import { FAULT, outcomeOf, RAW_RESULTS } from './generation-outcome';
import { RECONCILIATION, SETTLING, UPKEEP } from './summaries';
import { withSummaries } from './with-summaries';

export type { DueOrphan, HoldsPage, RequestKey } from '../../activities/due-holds';
export type { PassScope } from '../../activities/reconciliation-activities';
export type { UpkeepInput, UpkeepPage } from '../../activities/upkeep-activities';

/** A pass that was begun by an earlier version doesn't know the kind. */
export type Orphan = RequestKey & { kind?: string };

export type SettledOrphan = 'committed' | 'released' | 'unsettled';

export const reconciliation = withSummaries(RECONCILIATION, (summary) =>
  proxyActivities({
    startToCloseTimeout: '5m',
    heartbeatTimeout: '30s',
    retry: { maximumAttempts: 5 },
    summary,
  }),
);

export const upkeep = withSummaries(UPKEEP, (summary) =>
  proxyActivities({
    startToCloseTimeout: '5m',
    heartbeatTimeout: '30s',
    retry: { maximumAttempts: 3 },
    summary,
  }),
);

/**
 * Asks for an orphan's final state, for 20 seconds at most: a provider or a worker that is away
 * must not block the pass. The next pass asks again.
 */
export async function settleOrphan({
  accountId,
  requestId,
  kind,
}: Orphan): Promise<GenerationOutcome> {
  const proxies = proxyActivities<GenerationActivities>({
    taskQueue: generationTaskQueue(workflowInfo().taskQueue),
    summary: SETTLING,
    startToCloseTimeout: '15s',
    scheduleToCloseTimeout: '20s',
    activityTypeInfo: RAW_RESULTS,
  });
  const idempotencyKey = generationWorkflowId(accountId, requestId);
  return outcomeOf(await proxies.settleGeneration({ idempotencyKey, kind })) ?? FAULT;
}
