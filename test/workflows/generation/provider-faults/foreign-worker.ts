import { isGrpcCancelledError, isGrpcDeadlineError, isGrpcServiceError } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import type { Holdfast } from '../../harness';

type Failure = temporal.api.failure.v1.IFailure;

/**
 * One answer of a worker in another language: bytes that claim to be JSON, no result, a failure, or
 * a heartbeat without an end.
 */
export type ForeignAnswer =
  | { json: string; encoding?: string }
  | { nothing: true }
  | { failure: Failure }
  | { heartbeat: string };

/** The server answers an empty poll a little earlier. A longer one would be made patient. */
const POLL_MS = 8_500;

/**
 * A worker for the generation queue that speaks the bare protocol, so that it can give answers that
 * the SDK would not send.
 */
export class ForeignWorker {
  readonly asked: string[] = [];
  /** How many heartbeats Temporal has taken. */
  heartbeats = 0;
  readonly #stopping = new AbortController();
  readonly #polls: Promise<void>[];

  constructor(
    private readonly holdfast: Holdfast,
    private readonly answer: (activity: string, requestId: string) => ForeignAnswer,
    polls = 4,
  ) {
    this.#polls = Array.from({ length: polls }, () => this.#poll());
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#polls);
  }

  async #poll(): Promise<void> {
    const { connection, namespace, taskQueue } = this.holdfast.temporal;
    const queue = { name: `${taskQueue}-generation` };
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const poll = () =>
        connection.workflowService.pollActivityTaskQueue({
          namespace,
          taskQueue: queue,
          identity: 'elsewhere',
        });
      const task = await connection
        .withAbortSignal(signal, () => connection.withDeadline(Date.now() + POLL_MS, poll))
        .catch(unlessEmpty);
      if (task?.taskToken?.length) await this.#respond(task);
    }
  }

  async #respond({
    taskToken,
    activityType,
    input,
  }: temporal.api.workflowservice.v1.IPollActivityTaskQueueResponse): Promise<void> {
    const { connection, namespace } = this.holdfast.temporal;
    const { workflowService } = connection;
    const activity = activityType?.name ?? '';
    const { idempotencyKey } = JSON.parse(Buffer.from(input?.payloads?.[0]?.data ?? []).toString());
    const requestId = String(idempotencyKey).split('/').at(-1) ?? '';
    this.asked.push(`${activity} ${requestId}`);
    const answer = this.answer(activity, requestId);
    if ('failure' in answer) {
      const { failure } = answer;
      await workflowService
        .respondActivityTaskFailed({ namespace, taskToken, failure })
        .catch(unlessGivenUp);
      return;
    }
    if ('heartbeat' in answer) {
      const details = { payloads: [payloadOf({ json: answer.heartbeat })] };
      await workflowService
        .recordActivityTaskHeartbeat({ namespace, taskToken, details })
        .then(() => {
          this.heartbeats += 1;
        })
        .catch(unlessGivenUp);
      return;
    }
    const result = 'json' in answer ? { payloads: [payloadOf(answer)] } : undefined;
    await workflowService
      .respondActivityTaskCompleted({ namespace, taskToken, result })
      .catch(unlessGivenUp);
  }
}

export function payloadOf({ json, encoding = 'json/plain' }: { json: string; encoding?: string }) {
  return { metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(json) };
}

/** Ignores that the server was too busy to answer an empty poll in time, and that this worker stops. */
function unlessEmpty(error: unknown): undefined {
  if (!isGrpcDeadlineError(error) && !isGrpcCancelledError(error)) throw error;
}

const NOT_FOUND = 5;

/** Ignores that a task's time was up before its worker came to it. */
function unlessGivenUp(error: unknown): void {
  if (!isGrpcServiceError(error) || error.code !== NOT_FOUND) throw error;
}
