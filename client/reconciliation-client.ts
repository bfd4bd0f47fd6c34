import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/client';
import type { ActWords } from '../contract/act';
import { HoldfastError } from '../contract/errors';
import { checkKey } from '../contract/ids';
import type { PassPace, ReconciliationReport } from '../contract/reconciliation';
import { manualReconciliationWorkflowId, RECONCILIATION_SCHEDULE_ID } from '../workflows/messages';
import type { reconciliationWorkflow } from '../workflows/workflows';
import type { ClientContext } from './client-context';
import { translateSentError } from './errors';
import { taskQueueState } from './task-queues';

/** Passes never overlap, so a pass that hangs would stop all later ones. */
const PASS_TIMEOUT_SECONDS = 600;

/** Passes of reconciliation, which settle what a lost workflow has left behind. */
export class Reconciliation {
  readonly #context: ClientContext;

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /**
   * Runs one pass now, beside the scheduled ones, and waits for its end, 10 minutes at most. A pass
   * that would release suspiciously many reservations (more than 20 and more than 5 % of the open
   * ones) releases none, and its report's status is `stopped`; `confirm` lets it release them, and
   * is kept as an act with `reason` and `by`. Each call is a pass of its own; with a `key`, a
   * repetition gets the first one's report, once for each of both values of `confirm`.
   *
   * @example const { status, released } = await holdfast.reconciliation.run();
   * @throws HoldfastError NO_WORKER, TEMPORAL_UNAVAILABLE
   */
  async run({
    confirm = false,
    key,
    ...words
  }: { confirm?: boolean; key?: string } & ActWords = {}): Promise<ReconciliationReport> {
    const { temporal, taskQueue, ledgerCheck } = this.#context;
    const name = key === undefined ? new Date().toISOString() : checkKey(key);
    const workflowId = manualReconciliationWorkflowId(name, confirm);
    try {
      await ledgerCheck.ensure();
      await this.#requireWorker();
      return await temporal.workflow.execute<typeof reconciliationWorkflow>(
        'reconciliationWorkflow',
        {
          ...{ workflowId, taskQueue, args: [{ confirm, ...words }] },
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          workflowRunTimeout: `${PASS_TIMEOUT_SECONDS}s`,
          staticSummary: confirm ? 'Confirmed reconciliation pass' : 'Reconciliation pass',
        },
      );
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return this.#reportOf(workflowId);
      throw translateSentError(error);
    }
  }

  /**
   * Creates the Schedule of the passes, one every `everySeconds`, or changes the existing one to
   * that interval. While nothing is due, the interval doubles up to `idleSeconds`: by default it
   * doesn't. A paused Schedule stays paused. Repeating it changes nothing.
   *
   * @throws HoldfastError TEMPORAL_UNAVAILABLE
   */
  async schedule({
    everySeconds,
    idleSeconds = everySeconds,
  }: Pick<PassPace, 'everySeconds'> & Partial<PassPace>): Promise<void> {
    const pace = { everySeconds, idleSeconds };
    const timeoutSeconds = PASS_TIMEOUT_SECONDS + idleSeconds;
    const options = {
      spec: { intervals: [{ every: `${everySeconds}s` as const }] },
      action: {
        type: 'startWorkflow' as const,
        workflowType: 'reconciliationWorkflow',
        workflowId: RECONCILIATION_SCHEDULE_ID,
        taskQueue: this.#context.taskQueue,
        args: [idleSeconds > everySeconds ? { pace } : {}],
        workflowRunTimeout: `${timeoutSeconds}s` as const,
        staticSummary: 'Reconciliation pass',
      },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1m' as const },
    };
    const { schedule } = this.#context.temporal;
    const update = () =>
      schedule.getHandle(RECONCILIATION_SCHEDULE_ID).update(({ state }) => ({ ...options, state }));
    try {
      await this.#context.ledgerCheck.ensure();
      await schedule
        .create({ scheduleId: RECONCILIATION_SCHEDULE_ID, ...options })
        .catch((error) => {
          if (!(error instanceof ScheduleAlreadyRunning)) throw error;
          return update();
        });
    } catch (error) {
      throw translateSentError(error);
    }
  }

  async #reportOf(workflowId: string): Promise<ReconciliationReport> {
    const { workflow } = this.#context.temporal;
    try {
      return await workflow.getHandle<typeof reconciliationWorkflow>(workflowId).result();
    } catch (error) {
      throw translateSentError(error);
    }
  }

  /** Without a worker the call would wait for the pass until it times out. */
  async #requireWorker(): Promise<void> {
    const { pollers } = await taskQueueState(
      this.#context.temporal,
      this.#context.taskQueue,
      'workflow',
    );
    if (pollers > 0) return;
    const taskQueue = this.#context.taskQueue;
    throw new HoldfastError(
      'NO_WORKER',
      `No worker that gets new work polls the task queue ${taskQueue}: start one, or make its build current.`,
      {
        taskQueue,
      },
    );
  }
}
