import { defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { failureOfThrown } from '../../activities/support/provider-answers';
import { errorFromThrown } from '../../activities/support/thrown';
import { RateLimitedProviderError } from '../../providers/provider-errors';

const HALF = '\uD83D';

describe('a provider’s failure', () => {
  test.each([
    ['an error', new Error(`cut ${HALF}`)],
    ['one that asks to come back later', new RateLimitedProviderError(`cut ${HALF}`, 5)],
    ['no error', `cut ${HALF}`],
  ])('is told to Temporal without half characters: %s', (_, thrown) => {
    const { message, cause } = failureOfThrown(thrown);
    expect(message).toBe('cut \uFFFD');
    expect([cause?.message, cause?.stack?.isWellFormed()]).toEqual(['cut \uFFFD', true]);
  });

  test('keeps its name, its stack and its causes', () => {
    const thrown = new RangeError('outer', {
      cause: new Error(`inner ${HALF}`, { cause: `root ${HALF}` }),
    });
    const told = errorFromThrown(thrown);
    expect(told).toMatchObject({ name: 'RangeError', message: 'outer', stack: thrown.stack });
    expect(told.cause).toMatchObject({
      message: 'inner \uFFFD',
      cause: { message: 'root \uFFFD' },
    });
  });

  test('is told as well where it causes itself', () => {
    const circle: Error = new Error('round');
    circle.cause = circle;
    expect(errorFromThrown(circle)).toMatchObject({ message: 'round' });
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['a number', 5, '5'],
    ['a symbol', Symbol('odd'), 'Symbol(odd)'],
    ['a text', 'gone', 'gone'],
    ['a text of ten megabytes', 'x'.repeat(10_000_000), 'x'.repeat(2_000)],
    ['an error of ten megabytes', new Error('x'.repeat(10_000_000)), 'x'.repeat(2_000)],
    ['an object with a message', { message: 'plain' }, 'plain'],
    ['an object whose message is none', { message: { text: 'x' } }, 'object without a message'],
    ['an object without a prototype', Object.create(null), 'object without a message'],
    ['an object that answers nothing', revoked(), 'object without a message'],
    ['a function', () => {}, 'function without a message'],
    ['an error with NULs', new Error('a\0b'), 'a\uFFFDb'],
  ])('is told in bounded, well-formed words: %s', (_what, thrown, message) => {
    const failure = failureOfThrown(thrown);
    expect(failure).toMatchObject({ message, type: 'ProviderError', nonRetryable: false });
    expect(
      JSON.stringify(defaultFailureConverter.errorToFailure(failure, defaultPayloadConverter))
        .length,
    ).toBeLessThan(50_000);
  });

  test.each([Number.NaN, -5, 0, Number.POSITIVE_INFINITY, 1e15, '5000' as never])(
    'is tried again as usual where it asks to wait %p ms',
    (ms) => {
      expect(failureOfThrown(new RateLimitedProviderError('x', ms))).toMatchObject({
        type: 'RateLimited',
        nextRetryDelay: undefined,
      });
    },
  );

  test('keeps its words where reading one of its members throws', () => {
    const trap = Object.defineProperty(new RateLimitedProviderError('kept', 5), 'retryAfterMs', {
      get() {
        throw new Error('not for you');
      },
    });
    expect(failureOfThrown(trap)).toMatchObject({
      message: 'kept',
      type: 'RateLimited',
      nextRetryDelay: undefined,
    });
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
