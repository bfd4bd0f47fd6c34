import type { Client } from '@temporalio/client';
import { stateOfWorkflow, type WorkflowState } from '../activities/support/temporal';
import type { WorkflowRestarts } from '../activities/upkeep-activities';
import { purchaseRestart, subscriptionStart } from '../workflows/start-options';
import type { billingCycleWorkflow, purchaseWorkflow } from '../workflows/workflows';

/**
 * Finds lost workflows of subscriptions and purchases, and starts them again from what the ledger
 * has kept.
 */
export function createWorkflowRestarts(temporal: Client, taskQueue: string): WorkflowRestarts {
  async function startIfLost(
    workflowId: string,
    start: () => Promise<unknown>,
  ): Promise<WorkflowState> {
    const state = await stateOfWorkflow(temporal, workflowId);
    if (state === 'closed' || state === 'missing') await start();
    return state;
  }

  return {
    restartSubscription(key) {
      const options = subscriptionStart(key, taskQueue);
      const start = () =>
        temporal.workflow.start<typeof billingCycleWorkflow>('billingCycleWorkflow', options);
      return startIfLost(options.workflowId, start);
    },
    restartPurchase(request) {
      const options = purchaseRestart(request, taskQueue);
      const start = () =>
        temporal.workflow.start<typeof purchaseWorkflow>('purchaseWorkflow', options);
      return startIfLost(options.workflowId, start);
    },
  };
}
