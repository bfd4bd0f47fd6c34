import { getHeapStatistics } from 'node:v8';
import {
  ResourceBasedController,
  type ResourceBasedTuner,
  type WorkerOptions,
  type WorkerTuner,
} from '@temporalio/worker';
import { shareOfAnAccount } from '../ledger/connection/account-shares';
import type { TuningConfig } from './tuning-config';
import type { WorkerConfig } from './worker-config';

type TunerOptions = Pick<ResourceBasedTuner, 'workflowTaskSlotOptions' | 'activityTaskSlotOptions'>;

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

/** The SDK takes no fewer for workflow tasks. */
const SLOTS_MIN = 2;

export function tuningOf(config: WorkerConfig): Tuning {
  const { tuning, maxConcurrentGenerations, generationsPerMinute } = config;
  const pollers = pollersOf(tuning.pollersMax);
  const ledger = { ...pollers, maxCachedWorkflows: cachedWorkflowsOf(tuning) };
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
  const tuner = (options: TunerOptions = {}): WorkerTuner => ({
    controller,
    ...options,
  });
  const ofTasks = { maximumSlots: slotsInCache(tuning) };
  const ofGenerations = { maximumSlots: maxConcurrentGenerations };
  return {
    ledger: { ...ledger, tuner: tuner({ workflowTaskSlotOptions: ofTasks }) },
    others: { ...pollers, tuner: tuner() },
    generation: { ...generation, tuner: tuner({ activityTaskSlotOptions: ofGenerations }) },
  };
}

/** How many slots one account's calls of the ledger may have, so that the others' find some. */
export function accountPlaces({ tuning }: Pick<WorkerConfig, 'tuning'>): number {
  return shareOfAnAccount(Math.min(workflowTaskSlotsOf(tuning), tuning.localActivitySlots));
}

function fixedSlots(tuning: TuningConfig) {
  return {
    maxConcurrentWorkflowTaskExecutions: workflowTaskSlotsOf(tuning),
    maxConcurrentActivityTaskExecutions: tuning.activitySlots,
    maxConcurrentLocalActivityExecutions: tuning.localActivitySlots,
  };
}

function workflowTaskSlotsOf(tuning: TuningConfig): number {
  return Math.min(tuning.workflowTaskSlots, slotsInCache(tuning));
}

/**
 * The most slots for workflow tasks, half of the cache: the SDK's core puts a workflow out of a full
 * cache while its local activity runs, and its task is then never answered.
 */
function slotsInCache(tuning: TuningConfig): number {
  return Math.floor(cachedWorkflowsOf(tuning) / 2);
}

/**
 * By default as the SDK does it: 600 for each GiB of the heap above 200 MiB, ten at least. Twice the
 * fewest slots in any case.
 */
function cachedWorkflowsOf({ cachedWorkflows }: TuningConfig): number {
  const heapMiB = getHeapStatistics().heap_size_limit / 2 ** 20;
  const byHeap = Math.max(10, Math.floor((Math.max(heapMiB - 200, 0) * 600) / 1024));
  return Math.max(2 * SLOTS_MIN, cachedWorkflows ?? byHeap);
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
