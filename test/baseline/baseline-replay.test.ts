import { Worker } from '@temporalio/worker';
import * as workflows from '../../workflows/workflows';
import '../support/process/temporal';
import { testServers } from '../support/test-servers';
import { baselines, openWorkflowsOf } from './fixtures';

/** The states that every version leaves open. A later version may add to them. */
const STATES = [
  'billing-cycle-lapsed',
  'billing-cycle-second-run',
  'expiry-window',
  'generation-generating',
  'generation-waiting',
  'grant-pending',
  'notices-failing',
  'purchase-pending',
  'purchase-returning',
  'reconciliation-pending',
  'settings-pending',
  'top-up-declined',
];
/** The types of v0.1.0. A later type is in its own version's histories. */
const TYPES = [
  'billingCycleWorkflow',
  'expiryWorkflow',
  'generationWorkflow',
  'grantWorkflow',
  'noticesWorkflow',
  'purchaseWorkflow',
  'reconciliationWorkflow',
  'settingsWorkflow',
  'topUpWorkflow',
];

describe.each(baselines())('the workflows that %s left open', (version) => {
  const open = openWorkflowsOf(version);

  test('are of every type and in every state, and have not ended', () => {
    expect(open.map(({ name }) => name)).toEqual(expect.arrayContaining(STATES));
    expect([...new Set(open.map(({ workflowType }) => workflowType))].sort()).toEqual(
      expect.arrayContaining(TYPES),
    );
    for (const { name, history } of open) {
      const last = history.events?.at(-1);
      const isEnd = Boolean(
        last?.workflowExecutionCompletedEventAttributes ??
          last?.workflowExecutionFailedEventAttributes,
      );
      expect({ name, isEnd }).toEqual({ name, isEnd: false });
    }
  });

  test('replay on the present workflows', async () => {
    const named = open.map(({ workflowId, history }) => ({ workflowId, history }));
    const workflowBundle = { codePath: testServers().workflowBundlePath };
    const results = [];
    for await (const { workflowId, error } of Worker.runReplayHistories(
      { workflowBundle },
      named,
    )) {
      results.push({ workflowId, error });
    }
    expect(results.filter(({ error }) => error)).toEqual([]);
    expect(results).toHaveLength(open.length);
  });
});

/**
 * Workflow types that no kept version has. The next version's recording removes its own from here.
 */
const NOT_KEPT_YET: string[] = ['billingEventWorkflow', 'ledgerWorkflow', 'refundWorkflow'];

test('every workflow type was open in some version', () => {
  const kept = baselines().flatMap((version) =>
    openWorkflowsOf(version).map(({ workflowType }) => workflowType),
  );
  expect([...new Set([...kept, ...NOT_KEPT_YET])].sort()).toEqual(Object.keys(workflows).sort());
});
