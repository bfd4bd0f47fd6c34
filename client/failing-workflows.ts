import type { Client } from '@temporalio/client';
import type { temporal as proto } from '@temporalio/proto';
import { explained, type FailingStep, retriedSteps } from './failing-steps';
import { unlessStatus } from './grpc-status';

type Execution = proto.api.common.v1.IWorkflowExecution;

const ANSWER_MS = 10_000;
const PAGE_SIZE = 200;
const BATCH_SIZE = 20;

/** A task that has failed once may have lost its worker; a second failure is no accident. */
export const TASK_ATTEMPTS_MAX = 2;
/** Activities with more attempts count as failing. */
export const ACTIVITY_ATTEMPTS_MAX = 3;

/** Newer servers find workflows whose task has failed twice in a row by this attribute. */
const REPORTED =
  'TemporalReportedProblems IN ("category=WorkflowTaskFailed", "category=WorkflowTaskTimedOut")';

export interface FailingWorkflow extends FailingStep {
  workflowId: string;
}

export interface FailingWorkflows {
  /** How many workflows run on the task queue, about. */
  running: number;
  /** How many of them were looked at. */
  looked: number;
  failing: FailingWorkflow[];
}

export interface LookOptions {
  /** How many running workflows are looked at, newest first. */
  limit: number;
  /** Is told how many have been looked at. */
  onProgress?: (looked: number) => void;
}

/**
 * Running workflows whose task fails, or whose activity does again and again. Temporal has no list
 * of them, so it is asked about each workflow. Throws Temporal's own errors.
 */
export async function failingWorkflows(
  temporal: Client,
  taskQueue: string,
  { limit, onProgress = () => {} }: LookOptions,
): Promise<FailingWorkflows> {
  const query = `ExecutionStatus = "Running" AND TaskQueue = "${taskQueue}"`;
  const { namespace } = temporal.options;
  const { count } = await within(temporal, () =>
    temporal.workflowService.countWorkflowExecutions({ namespace, query }),
  );
  const found: FailingWorkflows = { running: Number(count), looked: 0, failing: [] };
  for await (const batch of batches(temporal, query, limit)) {
    const looks = await Promise.all(batch.map((execution) => failingIn(temporal, execution)));
    found.looked += batch.length;
    found.failing.push(...looks.flat());
    onProgress(found.looked);
  }
  return found;
}

/** Those whose task is reported to fail come first, then all, newest first, each once. */
async function* batches(
  temporal: Client,
  query: string,
  limit: number,
): AsyncGenerator<Execution[]> {
  const seen = new Set<string>();
  for (const asked of [`${query} AND ${REPORTED}`, query]) {
    for await (const page of pages(temporal, asked)) {
      const fresh = page
        .filter(({ runId }) => runId && !seen.has(runId))
        .slice(0, limit - seen.size);
      for (const { runId } of fresh) seen.add(runId ?? '');
      for (let first = 0; first < fresh.length; first += BATCH_SIZE)
        yield fresh.slice(first, first + BATCH_SIZE);
      if (seen.size >= limit) return;
    }
  }
}

/** Nothing if the server doesn't know an attribute of the query. */
async function* pages(temporal: Client, query: string): AsyncGenerator<Execution[]> {
  const { namespace } = temporal.options;
  let nextPageToken: Uint8Array | undefined;
  do {
    const asked = { namespace, query, pageSize: PAGE_SIZE, nextPageToken };
    const page = await within(temporal, () =>
      temporal.workflowService.listWorkflowExecutions(asked),
    ).catch(unlessStatus('INVALID_ARGUMENT'));
    yield (page?.executions ?? []).flatMap(({ execution }) => execution ?? []);
    nextPageToken = page?.nextPageToken ?? undefined;
  } while (nextPageToken?.length);
}

async function failingIn(temporal: Client, execution: Execution): Promise<FailingWorkflow[]> {
  const { namespace } = temporal.options;
  const description = await within(temporal, () =>
    temporal.workflowService.describeWorkflowExecution({ namespace, execution }),
  ).catch(unlessStatus('NOT_FOUND'));
  if (!description) return [];
  const failing = retriedSteps(description).filter(
    ({ kind, attempt }) =>
      attempt > (kind === 'activity' ? ACTIVITY_ATTEMPTS_MAX : TASK_ATTEMPTS_MAX),
  );
  const steps = await within(temporal, () => explained(temporal, execution, failing));
  return steps.map((step) => ({ workflowId: execution.workflowId ?? '', ...step }));
}

function within<Answer>(temporal: Client, ask: () => Promise<Answer>): Promise<Answer> {
  return temporal.withDeadline(Date.now() + ANSWER_MS, ask);
}
