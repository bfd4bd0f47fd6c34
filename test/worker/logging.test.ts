import { Writable } from 'node:stream';
import { ApplicationFailure } from '@temporalio/common';
import { createWorkerLogger } from '../../worker/logging';

function logged(
  meta: object,
  message = 'Activity failed',
  isPrivate = false,
): Record<string, unknown> {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  createWorkerLogger('info', destination, isPrivate).warn(meta, message);
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

describe('the private log of a worker with a codec', () => {
  const PROMPT = 'a castle';
  const cause = new TypeError(`can't draw ${PROMPT}`);
  const failure = ApplicationFailure.create({ message: PROMPT, type: 'Refused', cause });

  test('shows of an error its type, its code and its frames, and no message', () => {
    const line = logged({ error: failure, attempt: 3 }, 'Activity failed', true);
    expect(line).toMatchObject({
      msg: 'Activity failed',
      attempt: 3,
      error: {
        ...{ type: 'ApplicationFailure', code: 'Refused' },
        frames: expect.arrayContaining([expect.stringContaining('logging.test.ts')]),
        cause: { type: 'TypeError' },
      },
    });
    expect(JSON.stringify(line)).not.toContain('castle');
  });

  test.each([
    ['a message that quotes', {}, `Failed to parse activity args: ${PROMPT}\n${PROMPT}`],
    ['an encoded task', { taskEncoded: PROMPT, task: PROMPT }, 'Failed'],
    ['a result', { outputUrl: PROMPT, accountId: 'acme' }, 'Delivered unpaid'],
    ['a notice', { notice: { data: PROMPT }, noticeType: 'ran-dry' }, `Notice for acme: ${PROMPT}`],
    ['an error that is text', { error: PROMPT }, 'Failed'],
    ['an error with a name of words', { error: named(PROMPT) }, 'Failed'],
  ])('leaves out what a person wrote in %s', (_, meta, message) => {
    expect(JSON.stringify(logged(meta, message, true))).not.toContain('castle');
  });

  function named(name: string): Error {
    return Object.assign(new Error('x'), { name });
  }
});
