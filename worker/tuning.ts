import { ResourceBasedController, type WorkerOptions, type WorkerTuner } from '@temporalio/worker';
import { SHARE_OF_AN_ACCOUNT } from '../ledger/connection/account-shares';
import type { TuningConfig } from './tuning-config';
import type { WorkerConfig } from './worker-config';

/** What the workers of one process are made with. */
export interface Tuning {
  /** The queue of workflows, with the ledger's activities. */
  ledger: Partial<WorkerOptions>;
  /** The queues of payments and of notices. */
  others: Partial<WorkerOptions>;
  generation: Partial<WorkerOptions>;
}

/** The SDK refuses a workflow poller's maximum below two. */
const POLLERS_MIN = 2;
const POLLERS_AT_FIRST = 5;

export function tuningOf(config: WorkerConfig): Tuning {
  const { tuning, maxConcurrentGenerations, generationsPerMinute } = config;
  const pollers = pollersOf(tuning.pollersMax);
  const ledger = { ...pollers, maxCachedWorkflows: tuning.cachedWorkflows };
  const generation = {
    ...pollers,
    ...(generationsPerMinute !== undefined && {
      maxTaskQueueActivitiesPerSecond: generationsPerMinute / 60,
    }),
  };
  const { target } = tuning;
  if (target === undefined) {
    const { activitySlots } = tuning;
    return {
      ledger: { ...ledger, ...fixedSlots(tuning) },
      others: { ...pollers, maxConcurrentActivityTaskExecutions: activitySlots },
      generation: { ...generation, maxConcurrentActivityTaskExecutions: maxConcurrentGenerations },
    };
  }
  // One controller for all workers: they share the machine.
  const controller = ResourceBasedController.create({
    targetMemoryUsage: target.memoryPercent / 100,
    targetCpuUsage: target.cpuPercent / 100,
  });
  const tuner = (maximumSlots?: number): WorkerTuner => ({
    controller,
    ...(maximumSlots !== undefined && { activityTaskSlotOptions: { maximumSlots } }),
  });
  return {
    ledger: { ...ledger, tuner: tuner() },
    others: { ...pollers, tuner: tuner() },
    generation: { ...generation, tuner: tuner(maxConcurrentGenerations) },
  };
}

/** How many slots one account's calls of the ledger may have, so that the others' find some. */
export function accountPlaces({ tuning }: Pick<WorkerConfig, 'tuning'>): number {
  const slots = Math.min(tuning.workflowTaskSlots, tuning.localActivitySlots);
  return Math.floor(SHARE_OF_AN_ACCOUNT * slots);
}

function fixedSlots({ workflowTaskSlots, activitySlots, localActivitySlots }: TuningConfig) {
  return {
    maxConcurrentWorkflowTaskExecutions: workflowTaskSlots,
    maxConcurrentActivityTaskExecutions: activitySlots,
    maxConcurrentLocalActivityExecutions: localActivitySlots,
  };
}

function pollersOf(maximum: number | undefined): Partial<WorkerOptions> {
  if (maximum === undefined) return {};
  const behavior = {
    type: 'autoscaling',
    minimum: POLLERS_MIN,
    initial: Math.min(POLLERS_AT_FIRST, maximum),
    maximum,
  } as const;
  return { workflowTaskPollerBehavior: behavior, activityTaskPollerBehavior: behavior };
}
