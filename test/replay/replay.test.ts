import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import * as workflows from '../../workflows/workflows';
import { testServers } from '../support/test-servers';
import { HISTORIES_FOLDER, recordedHistories } from './histories';
import { replay } from './replay';
import { SCENARIOS } from './scenarios/scenarios';

/** The least number of recordings of each workflow type, because a replay of nothing would pass. */
const RECORDED_AT_LEAST: Record<string, number> = {
  billingCycleWorkflow: 12,
  billingEventWorkflow: 4,
  expiryWorkflow: 4,
  generationWorkflow: 44,
  grantWorkflow: 2,
  ledgerWorkflow: 1,
  noticesWorkflow: 8,
  purchaseWorkflow: 70,
  reconciliationWorkflow: 16,
  refundWorkflow: 4,
  settingsWorkflow: 3,
  topUpWorkflow: 8,
};

describe('recorded histories', () => {
  const histories = recordedHistories();

  test('exist in sufficient number for every workflow type, and for every scenario', () => {
    const types = Object.keys(workflows).sort();
    expect(Object.keys(RECORDED_AT_LEAST).sort()).toEqual(types);
    for (const type of types) {
      const recorded = histories.filter(({ workflowType }) => workflowType === type).length;
      expect({
        type,
        enough: recorded >= (RECORDED_AT_LEAST[type] ?? Number.POSITIVE_INFINITY),
      }).toEqual({
        type,
        enough: true,
      });
    }
    const scenarios = new Set(histories.map(({ name }) => name.replace(/\.v\d+$/, '')));
    expect(SCENARIOS.map(({ name }) => name).filter((name) => !scenarios.has(name))).toEqual([]);
  });

  test('have 15 events and 2 workflow tasks for an undisturbed generation with its update', () => {
    const committed = histories.find(({ name }) => name === 'generation.committed.v2');
    const events = committed?.history.events ?? [];
    expect(events).toHaveLength(15);
    expect(events.filter((event) => event.workflowTaskCompletedEventAttributes)).toHaveLength(2);
  });

  test('replay on the present workflows', async () => {
    const results = await replay(
      { workflowBundle: { codePath: testServers().workflowBundlePath } },
      histories,
    );
    expect(results.filter(({ error }) => error)).toEqual([]);
    expect(results).toHaveLength(histories.length);
  });

  test('do not replay on a deliberately changed workflow', async () => {
    const { code } = await bundleWorkflowCode({
      workflowsPath: require.resolve('./changed-workflows'),
      logger: new DefaultLogger('ERROR'),
    });
    const committed = histories.filter(({ name }) => name === 'generation.committed.v2');
    const [result] = await replay({ workflowBundle: { code } }, committed);
    expect(result?.error?.name).toBe('DeterminismViolationError');
  });
});

describe('recorded effects', () => {
  // The tests in effects/ compare the effects of today's code with these.
  test('exist for every history', () => {
    for (const { name } of recordedHistories()) {
      const effects = JSON.parse(
        readFileSync(join(HISTORIES_FOLDER, `${name}.effects.json`), 'utf8'),
      );
      expect(effects[0]).toHaveProperty('started');
    }
  });
});
