import type { Client } from '@temporalio/client';
import { lifeOf } from '../activities/support/workflow-life';
import type { WorkflowKeeper } from '../activities/upkeep';
import type { billingCycleWorkflow, purchaseWorkflow } from '../workflows';
import { purchaseWorkflowId, subscriptionWorkflowId } from '../workflows/messages';
import { purchaseRestart, subscriptionStart } from '../workflows/starting';

/** Finds lost workflows of subscriptions and purchases, and starts them again from what the ledger has kept. */
export function createWorkflowKeeper(temporal: Client, taskQueue: string): WorkflowKeeper {
  return {
    subscriptionLife: ({ accountId, subscriptionId }) =>
      lifeOf(temporal, subscriptionWorkflowId(accountId, subscriptionId)),
    purchaseLife: ({ accountId, purchaseId }) => lifeOf(temporal, purchaseWorkflowId(accountId, purchaseId)),
    async startSubscription(key) {
      await temporal.workflow.start<typeof billingCycleWorkflow>(
        'billingCycleWorkflow',
        subscriptionStart(key, taskQueue),
      );
    },
    async startPurchase(request) {
      await temporal.workflow.start<typeof purchaseWorkflow>('purchaseWorkflow', purchaseRestart(request, taskQueue));
    },
  };
}
