import { type BundleOptions, bundleWorkflowCode } from '@temporalio/worker';
import { workflowBundle } from '../../worker/workflow-bundle';
import { testServers } from '../support/test-servers';
import { recordedHistories } from './histories';
import { replay } from './replay';

const { bundleOptions }: { bundleOptions(isTraced: boolean): BundleOptions } =
  require('../../scripts/bundles/workflows');

/** Every history, as `replay.test.ts` replays it on the workflows as they are. */
describe('recorded histories', () => {
  const histories = recordedHistories();

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
});
