import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { defaultDataConverter } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { progressOf } from '../../client/workflow-state';

const temporal = {
  options: { loadedDataConverter: { ...defaultDataConverter, payloadCodecs: [] } },
} as unknown as Client;

/** As a worker in another language has reported it. */
function reporting(json: string): WorkflowExecutionDescription {
  const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(json) };
  const lastHeartbeatTime = msToTs(1_800_000_000_500);
  const pendingActivities = [{}, { heartbeatDetails: { payloads: [payload] }, lastHeartbeatTime }];
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
  expect(await progressOf(temporal, reporting(json))).toEqual({
    progress,
    progressAt: progress === null ? null : '2027-01-15T08:00:00.500Z',
  });
});
