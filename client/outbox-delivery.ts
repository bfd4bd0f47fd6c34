import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Deliver } from '../contract/outbox';
import { generationWorkflowId, lookAgainSignal, wakeSignal } from '../workflows/messages';
import { noticesStart, topUpStart } from '../workflows/start-options';
import { hasEnded } from './workflow-state';

/**
 * Shorter than a local activity's limit, so that a slow Temporal doesn't make the ledger's
 * operation run again.
 */
const DEADLINE_MS = 1_500;

/**
 * The delivery of the ledger's outbox: signals a request's workflow that it may be served (`wake`),
 * and starts or signals the account's notices workflow (`notices`) and top-up workflow (`top-up`).
 * If a request's workflow has ended, the ledger is told, which takes the request out of its queue.
 * Delivering a message twice is harmless.
 *
 * The delivery resolves once Temporal has taken the signal; from then on it can't be lost. It
 * rejects with Temporal's own error within 1.5 seconds otherwise, and the message stays in the
 * outbox.
 *
 * @example createLedger({ databaseUrl, deliver: createOutboxDelivery(temporal, 'holdfast') })
 */
export function createOutboxDelivery(temporal: Client, taskQueue: string): Deliver {
  const lookAgain = (
    workflowType: string,
    start: ReturnType<typeof noticesStart | typeof topUpStart>,
  ) => temporal.workflow.signalWithStart(workflowType, { ...start, signal: lookAgainSignal });

  return async (message) => {
    const { accountId, kind } = message;
    return temporal.withDeadline(Date.now() + DEADLINE_MS, async () => {
      if (kind === 'wake') return wake(temporal, message);
      if (kind === 'notices')
        await lookAgain('noticesWorkflow', noticesStart(accountId, taskQueue));
      if (kind === 'top-up') await lookAgain('topUpWorkflow', topUpStart(accountId, taskQueue));
    });
  };
}

/**
 * One that Temporal doesn't know may only be lost to it: reconciliation takes that request out of
 * the queue, after two passes.
 */
async function wake(
  temporal: Client,
  { accountId, requestId, isCheck }: { accountId: string; requestId: string; isCheck?: true },
): Promise<'ended' | undefined> {
  const workflowId = generationWorkflowId(accountId, requestId);
  if (!isCheck) {
    try {
      await temporal.workflow.getHandle(workflowId).signal(wakeSignal);
      return undefined;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return (await hasEnded(temporal, workflowId)) ? 'ended' : undefined;
}
