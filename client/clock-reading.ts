import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { temporal as proto } from '@temporalio/proto';
import { clockTaskQueue } from '../workflows/messages';
import { hasGrpcStatus } from './grpc-status';

const { TASK_QUEUE_TYPE_WORKFLOW } = proto.api.enums.v1.TaskQueueType;

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
  const { namespace } = temporal.options;
  const identity = `holdfast-doctor-${randomUUID()}`;
  const queue = { namespace, taskQueue: { name: clockTaskQueue(taskQueue) } };
  const deadline = Date.now() + POLL_MS;
  const poll = new AbortController();
  let polling = true;
  const polled = temporal
    .withAbortSignal(poll.signal, () =>
      temporal.withDeadline(deadline, () =>
        temporal.workflowService.pollWorkflowTaskQueue({ ...queue, identity }),
      ),
    )
    .catch((error: unknown) => error)
    .finally(() => {
      polling = false;
    });
  try {
    const reading = await readClock(async () => {
      let at: number | undefined;
      while (at === undefined && polling) {
        at = await temporal.withDeadline(deadline, () => cameAt(temporal, queue, identity));
        if (at === undefined) await pause(LOOK_EVERY_MS);
      }
      return at ?? Number.NaN;
    });
    if (!Number.isNaN(reading.aheadMs)) return reading;
    const refusal = await polled;
    if (!isGrpcServiceError(refusal) || hasGrpcStatus(refusal, 'PERMISSION_DENIED')) return null;
    throw refusal;
  } finally {
    poll.abort();
    await polled;
  }
}

/** When the poller came, by the server's clock, in milliseconds; undefined if it has not. */
async function cameAt(
  { workflowService }: Client,
  queue: { namespace: string; taskQueue: { name: string } },
  identity: string,
): Promise<number | undefined> {
  const taskQueueType = TASK_QUEUE_TYPE_WORKFLOW;
  const { pollers } = await workflowService.describeTaskQueue({ ...queue, taskQueueType });
  const own = pollers?.find((poller) => poller.identity === identity);
  return own?.lastAccessTime ? tsToMs(own.lastAccessTime) : undefined;
}
