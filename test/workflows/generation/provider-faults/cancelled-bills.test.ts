import { RawValue } from '@temporalio/common';
import { outcomeOf } from '../../../../workflows/proxies/generation-outcome';
import { payloadOf } from './foreign-worker';

/** What a worker in another language says of a job that was cancelled. */
function cancelledWith(billed: string): unknown {
  return outcomeOf(RawValue.fromPayload(payloadOf({ json: `{"state":"cancelled"${billed}}` })));
}

test.each([
  [',"billed":{"durationMs":6000}', 6_000],
  [',"billed":{"durationMs":6000.2}', 6_001],
  [',"billed":{"durationMs":null}', null],
  [',"billed":{"durationMs":6000,"invoice":"i-1"}', 6_000],
  [',"billed":{"durationMs":0}', 0],
  [',"billed":{"durationMs":-6000}', 0],
  [',"billed":{"durationMs":"6000"}', 0],
  [',"billed":{"durationMs":1e12}', 0],
  [',"billed":{}', 0],
  [',"billed":[]', 0],
  [',"billed":"6000"', 0],
  [',"billed":true', 0],
])('a cancelled job%s bills %p ms, where 0 is no time', (billed, durationMs) => {
  expect(cancelledWith(billed)).toEqual({ state: 'cancelled', billed: { durationMs } });
});

test.each(['', ',"billed":null'])('a cancelled job%s bills nothing', (billed) => {
  expect(cancelledWith(billed)).toEqual({ state: 'cancelled' });
});
