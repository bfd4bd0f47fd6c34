import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { translateTemporalError } from '../client/errors';
import { GRPC_STATUS, serviceErrorOf } from '../client/grpc-status';
import { HoldfastError } from '../contract/errors';

const PAGE_SIZE = 200;

export interface FoundRun {
  workflowId: string;
  runId: string;
  workflowType: string;
  taskQueue: string;
  history: temporal.api.history.v1.IHistory;
}

/**
 * The runs that match a query, with their histories, each handed out once to one of several readers.
 * A history is read when it is asked for, so no more of them are in memory than there are readers.
 */
export class RunSource {
  looked = 0;
  gone = 0;
  /** Whether every run was handed out, up to the limit. */
  isExhausted = false;
  readonly #client: Client;
  readonly #runs: AsyncIterator<WorkflowExecutionInfo>;
  readonly #limit: number;
  readonly #isSkipped: (run: WorkflowExecutionInfo) => boolean;
  #isStopped = false;

  constructor(
    client: Client,
    query: string,
    limit: number,
    isSkipped: (run: WorkflowExecutionInfo) => boolean,
  ) {
    this.#client = client;
    const pageSize = Math.min(limit, PAGE_SIZE);
    this.#runs = client.workflow.list({ query, pageSize })[Symbol.asyncIterator]();
    this.#limit = limit;
    this.#isSkipped = isSkipped;
  }

  /** Hands out nothing more. */
  stop(): void {
    this.#isStopped = true;
  }

  /**
   * The next run; undefined after the last one.
   *
   * @throws HoldfastError INVALID_ARGUMENT for a query that Temporal refuses, TEMPORAL_UNAVAILABLE
   */
  async next(): Promise<FoundRun | undefined> {
    while (!this.#isStopped) {
      const found = await this.#nextListed();
      if (!found) {
        this.isExhausted = true;
        return undefined;
      }
      if (this.#isSkipped(found)) continue;
      const history = await this.#historyOf(found);
      if (!history) continue;
      const { workflowId, runId, type: workflowType, taskQueue } = found;
      return { workflowId, runId, workflowType, taskQueue, history };
    }
    return undefined;
  }

  async #nextListed(): Promise<WorkflowExecutionInfo | undefined> {
    if (this.looked >= this.#limit) return undefined;
    this.looked += 1;
    try {
      const { done, value } = await this.#runs.next();
      if (!done) return value;
    } catch (error) {
      throw translated(error);
    }
    this.looked -= 1;
    return undefined;
  }

  async #historyOf({ workflowId, runId }: WorkflowExecutionInfo) {
    try {
      return await this.#client.workflow.getHandle(workflowId, runId).fetchHistory();
    } catch (error) {
      if (serviceErrorOf(error)?.code !== GRPC_STATUS.NOT_FOUND) throw translated(error);
      this.gone += 1;
      return undefined;
    }
  }
}

function translated(error: unknown): HoldfastError {
  const said = serviceErrorOf(error);
  if (said?.code !== GRPC_STATUS.INVALID_ARGUMENT) return translateTemporalError(error);
  const message = `Temporal refuses the query: ${said.details}`;
  return new HoldfastError('INVALID_ARGUMENT', message, {}, { cause: error });
}
