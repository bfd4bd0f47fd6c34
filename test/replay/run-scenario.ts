import type { temporal } from '@temporalio/proto';
import { newNamespace } from '../support/temporal';
import { openHoldfast } from '../workflows/harness';
import type { Scenario } from './scenarios/scenarios';

/**
 * Runs one scenario on a ledger of its own, and returns the history of the workflow that it names.
 */
export async function runScenario(
  scenario: Scenario,
  slowness = 1,
): Promise<temporal.api.history.v1.IHistory> {
  const namespace = scenario.ownNamespace && (await newNamespace('scenario'));
  const holdfast = await openHoldfast({ namespace });
  try {
    // A job that hangs comes to its end.
    await holdfast.limitTime('text-to-speech', 1);
    await holdfast.fund('replay', 1_000);
    const recorded = await scenario.run(holdfast, slowness);
    const {
      workflowId,
      runId,
      leftOpen = [],
    } = typeof recorded === 'string' ? { workflowId: recorded } : recorded;
    const { workflow } = holdfast.temporal.client;
    const history = await workflow.getHandle(workflowId, runId).fetchHistory();
    for (const id of [workflowId, ...leftOpen]) {
      await workflow
        .getHandle(id)
        .terminate()
        .catch(() => undefined);
    }
    return history;
  } finally {
    await holdfast.close();
  }
}
