import { providerFailure } from '../../activities/support/provider-failures';
import { thrownError } from '../../activities/support/thrown';
import { RateLimitedProviderError } from '../../providers/errors';

const HALF = '\uD83D';

describe('what a provider throws', () => {
  test.each([
    ['an error', new Error(`cut ${HALF}`)],
    ['one that asks to come back later', new RateLimitedProviderError(`cut ${HALF}`, 5)],
    ['no error', `cut ${HALF}`],
  ])('is told to Temporal without half characters: %s', (_, thrown) => {
    const { message, cause } = providerFailure(thrown);
    expect(message).toBe('cut \uFFFD');
    expect([cause?.message, cause?.stack?.isWellFormed()]).toEqual(['cut \uFFFD', true]);
  });

  test('keeps its name, its stack and its causes', () => {
    const thrown = new RangeError('outer', { cause: new Error(`inner ${HALF}`, { cause: `root ${HALF}` }) });
    const told = thrownError(thrown);
    expect(told).toMatchObject({ name: 'RangeError', message: 'outer', stack: thrown.stack });
    expect(told.cause).toMatchObject({ message: 'inner \uFFFD', cause: { message: 'root \uFFFD' } });
  });

  test('is told as well where it causes itself', () => {
    const circle: Error = new Error('round');
    circle.cause = circle;
    expect(thrownError(circle)).toMatchObject({ message: 'round' });
  });
});
