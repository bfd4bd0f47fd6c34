import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { defaultDataConverter } from '@temporalio/common';
import { progressOf } from '../../client/workflow-state';

const temporal = {
  options: { loadedDataConverter: { ...defaultDataConverter, payloadCodecs: [] } },
} as unknown as Client;

/** As a worker in another language has reported it. */
function reporting(json: string): WorkflowExecutionDescription {
  const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(json) };
  const pendingActivities = [{}, { heartbeatDetails: { payloads: [payload] } }];
  return { raw: { pendingActivities } } as unknown as WorkflowExecutionDescription;
}

test.each([
  ['{"progress":0.4}', 0.4],
  ['{"progress":40}', 1],
  ['{"progress":-1}', 0],
  ['{"progress":NaN}', null],
  ['{"progress":"0.4"}', null],
  ['{}', null],
  ['null', null],
  ['"40 %"', null],
])('the progress of %s is %p', async (json, progress) => {
  expect(await progressOf(temporal, reporting(json))).toBe(progress);
});
