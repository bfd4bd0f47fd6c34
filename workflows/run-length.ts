import { workflowInfo } from '@temporalio/workflow';

/**
 * A run with more events continues as a new run, even within its cycle, so that frequent signals
 * and updates can't make it long.
 */
const EVENTS_MAX = 40;

/** Whether the run should continue as a new one. */
export function isRunLong(eventsMax = EVENTS_MAX): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return continueAsNewSuggested || historyLength > eventsMax;
}
