import { ScheduleNotFoundError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { identityOf, type TemporalIdentity } from '../contract/temporal-identity';
import {
  generationTaskQueue,
  noticesTaskQueue,
  paymentsTaskQueue,
  RECONCILIATION_SCHEDULE_ID,
} from '../workflows/messages';
import type { ClientContext } from './client-context';
import { type ClockReading, readServerClock } from './clock-reading';
import { translateTemporalError } from './errors';
import { type FailingWorkflows, failingWorkflows, type LookOptions } from './failing-workflows';
import { unlessStatus } from './grpc-status';
import { recordedLedger } from './ledger-record';
import {
  registerSearchAttributes,
  type SearchAttributesState,
  searchAttributesState,
} from './register-search-attributes';
import { type TaskQueueState, taskQueueState } from './task-queues';
import { standingOf, type WorkflowStanding } from './workflow-state';

const DAY_MS = 86_400_000;

/** The Schedule that starts the passes of reconciliation. */
export interface ReconciliationSchedule {
  paused: boolean;
  /** ISO 8601; null where no further pass is planned. */
  nextAt: string | null;
}

/**
 * What an operator sets up and inspects in Temporal. Every method throws HoldfastError
 * TEMPORAL_UNAVAILABLE. What inspects an installation does so in another ledger's namespace too.
 */
export class Operations {
  readonly #context: ClientContext;

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /** Adds the search attributes that the namespace lacks. Repeating it changes nothing. */
  registerSearchAttributes(): Promise<void> {
    const { temporal, searchedBy } = this.#context;
    const { connection, options } = temporal;
    return translatingErrors(() =>
      registerSearchAttributes(connection, options.namespace, searchedBy),
    );
  }

  /** Which search attributes the namespace lacks, and what takes their room. */
  searchAttributes(): Promise<SearchAttributesState> {
    const { temporal, searchedBy } = this.#context;
    const { connection, options } = temporal;
    return translatingErrors(() =>
      searchAttributesState(connection, options.namespace, searchedBy),
    );
  }

  /**
   * Creates the namespace where it isn't there; it may take Temporal some seconds until it serves it.
   * One that is there keeps its retention.
   */
  async createNamespace(retentionDays: number): Promise<void> {
    const { connection, options } = this.#context.temporal;
    const { namespace } = options;
    const workflowExecutionRetentionPeriod = msToTs(retentionDays * DAY_MS);
    await translatingErrors(async () => {
      await connection.workflowService
        .registerNamespace({ namespace, workflowExecutionRetentionPeriod })
        .catch(unlessStatus('ALREADY_EXISTS'));
    });
  }

  /** For how many seconds the namespace keeps closed workflows. */
  async retentionSeconds(): Promise<number> {
    const { connection, options } = this.#context.temporal;
    const { namespace } = options;
    const { config } = await translatingErrors(() =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  }

  /** The clock of Temporal's server; null if this key may not ask for it. */
  serverClock(): Promise<ClockReading | null> {
    const { temporal, taskQueue } = this.#context;
    return translatingErrors(() => readServerClock(temporal, taskQueue));
  }

  /**
   * Running workflows whose task has failed twice or more in a row, or of which an activity has
   * failed three times or more; of the newest `limit` workflows. It asks about each of them.
   */
  failingWorkflows(options: LookOptions): Promise<FailingWorkflows> {
    const { temporal, taskQueue } = this.#context;
    return translatingErrors(() => failingWorkflows(temporal, taskQueue, options));
  }

  /**
   * Checks that the namespace belongs to the client's ledger, and the ledger to the namespace, and
   * records both on first use. Does nothing if the client was created without a ledger.
   *
   * @throws HoldfastError LEDGER_MISMATCH, TEMPORAL_IDENTITY_MISMATCH, LEDGER_UNAVAILABLE
   */
  checkLedger(): Promise<void> {
    return this.#context.ledgerCheck.now();
  }

  /** The id of the ledger that the namespace belongs to; null if it records none. */
  recordedLedger(): Promise<string | null> {
    return translatingErrors(() => recordedLedger(this.#context.temporal));
  }

  /** The ids of the namespace, by which the ledger knows its Temporal, and of the cluster. */
  identity(): Promise<TemporalIdentity> {
    const { connection, options } = this.#context.temporal;
    return translatingErrors(() => identityOf(connection, options.namespace));
  }

  /**
   * Pollers and backlog of five queues: workflow tasks, activities, generations, notices, payments;
   * in this order. Without a payment provider none polls the last, which is left out then.
   */
  async taskQueues(): Promise<TaskQueueState[]> {
    const { temporal, taskQueue } = this.#context;
    const queues = await translatingErrors(() =>
      Promise.all([
        taskQueueState(temporal, taskQueue, 'workflow'),
        taskQueueState(temporal, taskQueue, 'activity'),
        taskQueueState(temporal, generationTaskQueue(taskQueue), 'activity'),
        taskQueueState(temporal, noticesTaskQueue(taskQueue), 'activity'),
        taskQueueState(temporal, paymentsTaskQueue(taskQueue), 'activity'),
      ]),
    );
    return queues.filter(
      (queue, index) => index < queues.length - 1 || queue.pollers > 0 || queue.backlog > 0,
    );
  }

  /**
   * A workflow's state and the last failure of its pending step; `unknown` if Temporal has no
   * workflow of that id.
   *
   * @throws HoldfastError LEDGER_MISMATCH, TEMPORAL_IDENTITY_MISMATCH
   */
  async standingOf(workflowId: string): Promise<WorkflowStanding> {
    await this.#context.ledgerCheck.ensure();
    return standingOf(this.#context.temporal, workflowId);
  }

  /**
   * The Schedule of reconciliation; null if there is none. `reconciliation.schedule` creates it.
   */
  async reconciliationSchedule(): Promise<ReconciliationSchedule | null> {
    try {
      const { state, info } = await this.#context.temporal.schedule
        .getHandle(RECONCILIATION_SCHEDULE_ID)
        .describe();
      return { paused: state.paused, nextAt: info.nextActionTimes[0]?.toISOString() ?? null };
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return null;
      throw translateTemporalError(error);
    }
  }
}

async function translatingErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translateTemporalError(error);
  }
}
