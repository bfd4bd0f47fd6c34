import { Writable } from 'node:stream';
import { ApplicationFailure } from '@temporalio/common';
import { createWorkerLogger } from '../../worker/logging';

function logged(meta: object): Record<string, unknown> {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  createWorkerLogger('info', destination).warn(meta, 'Activity failed');
  return JSON.parse(lines.join(''));
}

test.each(['error', 'err'])(
  'the worker’s log shows message, stack and causes of an %s',
  (member) => {
    const cause = new TypeError('The socket was closed.');
    const failure = ApplicationFailure.create({
      message: 'The provider is away.',
      type: 'Away',
      cause,
    });
    expect(logged({ [member]: failure, attempt: 3 })).toMatchObject({
      msg: 'Activity failed',
      attempt: 3,
      [member]: {
        type: 'ApplicationFailure',
        message: 'The provider is away.',
        stack: expect.stringContaining('logging.test.ts'),
        cause: { type: 'TypeError', message: 'The socket was closed.' },
      },
    });
  },
);

test.each([[undefined], [null], ['in words'], [{ code: 7 }]])(
  'the worker’s log takes an error that is %j as it is',
  (error) => {
    expect(logged({ error }).error).toEqual(error);
  },
);

test('the worker’s log survives an error that can’t be read', () => {
  const error = new Error('outer');
  error.cause = error;
  expect(logged({ error })).toMatchObject({ error: { message: 'outer' } });
});
