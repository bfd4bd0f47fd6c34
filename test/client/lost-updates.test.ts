import { isLostUpdate } from '../../client/errors';

const FAILED_PRECONDITION = 9;

const refusal = (details: string, code = FAILED_PRECONDITION) =>
  Object.assign(new Error(`${code} FAILED_PRECONDITION: ${details}`), {
    ...{ code, details, metadata: {} },
  });

test.each([
  'Unable to perform workflow execution update due to Workflow Task in failed state.',
  'unable to perform workflow execution update due to unexpected workflow task failure',
])('an update that the server refuses with “%s” is repeated', (details) => {
  expect(isLostUpdate(refusal(details))).toBe(true);
});

test.each([
  ['another precondition', refusal('The namespace is being handed over.')],
  ['another code', refusal('Workflow Task in failed state', 14)],
  ['an error of its own', new Error('Workflow Task in failed state')],
])('an update that fails with %s is not repeated', (_what, error) => {
  expect(isLostUpdate(error)).toBe(false);
});
