import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Deliver } from '../contract/outbox';
import { generationWorkflowId, lookAgainSignal, wakeSignal } from '../workflows/messages';
import { noticesStart, topUpStart } from '../workflows/start-options';

/** Less than a local activity has: what Temporal doesn't take at once must not make the ledger's operation run again. */
const DEADLINE_MS = 1_500;

/** Tells the workflows of an account what the ledger has for them. A signal that Temporal has taken can't be lost any more. */
export function createOutboxDelivery(temporal: Client, taskQueue: string): Deliver {
  const lookAgain = (
    workflowType: string,
    start: ReturnType<typeof noticesStart | typeof topUpStart>,
  ) => temporal.workflow.signalWithStart(workflowType, { ...start, signal: lookAgainSignal });

  return async (message) => {
    const { accountId, kind } = message;
    await temporal.withDeadline(Date.now() + DEADLINE_MS, async () => {
      if (kind === 'wake') await wake(temporal, accountId, message.requestId);
      if (kind === 'notices')
        await lookAgain('noticesWorkflow', noticesStart(accountId, taskQueue));
      if (kind === 'top-up') await lookAgain('topUpWorkflow', topUpStart(accountId, taskQueue));
    });
  };
}

/** A workflow that has ended waits no longer; reconciliation ends what it has left in the queue. */
async function wake(temporal: Client, accountId: string, requestId: string): Promise<void> {
  try {
    await temporal.workflow
      .getHandle(generationWorkflowId(accountId, requestId))
      .signal(wakeSignal);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
