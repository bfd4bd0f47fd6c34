import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import type { Command } from '../../contract/command';
import type { TaskDelays } from './task-delays';
import { describeOwnWorkflow, type OwnWorkflow } from './temporal';

/** When a command began, as its workflow knows it. */
export interface CommandStart {
  /** By Temporal's clock, ISO 8601. */
  askedAt: string;
}

/** Until when a generation may be admitted, as its workflow knows it. */
export interface AdmissionWindow {
  /**
   * When the workflow's task began, and until when it may be. Both by Temporal's clock, ISO 8601.
   */
  at: string;
  notAfter: string;
}

/**
 * The command with its age, which Temporal's clock alone has measured up to the attempt's beginning.
 * Undefined for a workflow of a version that doesn't say when it began.
 */
export async function commandOf(
  temporal: Client,
  start: CommandStart | undefined,
  workflow?: OwnWorkflow,
): Promise<Command | undefined> {
  if (start === undefined) return undefined;
  const { askedAt } = start;
  const { now } = startedAttempt(workflow ?? (await describeOwnWorkflow(temporal)));
  return { askedAt, ageMs: () => now() - Date.parse(askedAt) };
}

/** How many milliseconds are left, each at the time of the call. */
export interface TimeLeft {
  /** Until a new request may no longer be admitted. */
  window(): number;
  /** Until Temporal gives this attempt up, and begins another or none. */
  attempt(): number;
}

/**
 * How much time is left of the window and of this attempt. Undefined for a workflow of a version that
 * doesn't say until when it may be admitted.
 */
export async function timeLeft(
  { temporal, delays }: { temporal: Client; delays: TaskDelays },
  window: AdmissionWindow | undefined,
): Promise<TimeLeft | undefined> {
  if (window === undefined) return undefined;
  const { isLocal, startToCloseTimeoutMs } = Context.current().info;
  const notAfterMs = Date.parse(window.notAfter);
  if (isLocal) {
    const endsMs = performance.now() + startToCloseTimeoutMs;
    const now = await localAttempt({ temporal, delays }, window);
    return { window: () => notAfterMs - now(), attempt: () => endsMs - performance.now() };
  }
  const { now, startedMs } = startedAttempt(await describeOwnWorkflow(temporal));
  const endsMs = startedMs + startToCloseTimeoutMs;
  return { window: () => notAfterMs - now(), attempt: () => endsMs - now() };
}

/** A local attempt is scheduled where it runs, so that time is this machine's. */
async function localAttempt(
  { temporal, delays }: { temporal: Client; delays: TaskDelays },
  { at }: AdmissionWindow,
): Promise<() => number> {
  const sinceMs = Date.now() - Context.current().info.scheduledTimestampMs;
  const scheduledMs = performance.now() - sinceMs;
  const toldMs = Date.parse(at);
  const delayMs = delays.delayOf(toldMs, scheduledMs);
  if (delayMs !== undefined) return goingOnFrom(toldMs + delayMs, scheduledMs);
  const { described } = await describeOwnWorkflow(temporal);
  const beganMs = optionalTsToMs(described.pendingWorkflowTask?.startedTime);
  if (beganMs === undefined) throw new Error('Temporal has no running task of this workflow.');
  delays.note(beganMs, scheduledMs);
  return goingOnFrom(beganMs, scheduledMs);
}

/**
 * Temporal's time, going on from when its server began this attempt: the attempt itself knows only
 * when it was scheduled, and may have waited for a worker since.
 */
function startedAttempt({ described, sinceMs }: OwnWorkflow) {
  const { activityId, workflowExecution } = Context.current().info;
  const pending = described.pendingActivities?.find(
    (activity) => activity.activityId === activityId,
  );
  const startedMs = optionalTsToMs(pending?.lastStartedTime);
  // Its workflow was ended or reset, and Temporal takes no answer of this attempt.
  if (startedMs === undefined)
    throw new Error(`Temporal has no attempt of ${workflowExecution?.workflowId} here.`);
  return { startedMs, now: () => startedMs + sinceMs() };
}

function goingOnFrom(temporalMs: number, performanceMs: number): () => number {
  return () => temporalMs + performance.now() - performanceMs;
}
