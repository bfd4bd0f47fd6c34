import { ScheduleNotFoundError } from '@temporalio/client';
import { identityOf, type TemporalIdentity } from '../contract/temporal-identity';
import {
  generationTaskQueue,
  noticesTaskQueue,
  RECONCILIATION_SCHEDULE_ID,
} from '../workflows/messages';
import type { ClientContext } from './client-context';
import { translateTemporalError } from './errors';
import { registerSearchAttributes } from './register-search-attributes';
import { type TaskQueueState, taskQueueState } from './task-queues';
import { standingOf, type WorkflowStanding } from './workflow-standing';

export interface ReconciliationSchedule {
  paused: boolean;
  /** ISO 8601; null where no further pass is planned. */
  nextAt: string | null;
}

/** What an operator prepares and looks at. All failures are HoldfastErrors, TEMPORAL_UNAVAILABLE above all. */
export class Operations {
  readonly #context: ClientContext;

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /** Adds the search attributes that the namespace has not got yet; safe to repeat. */
  registerSearchAttributes(): Promise<void> {
    const { connection, options } = this.#context.temporal;
    return translated(() => registerSearchAttributes(connection, options.namespace));
  }

  identity(): Promise<TemporalIdentity> {
    const { connection, options } = this.#context.temporal;
    return translated(() => identityOf(connection, options.namespace));
  }

  /** The workflow queue's workflow and activity side, the generation queue and that of notices. */
  taskQueues(): Promise<TaskQueueState[]> {
    const { temporal, taskQueue } = this.#context;
    return translated(() =>
      Promise.all([
        taskQueueState(temporal, taskQueue, 'workflow'),
        taskQueueState(temporal, taskQueue, 'activity'),
        taskQueueState(temporal, generationTaskQueue(taskQueue), 'activity'),
        taskQueueState(temporal, noticesTaskQueue(taskQueue), 'activity'),
      ]),
    );
  }

  /** How a workflow stands, and what keeps it; `unknown` where Temporal has none of that id. */
  standingOf(workflowId: string): Promise<WorkflowStanding> {
    return standingOf(this.#context.temporal, workflowId);
  }

  /** Null where there is none: `reconciliation.schedule` creates it. */
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

async function translated<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw translateTemporalError(error);
  }
}
