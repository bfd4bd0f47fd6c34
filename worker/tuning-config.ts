import type { Given } from '../config/read-environment';
import type { ReadBy } from '../config/variables';

export interface TuningConfig {
  /** Workflows that stay in memory between their tasks; by default as the heap has room for. */
  cachedWorkflows?: number;
  /** At the same time, of the process's workflows. */
  workflowTaskSlots: number;
  /** At the same time, of each of its queues but the generation queue. */
  activitySlots: number;
  localActivitySlots: number;
  /** The use of the machine up to which slots are given, instead of fixed numbers. */
  target?: { memoryPercent: number; cpuPercent: number };
  /** Pollers of a queue are as many as it needs, up to this; without it at most ten. */
  pollersMax?: number;
}

export function tuningConfigOf(settings: ReadBy<'worker'>): TuningConfig {
  const memoryPercent = settings.HOLDFAST_TUNER_MEMORY_PERCENT;
  const cpuPercent = settings.HOLDFAST_TUNER_CPU_PERCENT;
  return {
    cachedWorkflows: settings.HOLDFAST_CACHED_WORKFLOWS,
    workflowTaskSlots: settings.HOLDFAST_WORKFLOW_TASK_SLOTS,
    activitySlots: settings.HOLDFAST_ACTIVITY_SLOTS,
    localActivitySlots: settings.HOLDFAST_LOCAL_ACTIVITY_SLOTS,
    pollersMax: settings.HOLDFAST_POLLERS_MAX,
    ...(memoryPercent !== undefined &&
      cpuPercent !== undefined && { target: { memoryPercent, cpuPercent } }),
  };
}

const TARGETS = ['HOLDFAST_TUNER_MEMORY_PERCENT', 'HOLDFAST_TUNER_CPU_PERCENT'];
const FIXED = [
  'HOLDFAST_WORKFLOW_TASK_SLOTS',
  'HOLDFAST_ACTIVITY_SLOTS',
  'HOLDFAST_LOCAL_ACTIVITY_SLOTS',
];

/** Of two answers to the same question one would have no effect. */
export function tuningProblems(given: Given): string[] {
  const targets = TARGETS.filter((name) => given[name] !== undefined);
  const [missing = ''] = TARGETS.filter((name) => given[name] === undefined);
  if (targets.length === 0) return [];
  if (targets.length === 1)
    return [`${missing}: is required with ${targets[0]}; set both or neither`];
  return FIXED.filter((name) => given[name] !== undefined).map(
    (name) =>
      `${name}: slots are fixed or given by the tuner; unset it, or ${TARGETS.join(' and ')}`,
  );
}
