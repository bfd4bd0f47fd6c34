import { defaultPayloadConverter, defineSearchAttributeKey } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { eventually } from '../../support/eventually';
import type { TestTemporal } from '../../support/temporal';
import type { HistoryEvent, OpenWorkflow } from '../fixtures';
import { commandOf, type Setting } from './commands';
import { type Turn, turnsOf } from './turns';

const IDENTITY = 'reenactment';
const POLL_MS = 10_000;
/** How long a timer runs that had fired in the recording. */
const FIRED_TIMER_MS = 100;

interface Reenactment {
  open: OpenWorkflow;
  turns: Turn[];
  /** The number of turns that have been played. */
  played: number;
}

export interface Reenacted extends OpenWorkflow {
  runId: string;
}

/**
 * Brings workflows that an earlier version left open to the same point of a real server, without
 * that version's code. Starts them, answers their tasks with the recorded commands, and repeats the
 * recorded signals, updates and activity results. The next worker that polls the task queue takes
 * them over, as it does after an upgrade. Timers that were running are over after `openTimerMs`.
 */
export async function reenact(
  server: TestTemporal,
  workflows: OpenWorkflow[],
  { openTimerMs }: { openTimerMs: number },
): Promise<Reenacted[]> {
  const reenactments = new Map(workflows.map((open) => [open.workflowId, reenactmentOf(open)]));
  // Their parents start the children.
  for (const reenactment of reenactments.values())
    if (!parentOf(reenactment.open)) await start(server, reenactment);
  while ([...reenactments.values()].some((reenactment) => !isPlayed(reenactment))) {
    const task = await poll(server);
    const reenactment = reenactments.get(task.workflowExecution?.workflowId ?? '');
    if (reenactment === undefined)
      throw new Error(`There is no history of ${task.workflowExecution?.workflowId}.`);
    // A timer of its last turn has fired already. The next worker gets the task again.
    if (isPlayed(reenactment)) continue;
    await play(server, reenactment, task, openTimerMs);
    await repeatEvents(server, reenactment);
  }
  const { workflow } = server.client;
  return Promise.all(
    workflows.map(async (open) => ({
      ...open,
      runId: (await workflow.getHandle(open.workflowId).describe()).runId,
    })),
  );
}

function reenactmentOf(open: OpenWorkflow): Reenactment {
  return { open, turns: turnsOf(open.history), played: 0 };
}

function isPlayed({ turns, played }: Reenactment): boolean {
  return played === turns.length;
}

function startOf({
  history,
}: OpenWorkflow): temporal.api.history.v1.IWorkflowExecutionStartedEventAttributes {
  return history.events?.[0]?.workflowExecutionStartedEventAttributes ?? {};
}

function parentOf(open: OpenWorkflow): string | null | undefined {
  return startOf(open).parentWorkflowExecution?.workflowId;
}

async function start(server: TestTemporal, reenactment: Reenactment): Promise<void> {
  const { workflowId, workflowType } = reenactment.open;
  const { input, searchAttributes } = startOf(reenactment.open);
  await server.client.workflow.start(workflowType, {
    workflowId,
    taskQueue: server.taskQueue,
    args: valuesOf(input),
    // A workflow may read its search attributes.
    typedSearchAttributes: Object.entries(searchAttributes?.indexedFields ?? {}).map(
      ([name, payload]) => ({
        key: defineSearchAttributeKey(name, 'KEYWORD'),
        value: keywordOf(payload),
      }),
    ),
  });
  await repeatEvents(server, reenactment);
}

async function poll({ connection, namespace, taskQueue }: TestTemporal) {
  const { TASK_QUEUE_KIND_NORMAL: kind } = temporal.api.enums.v1.TaskQueueKind;
  const task = await connection.withDeadline(Date.now() + POLL_MS, () =>
    connection.workflowService.pollWorkflowTaskQueue({
      namespace,
      taskQueue: { name: taskQueue, kind },
      identity: IDENTITY,
    }),
  );
  if (!task.taskToken.length) throw new Error('No workflow task came.');
  return task;
}

