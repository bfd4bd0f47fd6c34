import type { ApplicationFailure } from '@temporalio/common';
import {
  allHandlersFinished,
  condition,
  setDefaultUpdateHandler,
  type WorkflowInterceptors,
  workflowInfo,
} from '@temporalio/workflow';
import { isUnreadable, leaveOutUnreadable } from './payload-converter';

/**
 * Ends what a client with other keys, another codec or no JSON has sent. The SDK fails the task
 * that decodes it, and repeats that for ever.
 *
 * A run that begins with such an input fails with PAYLOAD_UNREADABLE. Any later task that can't be
 * read is repeated until the worker has the key: credits or money may be held by then. The SDK
 * itself refuses an update. Signals and queries of Holdfast have no arguments, so theirs are
 * dropped.
 */
export function interceptors(): WorkflowInterceptors {
  let refusal: ApplicationFailure | undefined;
  leaveOutUnreadable(true);
  return {
    internals: [
      {
        activate(input, next) {
          leaveOutUnreadable(false);
          const jobs = input.activation.jobs ?? [];
          for (const { signalWorkflow, queryWorkflow } of jobs) {
            if (signalWorkflow) signalWorkflow.input = [];
            if (queryWorkflow) queryWorkflow.arguments = [];
          }
          const [start] = jobs;
          try {
            next(input);
          } catch (error) {
            if (!start?.initializeWorkflow || !isUnreadable(error) || !isFirstTask()) throw error;
            // The workflow function has not run yet; `execute` runs instead of it.
            refusal = error;
            start.initializeWorkflow.arguments = [];
            input.activation.jobs = [start];
            next(input);
          }
        },
      },
    ],
    inbound: [{ execute: (input, next) => (refusal ? refuse(refusal) : next(input)) }],
  };
}

/** A run that continues another one has an input that a worker has encrypted. */
function isFirstTask(): boolean {
  const { unsafe, continuedFromExecutionRunId } = workflowInfo();
  return !unsafe.isReplaying && continuedFromExecutionRunId === undefined;
}

async function refuse(refusal: ApplicationFailure): Promise<never> {
  setDefaultUpdateHandler(() => {
    throw refusal;
  });
  await condition(allHandlersFinished);
  throw refusal;
}
