import type { Client } from '@temporalio/client';
import { stateOfWorkflow, type WorkflowState } from '../activities/support/temporal';
import type { WorkflowRestarts } from '../activities/upkeep-activities';
import type { SubscriptionKey } from '../contract/subscription';
import { lookAgainSignal } from '../workflows/messages';
import { billingEventStart, purchaseRestart, subscriptionStart } from '../workflows/start-options';
import type {
  billingCycleWorkflow,
  billingEventWorkflow,
  purchaseWorkflow,
} from '../workflows/workflows';

/**
 * Finds lost workflows of subscriptions, purchases and billing events, and starts them again from what the ledger
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
    restartBillingEvent(key) {
      const options = billingEventStart(key, taskQueue);
      const start = () =>
        temporal.workflow.start<typeof billingEventWorkflow>('billingEventWorkflow', options);
      return startIfLost(options.workflowId, start);
    },
  };
}

/** Tells a subscription's workflow that the ledger has changed, and starts one that was lost. */
export function createSubscriptionTeller(temporal: Client, taskQueue: string) {
  return async (key: SubscriptionKey): Promise<void> => {
    const { workflowIdConflictPolicy: _, ...options } = subscriptionStart(key, taskQueue);
    await temporal.workflow.signalWithStart<typeof billingCycleWorkflow, []>(
      'billingCycleWorkflow',
      { ...options, signal: lookAgainSignal, signalArgs: [] },
    );
  };
}
