import type { Client } from '@temporalio/client';
import { temporal as proto } from '@temporalio/proto';

const { TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY } = proto.api.enums.v1.TaskQueueType;

/** A worker counts as polling for this long after its last poll; a long poll takes 60 s. */
const POLLER_FRESH_MS = 70_000;
const QUERY_TIMEOUT_MS = 3_000;

/** One side of a task queue: the tasks of workflows, or those of activities. */
export interface TaskQueueState {
  taskQueue: string;
  type: 'workflow' | 'activity';
  /** Pollers seen in the last 70 seconds. */
  pollers: number;
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
  const isFresh = ({ lastAccessTime }: proto.api.taskqueue.v1.IPollerInfo) =>
    Number(lastAccessTime?.seconds ?? 0) * 1000 > freshSinceMs;
  return {
    taskQueue,
    type,
    pollers: (pollers ?? []).filter(isFresh).length,
    backlog: Number(stats?.approximateBacklogCount ?? 0),
    backlogAgeSeconds: Number(stats?.approximateBacklogAge?.seconds ?? 0),
  };
}
