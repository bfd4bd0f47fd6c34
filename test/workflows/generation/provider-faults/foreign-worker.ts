import { isGrpcDeadlineError } from '@temporalio/client';
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

/** The server answers an empty poll a little earlier. */
const POLL_MS = 10_000;

/**
 * A worker for the generation queue that speaks the bare protocol, so that it can give answers that
 * the SDK would not send.
 */
export class ForeignWorker {
  readonly asked: string[] = [];
  #isStopped = false;
  readonly #polls: Promise<void>[];

  constructor(
    private readonly holdfast: Holdfast,
    private readonly answer: (activity: string, requestId: string) => ForeignAnswer,
    polls = 4,
  ) {
    this.#polls = Array.from({ length: polls }, () => this.#poll());
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#polls);
  }

  async #poll(): Promise<void> {
    const { connection, namespace, taskQueue } = this.holdfast.temporal;
    const queue = { name: `${taskQueue}-generation` };
    while (!this.#isStopped) {
      const task = await connection
        .withDeadline(Date.now() + POLL_MS, () =>
          connection.workflowService.pollActivityTaskQueue({
            namespace,
            taskQueue: queue,
            identity: 'elsewhere',
          }),
        )
        .catch(unlessTooLate);
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
      await workflowService.respondActivityTaskFailed({
        namespace,
        taskToken,
        failure: answer.failure,
      });
      return;
    }
    if ('heartbeat' in answer) {
      const details = { payloads: [payloadOf({ json: answer.heartbeat })] };
      await workflowService.recordActivityTaskHeartbeat({ namespace, taskToken, details });
      return;
    }
    const result = 'json' in answer ? { payloads: [payloadOf(answer)] } : undefined;
    await workflowService.respondActivityTaskCompleted({ namespace, taskToken, result });
  }
}

export function payloadOf({ json, encoding = 'json/plain' }: { json: string; encoding?: string }) {
  return { metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(json) };
}

/** Ignores that the server was too busy to answer an empty poll in time. */
function unlessTooLate(error: unknown): undefined {
  if (!isGrpcDeadlineError(error)) throw error;
}
