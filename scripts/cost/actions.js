'use strict';

// Counts what Temporal Cloud bills, by https://docs.temporal.io/cloud/actions (read on 30 November
// 2026). A history has no heartbeats, queries and refused updates, and not the two Actions by which
// a Schedule starts a workflow: the caller adds them.

/** The Actions in a recorded history. */
function actionsIn({ events }) {
  const markers = new Set();
  let actions = 0;
  events.forEach((event, index) => {
    if (event.markerRecordedEventAttributes)
      markers.add(event.markerRecordedEventAttributes.workflowTaskCompletedEventId);
    actions += actionsOf(event, events[index - 1]);
  });
  // All markers of one task are one Action: local activities, and patches.
  return actions + markers.size;
}

function actionsOf(event, before) {
  switch (event.eventType) {
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED':
      // A child's start is among the two of its parent.
      return event.workflowExecutionStartedEventAttributes.parentWorkflowExecution ? 0 : 1;
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED':
      // A signal that starts its workflow is one Action with the start.
      return before?.eventType === 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED' ? 0 : 1;
    case 'EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED':
      return 2;
    case 'EVENT_TYPE_ACTIVITY_TASK_STARTED':
      return (event.activityTaskStartedEventAttributes.attempt ?? 1) - 1;
    case 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED':
      return (
        event.workflowTaskCompletedEventAttributes.meteringMetadata
          ?.nonfirstLocalActivityExecutionAttempts ?? 0
      );
    case 'EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES':
      return isOfPatchAlone(event) ? 0 : 1;
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED':
    case 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED':
    case 'EVENT_TYPE_TIMER_STARTED':
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED':
      return 1;
    default:
      return 0;
  }
}

function isOfPatchAlone({ upsertWorkflowSearchAttributesEventAttributes: { searchAttributes } }) {
  const names = Object.keys(searchAttributes?.indexedFields ?? {});
  return names.every((name) => name === 'TemporalChangeVersion');
}

module.exports = { actionsIn };
