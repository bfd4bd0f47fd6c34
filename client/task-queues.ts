import type { Client } from '@temporalio/client';
import { temporal as proto } from '@temporalio/proto';

const { TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY } = proto.api.enums.v1.TaskQueueType;

type PollerInfo = proto.api.taskqueue.v1.IPollerInfo;

/** A worker counts as polling for this long after its last poll; a long poll takes 60 s. */
const POLLER_FRESH_MS = 70_000;
const QUERY_TIMEOUT_MS = 3_000;

/** The pollers of one build. */
export interface PollingBuild {
  /** `deployment/build` of a versioned worker; else the SDK and, of workflows, the bundle's hash. */
  build: string;
  pollers: number;
}

/** One side of a task queue: the tasks of workflows, or those of activities. */
export interface TaskQueueState {
  taskQueue: string;
  type: 'workflow' | 'activity';
  /** Pollers seen in the last 70 seconds. */
  pollers: number;
  /** The same by the build that they run. */
  builds: PollingBuild[];
  /** Tasks that wait for a worker, approximately. */
  backlog: number;
  /** How long the oldest of them has waited. */
  backlogAgeSeconds: number;
}

/**
 * The state of one side of a task queue. Throws Temporal's own errors; it gives up after 3 seconds.
 */
export async function taskQueueState(
  { connection, options }: Client,
  taskQueue: string,
  type: TaskQueueState['type'],
): Promise<TaskQueueState> {
  const { pollers, stats } = await connection.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () =>
    connection.workflowService.describeTaskQueue({
      namespace: options.namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: type === 'workflow' ? TASK_QUEUE_TYPE_WORKFLOW : TASK_QUEUE_TYPE_ACTIVITY,
      reportStats: true,
    }),
  );
  const freshSinceMs = Date.now() - POLLER_FRESH_MS;
  const isFresh = ({ lastAccessTime }: PollerInfo) =>
    Number(lastAccessTime?.seconds ?? 0) * 1000 > freshSinceMs;
  const fresh = (pollers ?? []).filter(isFresh);
  return {
    taskQueue,
    type,
    pollers: fresh.length,
    builds: byBuild(fresh),
    backlog: Number(stats?.approximateBacklogCount ?? 0),
    backlogAgeSeconds: Number(stats?.approximateBacklogAge?.seconds ?? 0),
  };
}

function byBuild(pollers: PollerInfo[]): PollingBuild[] {
  const counts = new Map<string, number>();
  for (const poller of pollers) {
    const build = buildOf(poller);
    counts.set(build, (counts.get(build) ?? 0) + 1);
  }
  return [...counts].map(([build, count]) => ({ build, pollers: count }));
}

function buildOf({ deploymentOptions, workerVersionCapabilities }: PollerInfo): string {
  const { deploymentName, buildId } = deploymentOptions ?? {};
  if (deploymentName) return `${deploymentName}/${buildId}`;
  return workerVersionCapabilities?.buildId || 'unknown';
}
