import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { temporal as proto } from '@temporalio/proto';
import { clockTaskQueue } from '../workflows/messages';

const { TASK_QUEUE_TYPE_WORKFLOW } = proto.api.enums.v1.TaskQueueType;
const PERMISSION_DENIED = 7;

/** The server refuses a poll that has less time. */
const POLL_MS = 5_000;
const LOOK_EVERY_MS = 50;

/** The clocks of an installation may differ by this much. */
export const CLOCK_DIFFERENCE_MAX_MS = 5_000;

/** Another machine's clock, beside this one's. */
export interface ClockReading {
  /** How far it is ahead of this machine's; negative if it is behind. */
  aheadMs: number;
  /** How wrong `aheadMs` may be: half the time that the reading took. */
  errorMs: number;
}

/** Reads a clock, by an answer that holds its time in milliseconds. */
export async function readClock(ask: () => Promise<number>): Promise<ClockReading> {
  const before = Date.now();
  const clock = await ask();
  const after = Date.now();
  return { aheadMs: clock - (before + after) / 2, errorMs: (after - before) / 2 };
}

/**
 * Reads the clock of Temporal's server: no answer has it, but a queue tells when each of its pollers
 * came, so this polls a queue of its own, on which there is never a task. Null if the key may not
 * poll, or the server doesn't tell in time. Throws Temporal's own errors.
 */
export async function readServerClock(
  temporal: Client,
  taskQueue: string,
): Promise<ClockReading | null> {
  const { connection, options } = temporal;
  const queue = {
    namespace: options.namespace,
    taskQueue: { name: clockTaskQueue(taskQueue) },
  };
  const identity = `holdfast-doctor-${randomUUID()}`;
  const deadline = Date.now() + POLL_MS;
  const poll = new AbortController();
  let isOver = false;
  let refusal: unknown;
  const polled = connection
    .withAbortSignal(poll.signal, () =>
      connection.withDeadline(deadline, () =>
        connection.workflowService.pollWorkflowTaskQueue({ ...queue, identity }),
      ),
    )
    .catch((error) => {
      refusal = error;
    })
    .finally(() => {
      isOver = true;
    });
  const cameAt = async (): Promise<number | undefined> => {
    const { pollers } = await connection.withDeadline(deadline, () =>
      connection.workflowService.describeTaskQueue({
        ...queue,
        taskQueueType: TASK_QUEUE_TYPE_WORKFLOW,
      }),
    );
    const own = pollers?.find((poller) => poller.identity === identity);
    return own?.lastAccessTime ? tsToMs(own.lastAccessTime) : undefined;
  };
  try {
    const reading = await readClock(async () => {
      for (;;) {
        const at = await cameAt();
        if (at !== undefined || isOver) return at ?? Number.NaN;
        await pause(LOOK_EVERY_MS);
      }
    });
    if (!Number.isNaN(reading.aheadMs)) return reading;
    if (refusal && !isRefused(refusal)) throw refusal;
    return null;
  } finally {
    poll.abort();
    await polled;
  }
}

function isRefused(error: unknown): boolean {
  return isGrpcServiceError(error) && error.code === PERMISSION_DENIED;
}
