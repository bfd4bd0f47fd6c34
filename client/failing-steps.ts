import type { Client } from '@temporalio/client';
import { decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow';
import { tsToMs } from '@temporalio/common/lib/time';
import type { temporal as proto } from '@temporalio/proto';

type Description = proto.api.workflowservice.v1.IDescribeWorkflowExecutionResponse;
type Failure = proto.api.failure.v1.IFailure | null | undefined;
type HistoryEvent = proto.api.history.v1.IHistoryEvent;

/** More than one failed task and what may have come since. */
const EVENTS_READ = 20;

/** A step of a running workflow that is tried again. */
export interface FailingStep {
  kind: 'workflow-task' | 'activity';
  /** The activity's type, or `its workflow task`. */
  name: string;
  /** The attempt that is under way or comes next; 1 is the first. */
  attempt: number;
  /** What the last failure said; null if it is not known. */
  message: string | null;
  /** The type of the last failure, often an error code; null if it has none. */
  failureType: string | null;
  /**
   * ISO 8601: when the task failed first, or the activity was scheduled; null if the last events of
   * the history don't show it.
   */
  since: string | null;
}

interface RetriedStep extends Pick<FailingStep, 'kind' | 'name' | 'attempt'> {
  activityId?: string | null;
  failure?: Failure;
}

/**
 * The steps of a described workflow that are tried again: its task first, because while that fails
 * nothing of it goes on, then its activities.
 */
export function retriedSteps({
  pendingActivities,
  pendingWorkflowTask,
}: Description): RetriedStep[] {
  const steps: RetriedStep[] = (pendingActivities ?? [])
    .filter(({ lastFailure }) => lastFailure)
    .map(({ activityType, activityId, attempt, lastFailure }) => {
      const name = activityType?.name ?? '';
      return { kind: 'activity', name, attempt: attempt ?? 1, activityId, failure: lastFailure };
    });
  const attempt = pendingWorkflowTask?.attempt ?? 1;
  if (attempt === 1) return steps;
  return [{ kind: 'workflow-task', name: 'its workflow task', attempt }, ...steps];
}

/** The steps with why and since when they fail. Throws Temporal's own errors. */
export async function explained(
  temporal: Client,
  execution: proto.api.common.v1.IWorkflowExecution | null | undefined,
  steps: RetriedStep[],
): Promise<FailingStep[]> {
  if (steps.length === 0) return [];
  const { history } = await temporal.workflowService.getWorkflowExecutionHistoryReverse({
    namespace: temporal.options.namespace,
    execution,
    maximumPageSize: EVENTS_READ,
  });
  const events = history?.events ?? [];
  return Promise.all(
    steps.map(async ({ activityId, failure, ...step }) => {
      const began = events.find(step.kind === 'activity' ? schedules(activityId) : isFailedTask);
      // A history has the first failure of a task alone.
      const last = failure ?? began?.workflowTaskFailedEventAttributes?.failure;
      const failureType = last?.applicationFailureInfo?.type || null;
      return {
        ...step,
        failureType,
        message: await messageOf(temporal, last),
        since: timeOf(began),
      };
    }),
  );
}

function schedules(activityId: string | null | undefined) {
  return (event: HistoryEvent) =>
    event.activityTaskScheduledEventAttributes?.activityId === activityId;
}

function isFailedTask(event: HistoryEvent): boolean {
  return Boolean(
    event.workflowTaskFailedEventAttributes ?? event.workflowTaskTimedOutEventAttributes,
  );
}

function timeOf(event: HistoryEvent | undefined): string | null {
  return event?.eventTime ? new Date(tsToMs(event.eventTime)).toISOString() : null;
}

/** A worker with a codec has encrypted the message, perhaps by a key that isn't here. */
async function messageOf({ options }: Client, failure: Failure): Promise<string | null> {
  if (!failure) return null;
  const decoded = decodeOptionalFailureToOptionalError(options.loadedDataConverter, failure);
  return (await decoded.catch(() => undefined))?.message ?? failure.message ?? null;
}
