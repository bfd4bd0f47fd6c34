import { ApplicationFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { asActivity } from '../../activities/support/as-activity';
import { parsedActivity } from '../../activities/support/refusals';
import { ERROR_CATALOGUE } from '../../contract/error-catalogue';
import { type ErrorCode, HoldfastError } from '../../contract/errors';

/** Two MiB: Temporal's server refuses a payload of this size. */
const BLOB_BYTES_MAX = 2 * 1024 * 1024;

function failing(error: unknown): () => Promise<unknown> {
  return asActivity(async () => {
    throw error;
  });
}

async function thrownBy(run: () => Promise<unknown>): Promise<Error> {
  return run().then(
    () => new Error('Nothing was thrown.'),
    (error) => error,
  );
}

async function failureOf(run: () => Promise<unknown>): Promise<ApplicationFailure> {
  const failure = await thrownBy(run);
  if (failure instanceof ApplicationFailure) return failure;
  throw failure;
}

/** The text that Temporal gets, with the messages and stacks of the causes. */
function told(failure: Error): string {
  const { message, stack, cause } = failure;
  return [message, stack, cause instanceof Error ? told(cause) : ''].join('\n');
}

describe('an account that has no place left', () => {
  test.each([
    ['ends a local activity, so that a regular one follows at once', true],
    ['is asked again by a regular activity', false],
  ])('%s', async (_, isLocal) => {
    const environment = new MockActivityEnvironment({ isLocal });
    const busy = failing(new HoldfastError('ACCOUNT_BUSY', 'Later.'));
    await expect(environment.run(busy)).rejects.toMatchObject({
      ...{ type: 'ACCOUNT_BUSY', nonRetryable: isLocal },
    });
  });
});

describe('an activity’s failure', () => {
  const ENDS: ErrorCode[] = [
    'VALUE_NOT_STORABLE',
    'LEDGER_RULE_BROKEN',
    'LEDGER_ACCESS_DENIED',
    'RESULT_TOO_LARGE',
  ];

  test.each(ENDS)('is not tried again where it can never succeed: %s', async (code) => {
    const failure = await failureOf(failing(new HoldfastError(code, 'Said.')));
    expect(failure).toMatchObject({ type: code, nonRetryable: true, message: 'Said.' });
    expect(ERROR_CATALOGUE[code].retryable).toBe(false);
  });

  test.each<ErrorCode>([
    'LEDGER_UNAVAILABLE',
    'LEDGER_NOT_MIGRATED',
    'PURCHASE_NOT_FOUND',
    'STALE_CATALOG',
    'INTERNAL',
  ])('is tried again where it may be over next time: %s', async (code) => {
    const failure = await failureOf(failing(new HoldfastError(code, 'Said.')));
    expect(failure).toMatchObject({ type: code, nonRetryable: false });
  });

  test('is passed on where Temporal knows it already', async () => {
    const failure = ApplicationFailure.retryable('Later.', 'Later');
    expect(await failureOf(failing(failure))).toBe(failure);
  });

  test.each([
    ['is huge', 'x'.repeat(BLOB_BYTES_MAX)],
    ['is huge, and of characters of three bytes', '界'.repeat(BLOB_BYTES_MAX)],
    ['holds half a character', `a\ud83d${'x'.repeat(3_000)}`],
    ['is cut within a character', '🐙'.repeat(BLOB_BYTES_MAX / 4)],
  ])(
    'is told in a size and in characters that Temporal takes, though its message %s',
    async (_, message) => {
      for (const error of [
        new HoldfastError('INTERNAL', message),
        new HoldfastError('LEDGER_RULE_BROKEN', 'short', {}, { cause: new Error(message) }),
        new TypeError(message),
      ]) {
        const failure = await thrownBy(failing(error));
        expect(Buffer.byteLength(told(failure))).toBeLessThan(BLOB_BYTES_MAX / 10);
        expect(told(failure).isWellFormed()).toBe(true);
      }
    },
  );
});

describe('an activity’s result', () => {
  test.each([
    ['a long text', 'x'.repeat(1_600_000)],
    ['a text that is long in bytes only', '界'.repeat(600_000)],
    ['a text that is long in JSON only', '\u0001'.repeat(300_000)],
    ['many short ones', Array.from({ length: 200_000 }, (_, index) => `line ${index}`)],
  ])('is refused for good where Temporal would not take it: %s', async (_, result) => {
    const failure = await failureOf(asActivity(async () => ({ result })));
    expect(failure).toMatchObject({ type: 'RESULT_TOO_LARGE', nonRetryable: true });
    expect(failure.message).toMatch(/\d+ bytes/);
  });

  test.each([[undefined], [null], ['x'.repeat(1_400_000)], [{ a: [1, 'x'] }]])(
    'is passed on otherwise',
    async (result) => {
      expect(await asActivity(async () => result)()).toBe(result);
    },
  );
});

describe('an operation', () => {
  const operate = (code: ErrorCode) =>
    parsedActivity(
      (raw) => raw,
      async () => {
        throw new HoldfastError(code, 'Said.', { sqlState: '22003' });
      },
    )('raw');

  test('answers with a refusal where a value can’t be stored', async () => {
    const refusal = {
      code: 'VALUE_NOT_STORABLE',
      message: 'Said.',
      details: { sqlState: '22003' },
    };
    expect(await operate('VALUE_NOT_STORABLE')).toEqual({ ok: false, refusal });
  });

  test('fails for good where it breaks a rule of the ledger', async () => {
    const failure = await failureOf(() => operate('LEDGER_RULE_BROKEN'));
    expect(failure).toMatchObject({ type: 'LEDGER_RULE_BROKEN', nonRetryable: true });
  });

  test('is refused in a short message, also for a long argument', async () => {
    const refuse = parsedActivity(
      () => {
        throw new HoldfastError('INVALID_ARGUMENT', 'x'.repeat(BLOB_BYTES_MAX));
      },
      async () => ({ ok: true, value: 1, replayed: false }),
    );
    const outcome = await refuse('raw' as never);
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'INVALID_ARGUMENT' } });
    expect(JSON.stringify(outcome).length).toBeLessThan(10_000);
  });
});
