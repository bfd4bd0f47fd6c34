import { HoldfastError } from '../../contract/errors';
import { failureInWords } from '../../domain/failure-in-words';
import { warnOfClock } from '../../worker/clock-warning';
import { TestLedger } from '../ledger/ledger-support';

test('a worker that ends says its error’s code and each cause, those with a stack with it', () => {
  const socket = new TypeError('The socket was closed.');
  const cause = new Error('no connection', { cause: socket });
  const lines = failureInWords(
    new HoldfastError('TEMPORAL_UNAVAILABLE', 'Temporal can’t be reached.', {}, { cause }),
  );
  expect(lines).toMatch(
    /^TEMPORAL_UNAVAILABLE: Temporal can’t be reached\.\nCaused by: no connection\nCaused by: TypeError: The socket was closed\.\n +at .*why-it-fails/,
  );
});

test('a worker that ends survives an error that causes itself, and one that is none', () => {
  const error = new Error('outer');
  error.cause = error;
  expect(failureInWords(error).split('\n')).toHaveLength(10);
  expect(failureInWords('in words')).toBe('in words');
});

test('a worker warns of a clock that differs from the ledger’s, and of no other', async () => {
  const books = await TestLedger.open();
  try {
    const warned: string[] = [];
    await books.setClock(new Date(Date.now() - 60_000).toISOString());
    await warnOfClock(books.ledger, (line) => warned.push(line));
    expect(warned).toEqual([
      expect.stringMatching(/^This machine’s clock is 6\d\.\d s ahead of the ledger’s\./),
    ]);
    await books.clearClock();
    await warnOfClock(books.ledger, (line) => warned.push(line));
    expect(warned).toHaveLength(1);
  } finally {
    await books.close();
  }
});
