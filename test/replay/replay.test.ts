import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BundleOptions,
  bundleWorkflowCode,
  DefaultLogger,
  type ReplayWorkerOptions,
  Worker,
} from '@temporalio/worker';
import { workflowBundle } from '../../worker/workflow-bundle';
import * as workflows from '../../workflows/workflows';
import { testServers } from '../support/test-servers';
import { HISTORIES_FOLDER, type RecordedHistory, recordedHistories } from './histories';
import { SCENARIOS } from './scenarios/scenarios';

const { bundleOptions }: { bundleOptions(isTraced: boolean): BundleOptions } =
  require('../../scripts/bundles/workflows');

/** The least number of recordings of each workflow type, because a replay of nothing would pass. */
const RECORDED_AT_LEAST: Record<string, number> = {
  billingCycleWorkflow: 12,
  expiryWorkflow: 4,
  generationWorkflow: 44,
  grantWorkflow: 2,
  ledgerWorkflow: 1,
  noticesWorkflow: 8,
  purchaseWorkflow: 70,
  reconciliationWorkflow: 16,
  settingsWorkflow: 3,
  topUpWorkflow: 8,
};

async function replay(
  options: ReplayWorkerOptions,
  histories: RecordedHistory[],
): Promise<{ name: string; error?: Error }[]> {
  const results = [];
  const named = histories.map(({ workflowId, history }) => ({ workflowId, history }));
  for await (const { workflowId, error } of Worker.runReplayHistories(options, named)) {
    results.push({ name: workflowId, error });
  }
  return results;
}

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

  test('replay on workflows that are traced, although they were recorded without that', async () => {
    const { code } = await bundleWorkflowCode(bundleOptions(true));
    const sinks = { exporter: { export: { fn: () => {} } } };
    const results = await replay({ workflowBundle: { code }, sinks }, histories);
    expect(results.filter(({ error }) => error)).toEqual([]);
    expect(results).toHaveLength(histories.length);
  });

  test('replay in a namespace that was changed over to one list of search attributes', async () => {
    const flags = { encodesFailures: false, isVersioned: false, listsSearchAttributes: true };
    const changedOver = workflowBundle(testServers().workflowBundlePath, flags);
    const results = await replay({ workflowBundle: changedOver }, histories);
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
