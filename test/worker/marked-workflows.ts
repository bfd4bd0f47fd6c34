import { patched } from '@temporalio/workflow';
import { movesOnceContinued } from '../../workflows/versioning';
import { generationWorkflow as unmarked } from '../../workflows/workflows';

/** A later build's change: only a build that knows it can continue a generation that has made it. */
export async function generationWorkflow(
  ...args: Parameters<typeof unmarked>
): ReturnType<typeof unmarked> {
  patched('later-build');
  return unmarked(...args);
}

movesOnceContinued(generationWorkflow);

export {
  billingCycleWorkflow,
  expiryWorkflow,
  grantWorkflow,
  ledgerWorkflow,
  noticesWorkflow,
  purchaseWorkflow,
  reconciliationWorkflow,
  settingsWorkflow,
  topUpWorkflow,
} from '../../workflows/workflows';
