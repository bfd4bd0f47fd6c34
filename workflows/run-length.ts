import { workflowInfo } from '@temporalio/workflow';

/** After so many events a run hands over even within its cycle, so that nothing that it is told makes it long. */
const EVENTS_MAX = 40;

export function isRunLong(eventsMax = EVENTS_MAX): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return continueAsNewSuggested || historyLength > eventsMax;
}
