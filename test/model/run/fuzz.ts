import fc from 'fast-check';
import type { Operation } from '../operations';
import { RunBooks } from './books';
import { Difference } from './ends';
import { commandsOf, runCommands, runOperations } from './sequence';
import { shortest } from './shorten';

export interface Fuzzed {
  runs: number;
  operations: number;
  tally: Map<string, number>;
}

const SHORTEN_MS_MAX = 120_000;

/**
 * Runs of random operations, each on an empty ledger. Run n has the seed plus n, so that a failing
 * one is run again by its own seed alone.
 *
 * @throws Error with the shortest failing list of operations, and how to run it again
 */
export async function fuzz(
  { seed, runs, operations }: { seed: number; runs: number; operations: number },
  isOver: (fuzzed: Fuzzed) => boolean,
): Promise<Fuzzed> {
  const fuzzed: Fuzzed = { runs: 0, operations: 0, tally: new Map() };
  const books = await RunBooks.open();
  try {
    for (let run = 0; run < runs && !isOver(fuzzed); run++) {
      const failure = await runOnce(books, seed + run, operations, fuzzed);
      if (failure) throw await inWords(books, seed + run, failure);
      fuzzed.runs += 1;
    }
  } finally {
    await books.close();
  }
  return fuzzed;
}

interface Failure {
  error: unknown;
  operations: Operation[];
}

async function runOnce(
  books: RunBooks,
  seed: number,
  operations: number,
  fuzzed: Fuzzed,
): Promise<Failure | undefined> {
  let failure: Failure | undefined;
  const property = fc.asyncProperty(commandsOf(operations), async (commands) => {
    const earlier: Operation[] = [];
    try {
      await runCommands({ books, earlier, tally: fuzzed.tally }, commands);
    } catch (error) {
      failure = { error, operations: earlier };
    }
    fuzzed.operations += earlier.length;
  });
  await fc.assert(property, { seed, numRuns: 1, endOnFailure: true });
  return failure;
}

async function inWords(books: RunBooks, seed: number, failure: Failure): Promise<Error> {
  const deadline = Date.now() + SHORTEN_MS_MAX;
  let last = failure.error;
  const fails = async (operations: Operation[]) => {
    try {
      await runOperations(books, operations);
      return false;
    } catch (error) {
      if (!(error instanceof Difference)) return false;
      last = error;
      return true;
    }
  };
  const shortened = await shortest(failure.operations, fails, () => Date.now() > deadline);
  const lines = shortened.map(({ name, given }) => `  ${name} ${JSON.stringify(given)}`);
  const message = last instanceof Error ? last.message : String(last);
  return new Error(
    `Seed ${seed}: after these ${lines.length} operations the ledger is not as the rules say.\n${lines.join('\n')}\n${message}\n\nAgain: npm run fuzz -- --seed ${seed} --runs 1`,
    { cause: failure.error },
  );
}
