import type { Client } from '@temporalio/client';
import { temporal as proto } from '@temporalio/proto';

const { TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY } = proto.api.enums.v1.TaskQueueType;
const { WORKER_VERSIONING_MODE_VERSIONED } = proto.api.enums.v1.WorkerVersioningMode;

type PollerInfo = proto.api.taskqueue.v1.IPollerInfo;

/** A worker counts as polling for this long after its last poll; a long poll takes 60 s. */
const POLLER_FRESH_MS = 70_000;
const QUERY_TIMEOUT_MS = 3_000;

/** One side of a task queue: the tasks of workflows, or those of activities. */
export interface TaskQueueState {
  taskQueue: string;
  type: 'workflow' | 'activity';
  /** Pollers seen in the last 70 seconds that get new work. */
  pollers: number;
  /** The builds that have polled in that time. */
  builds: PollingBuild[];
  /** Tasks that wait for a worker, approximately. */
  backlog: number;
  /** How long the oldest of them has waited. */
  backlogAgeSeconds: number;
}

/** The pollers of one build. */
export interface PollingBuild {
  /** Null for workers without a deployment. */
  deployment: string | null;
  /** Without a deployment: the SDK and, of workflows, the bundle's hash; null if it isn't known. */
  buildId: string | null;
  pollers: number;
  /** New work goes to the current build, and a share of it to the one that is ramping. */
  routing: 'current' | 'ramping' | 'none';
}

/**
 * The state of one side of a task queue. Throws Temporal's own errors; it gives up after 3 seconds.
 */
export async function taskQueueState(
  { connection, options }: Client,
  taskQueue: string,
  type: TaskQueueState['type'],
): Promise<TaskQueueState> {
  const { pollers, stats, versioningInfo } = await connection.withDeadline(
    Date.now() + QUERY_TIMEOUT_MS,
    () =>
      connection.workflowService.describeTaskQueue({
        namespace: options.namespace,
        taskQueue: { name: taskQueue },
        taskQueueType: type === 'workflow' ? TASK_QUEUE_TYPE_WORKFLOW : TASK_QUEUE_TYPE_ACTIVITY,
        reportStats: true,
      }),
  );
  const builds = pollingBuilds((pollers ?? []).filter(isFresh), versioningInfo ?? {});
  const working = builds.filter(({ routing }) => routing !== 'none');
  return {
    taskQueue,
    type,
    pollers: working.reduce((sum, { pollers: some }) => sum + some, 0),
    builds,
    backlog: Number(stats?.approximateBacklogCount ?? 0),
    backlogAgeSeconds: Number(stats?.approximateBacklogAge?.seconds ?? 0),
  };
}

function isFresh({ lastAccessTime }: PollerInfo): boolean {
  return Number(lastAccessTime?.seconds ?? 0) * 1000 > Date.now() - POLLER_FRESH_MS;
}

function pollingBuilds(
  pollers: PollerInfo[],
  routes: proto.api.taskqueue.v1.ITaskQueueVersioningInfo,
): PollingBuild[] {
  const builds = new Map<string, PollingBuild>();
  for (const { deploymentOptions, workerVersionCapabilities } of pollers) {
    const isVersioned =
      deploymentOptions?.workerVersioningMode === WORKER_VERSIONING_MODE_VERSIONED;
    const version = isVersioned ? deploymentOptions : null;
    const buildId = (version ?? workerVersionCapabilities)?.buildId || null;
    const key = JSON.stringify([version?.deploymentName, buildId]);
    const build = builds.get(key) ?? {
      ...{ deployment: version?.deploymentName ?? null, buildId, pollers: 0 },
      routing: routingOf(nameOf(version), routes),
    };
    build.pollers += 1;
    builds.set(key, build);
  }
  return [...builds.values()];
}

/** Without a current version new work goes to workers that have none. */
function routingOf(
  name: string,
  routes: proto.api.taskqueue.v1.ITaskQueueVersioningInfo,
): PollingBuild['routing'] {
  if (name === nameOf(routes.currentDeploymentVersion)) return 'current';
  const isRamping = Number(routes.rampingVersionPercentage ?? 0) > 0;
  return isRamping && name === nameOf(routes.rampingDeploymentVersion) ? 'ramping' : 'none';
}

function nameOf(
  version: { deploymentName?: string | null; buildId?: string | null } | null | undefined,
): string {
  return version?.buildId ? `${version.deploymentName}.${version.buildId}` : '';
}
