import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { GenerateInput, GenerationActivities, GenerationOutcome } from '../../activities/generation-contract';
import type { PinnedQuote } from '../../contract/prices';
import { generationTaskQueue } from '../messages';
import { fairnessKeyOf } from './fairness';
import { shielded } from './quick-then-patient';

export type { GenerationOutcome } from '../../activities/generation-contract';

/** Runs the job on the generation queue. Queueing included, it ends within the kind's time limit. */
export function generate(input: GenerateInput, quote: PinnedQuote): Promise<GenerationOutcome> {
  const timeLimit = `${quote.timeLimitSeconds}s` as const;
  const proxies = proxyActivities<GenerationActivities>({
    taskQueue: generationTaskQueue(workflowInfo().taskQueue),
    summary: `${quote.kind}, ${quote.credits} credits`,
    startToCloseTimeout: timeLimit,
    scheduleToCloseTimeout: timeLimit,
    heartbeatTimeout: '10s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    priority: { priorityKey: 3, fairnessKey: fairnessKeyOf(input.accountId) },
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
  });
  return proxies.generate(input);
}

/** The truth about a job, however long it takes: nothing is released before the provider has said what became of it. */
export function settleGeneration(idempotencyKey: string): Promise<GenerationOutcome> {
  const proxies = proxyActivities<GenerationActivities>({
    taskQueue: generationTaskQueue(workflowInfo().taskQueue),
    summary: 'asks the provider what became of the job',
    startToCloseTimeout: '5m',
    heartbeatTimeout: '10s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
  });
  return shielded(() => proxies.settleGeneration({ idempotencyKey }));
}
