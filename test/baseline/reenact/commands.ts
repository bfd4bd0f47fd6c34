import { msToTs } from '@temporalio/common/lib/time';
import { type google, temporal } from '@temporalio/proto';
import type { HistoryEvent } from '../fixtures';

type Command = temporal.api.command.v1.ICommand;
type Message = temporal.api.protocol.v1.IMessage;
type Any = NonNullable<Message['body']>;

const { CommandType } = temporal.api.enums.v1;
const { Acceptance, Response } = temporal.api.update.v1;

/**
 * The command that causes each kind of event. Command and event have attributes of the same names
 * and meanings.
 */
const COMMANDS: [keyof HistoryEvent, temporal.api.enums.v1.CommandType, keyof Command][] = [
  [
    'activityTaskScheduledEventAttributes',
    CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
    'scheduleActivityTaskCommandAttributes',
  ],
  [
    'timerStartedEventAttributes',
    CommandType.COMMAND_TYPE_START_TIMER,
    'startTimerCommandAttributes',
  ],
  [
    'timerCanceledEventAttributes',
    CommandType.COMMAND_TYPE_CANCEL_TIMER,
    'cancelTimerCommandAttributes',
  ],
  [
    'markerRecordedEventAttributes',
    CommandType.COMMAND_TYPE_RECORD_MARKER,
    'recordMarkerCommandAttributes',
  ],
  [
    'upsertWorkflowSearchAttributesEventAttributes',
    CommandType.COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    'upsertWorkflowSearchAttributesCommandAttributes',
  ],
  [
    'startChildWorkflowExecutionInitiatedEventAttributes',
    CommandType.COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION,
    'startChildWorkflowExecutionCommandAttributes',
  ],
];

export interface Setting {
  /** The task queue to use in place of a recorded one. */
  taskQueue(recorded: string): string;
  namespace: string;
  /** The longest time that a timer runs here. */
  timerMs(timerId: string): number;
}

/** The command that caused an event, and the message that it refers to if it is about an update. */
export function commandOf(
  event: HistoryEvent,
  setting: Setting,
  requests: Message[],
): [Command, Message?] {
  const message = messageOf(event, requests);
  if (message) {
    const protocolMessageCommandAttributes = { messageId: message.id };
    return [
      { commandType: CommandType.COMMAND_TYPE_PROTOCOL_MESSAGE, protocolMessageCommandAttributes },
      message,
    ];
  }
  for (const [attributes, commandType, name] of COMMANDS) {
    const recorded = event[attributes] as object | null | undefined;
    if (!recorded) continue;
    const { userMetadata } = event;
    return [{ commandType, userMetadata, [name]: adapted(recorded, setting) } as Command];
  }
  throw new Error(`Event ${event.eventId} comes from a command that is not known here.`);
}

/** The recorded attributes, in another namespace, on other queues and with shorter timers. */
function adapted(recorded: object, { taskQueue, namespace, timerMs }: Setting): object {
  const changed: Record<string, unknown> = { ...recorded };
  if ('taskQueue' in recorded) {
    const queue = recorded.taskQueue as temporal.api.taskqueue.v1.ITaskQueue;
    changed.taskQueue = { name: taskQueue(queue.name ?? ''), kind: queue.kind };
  }
  if ('namespace' in recorded) changed.namespace = namespace;
  if ('startToFireTimeout' in recorded && 'timerId' in recorded) {
    const { seconds, nanos } = recorded.startToFireTimeout as google.protobuf.IDuration;
    const recordedMs = Number(seconds ?? 0) * 1_000 + Math.ceil((nanos ?? 0) / 1_000_000);
    changed.startToFireTimeout = msToTs(Math.min(recordedMs, timerMs(String(recorded.timerId))));
  }
  return changed;
}

function messageOf(event: HistoryEvent, requests: Message[]): Message | undefined {
  const {
    workflowExecutionUpdateAcceptedEventAttributes: accepted,
    workflowExecutionUpdateCompletedEventAttributes: done,
  } = event;
  if (accepted) {
    const protocolInstanceId = accepted.protocolInstanceId;
    const request = requests.find((message) => message.protocolInstanceId === protocolInstanceId);
    if (request === undefined)
      throw new Error(`There is no request for the update ${protocolInstanceId}.`);
    const body = Acceptance.encode({
      acceptedRequestMessageId: request.id,
      acceptedRequestSequencingEventId: request.eventId,
      acceptedRequest: accepted.acceptedRequest,
    }).finish();
    return {
      id: `${protocolInstanceId}/accept`,
      protocolInstanceId,
      body: anyOf('Acceptance', body),
    };
  }
  if (!done) return undefined;
  const protocolInstanceId = done.meta?.updateId;
  const body = Response.encode({ meta: done.meta, outcome: done.outcome }).finish();
  return {
    id: `${protocolInstanceId}/complete`,
    protocolInstanceId,
    body: anyOf('Response', body),
  };
}

function anyOf(name: string, value: Uint8Array): Any {
  return { type_url: `type.googleapis.com/temporal.api.update.v1.${name}`, value };
}