/** Answers a task with the recorded commands. */
async function play(
  { connection, namespace, taskQueue }: TestTemporal,
  reenactment: Reenactment,
  task: Awaited<ReturnType<typeof poll>>,
  openTimerMs: number,
): Promise<void> {
  const turn = reenactment.turns[reenactment.played] as Turn;
  const recordedQueue = startOf(reenactment.open).taskQueue?.name ?? '';
  const fired = new Set(
    (reenactment.open.history.events ?? []).map(
      (event) => event.timerFiredEventAttributes?.timerId,
    ),
  );
  const cancelled = new Set(
    (reenactment.open.history.events ?? []).map(
      (event) => event.timerCanceledEventAttributes?.timerId,
    ),
  );
  const setting: Setting = {
    namespace,
    timerMs(timerId) {
      // A cancelled timer must not fire before its turn, however slow this machine is.
      if (cancelled.has(timerId)) return Number.POSITIVE_INFINITY;
      return fired.has(timerId) ? FIRED_TIMER_MS : openTimerMs;
    },
    // The names of the other queues begin with its name.
    taskQueue: (recorded) => recorded.replace(recordedQueue, taskQueue),
  };
  const answers = turn.commands.map((event) => commandOf(event, setting, task.messages));
  await connection.workflowService.respondWorkflowTaskCompleted({
    namespace,
    taskToken: task.taskToken,
    identity: IDENTITY,
    commands: answers.map(([command]) => command),
    messages: answers.flatMap(([, message]) => message ?? []),
    // Replay takes the same paths in the SDK.
    sdkMetadata: turn.completed.sdkMetadata,
  });
  reenactment.played += 1;
}

/** Repeats the signals, activity results and updates before the next turn. */
async function repeatEvents(server: TestTemporal, reenactment: Reenactment): Promise<void> {
  const turn = reenactment.turns[reenactment.played];
  if (turn === undefined) return;
  const handle = server.client.workflow.getHandle(reenactment.open.workflowId);
  for (const event of turn.before) {
    const { workflowExecutionSignaledEventAttributes: signal } = event;
    if (signal) await handle.signal(signal.signalName ?? '', ...valuesOf(signal.input));
    else await complete(server, reenactment.open, event);
  }
  for (const update of turn.updates) await sendUpdate(server, reenactment.open.workflowId, update);
}

async function complete(
  { connection, namespace }: TestTemporal,
  { workflowId, history }: OpenWorkflow,
  event: HistoryEvent,
): Promise<void> {
  const { scheduledEventId, result } = event.activityTaskCompletedEventAttributes ?? {};
  const scheduled = history.events?.find(
    ({ eventId }) => String(eventId) === String(scheduledEventId),
  );
  const { activityId } = scheduled?.activityTaskScheduledEventAttributes ?? {};
  const { workflowService } = connection;
  await workflowService.respondActivityTaskCompletedById({
    namespace,
    workflowId,
    activityId,
    result,
  });
}

/**
 * Sends an update without waiting for its answer, and returns when the server has it for the next
 * poll.
 */
async function sendUpdate(
  { connection, namespace }: TestTemporal,
  workflowId: string,
  request: temporal.api.update.v1.IRequest,
): Promise<void> {
  const { workflowService } = connection;
  const workflowExecution = { workflowId };
  const { UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED: lifecycleStage } =
    temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage;
  workflowService
    .updateWorkflowExecution({
      namespace,
      workflowExecution,
      request,
      waitPolicy: { lifecycleStage },
    })
    .catch(() => undefined);
  const updateRef = { workflowExecution, updateId: request.meta?.updateId };
  await eventually(() =>
    workflowService.pollWorkflowExecutionUpdate({ namespace, updateRef }).then(
      () => true,
      () => false,
    ),
  );
}

/** The client sends a keyword as a list of one. */
function keywordOf(payload: temporal.api.common.v1.IPayload): string {
  return [defaultPayloadConverter.fromPayload<string | string[]>(payload)].flat()[0] ?? '';
}

function valuesOf(payloads: temporal.api.common.v1.IPayloads | null | undefined): unknown[] {
  return (payloads?.payloads ?? []).map((payload) => defaultPayloadConverter.fromPayload(payload));
}
