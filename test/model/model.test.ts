import fc from 'fast-check';
import { RunBooks } from './run/books';
import { commandsOf, runSequence } from './run/sequence';

let books: RunBooks;
beforeAll(async () => {
  books = await RunBooks.open();
});
afterAll(() => books.close());

test('the ledger answers as the rules say, whatever is called in whatever order', async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1e9);
  const started = Date.now();
  let count = 0;
  let runs = 0;
  const result = await fc.check(
    fc.asyncProperty(commandsOf(Number(process.env.OPS ?? 200)), async (commands) => {
      count += (await runSequence(books, commands)).length;
      runs += 1;
    }),
    { numRuns: Number(process.env.RUNS ?? 5), seed, endOnFailure: false },
  );
  console.log(runs, count, Date.now() - started, 'ms', 'seed', seed);
  if (result.failed) {
    const log: string[] = [];
    const error = await runSequence(books, result.counterexample?.[0] as never, log).catch(
      (e) => e,
    );
    throw new Error(`${log.join('\n')}\n${error.message}\n${error.stack}`);
  }
});
