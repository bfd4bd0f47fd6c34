import { CommanderError } from 'commander';
import { asHoldfastError, exitCodeOf } from '../../cli/errors';
import { type ErrorCode, HoldfastError } from '../../contract/errors';

test.each<[ErrorCode, number]>([
  ['INTERNAL', 1],
  ['INVALID_CREDITS', 2],
  ['INSUFFICIENT_CREDITS', 3],
  ['RECONCILIATION_LIMIT', 3],
  ['LEDGER_UNAVAILABLE', 4],
  ['NO_WORKER', 4],
])('%s ends the process with %d', (code, exitCode) => {
  expect(exitCodeOf(new HoldfastError(code, 'Why.'))).toBe(exitCode);
});

test('an unexpected error is INTERNAL', () => {
  const error = asHoldfastError(new TypeError('x is not a function'));
  expect(error).toMatchObject({ code: 'INTERNAL', message: 'x is not a function' });
});

test('a malformed command line is INVALID_ARGUMENT', () => {
  const error = asHoldfastError(
    new CommanderError(1, 'commander.unknownOption', "error: unknown option '--nope'"),
  );
  expect(error).toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringMatching(/^Unknown option '--nope'/),
  });
});
