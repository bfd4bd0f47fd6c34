import type { temporal } from '@temporalio/proto';
import type { History, HistoryEvent } from '../fixtures';

/** One workflow task of a recorded history: the events before it, and the workflow's commands. */
export interface Turn {
  /** Signals and completed activities, in their order. */
  before: HistoryEvent[];
  /** The updates that the workflow accepted in it. */
  updates: temporal.api.update.v1.IRequest[];
  /** The events that its commands caused. */
  commands: HistoryEvent[];
  completed: temporal.api.history.v1.IWorkflowTaskCompletedEventAttributes;
}

/** Events that the server writes by itself, and writes again. */
type EventKind = keyof HistoryEvent;
const OWN_EVENTS: EventKind[] = [
  'workflowExecutionStartedEventAttributes',
  'workflowTaskScheduledEventAttributes',
  'workflowTaskStartedEventAttributes',
  'activityTaskStartedEventAttributes',
  'childWorkflowExecutionStartedEventAttributes',
  'timerFiredEventAttributes',
];
const OUTSIDE_EVENTS: EventKind[] = [
  'workflowExecutionSignaledEventAttributes',
  'activityTaskCompletedEventAttributes',
];

export function turnsOf(history: History): Turn[] {
  const turns: Turn[] = [];
  let before: HistoryEvent[] = [];
  for (const event of history.events ?? []) {
    const { workflowTaskCompletedEventAttributes: completed } = event;
    if (completed) {
      turns.push({ before, updates: [], commands: [], completed });
      before = [];
    } else if (has(event, OUTSIDE_EVENTS)) {
      before.push(event);
    } else if (!has(event, OWN_EVENTS)) {
      const turn = turns.at(-1);
      if (turn === undefined)
        throw new Error(`No workflow task gave the command of event ${event.eventId}.`);
      turn.commands.push(event);
      const accepted = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
      if (accepted) turn.updates.push(accepted);
    }
  }
  // Such events would be lost.
  if (before.length > 0) throw new Error('The history ends before the workflow has answered.');
  return turns;
}

function has(event: HistoryEvent, kinds: EventKind[]): boolean {
  return kinds.some((kind) => event[kind]);
}
