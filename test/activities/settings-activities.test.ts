import type { Client } from '@temporalio/client';
import { defaultDataConverter, defaultPayloadConverter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createSettingsActivities } from '../../activities/settings-activities';
import type { Ledger } from '../../ledger/ledger';

test('a service’s act is never left out because Temporal can’t be asked who has ordered it', async () => {
  const set: unknown[] = [];
  const settings = {
    change: async (...given: unknown[]) => {
      set.push(given);
      return { ok: true, value: {}, replayed: false };
    },
  } as unknown as Ledger['settings'];
  let reachable = false;
  const whenReachable = async (answer: object) => {
    if (!reachable) throw new Error('Temporal is gone.');
    return answer;
  };
  const memo = { fields: { holdfastService: defaultPayloadConverter.toPayload('studio') } };
  const temporal = {
    options: { namespace: 'default', loadedDataConverter: defaultDataConverter },
    connection: { withDeadline: (_: number, ask: () => Promise<unknown>) => ask() },
    workflowService: {
      describeWorkflowExecution: () => whenReachable({ workflowExecutionInfo: { memo } }),
      getWorkflowExecutionHistory: async () => {
        throw new Error('Temporal is gone.');
      },
    },
  } as unknown as Client;
  const { changeSettings } = createSettingsActivities({ ledger: { settings }, temporal });
  const change = { setting: 'limits', accountId: 'a', key: 'k', dailyCreditsMax: 1 };
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const run = () => environment.run(changeSettings, change as never);

  await expect(run()).rejects.toThrow('Temporal is gone.');
  expect(set).toEqual([]);
  reachable = true;
  await run();
  expect(set).toMatchObject([[expect.anything(), { act: { service: 'studio' } }]]);
});
