import fc from 'fast-check';
import { RunBooks } from './books';
import { Difference } from './ends';
import { commandsOf, runCommands, runSteps, type Step } from './sequence';
import { shortest } from './shorten';

export interface Fuzzed {
  runs: number;
  operations: number;
  tally: Map<string, number>;
}

const STEPS = 400;
const SHORTEN_MS_MAX = 120_000;

/**
 * Runs of random operations, each on an empty ledger. Run n has the seed plus n, so that a failing
 * one is run again by its own seed alone. Runs with odd seeds make some of their calls at once.
 *
 * @throws Error with the shortest failing list of operations, and how to run it again
 */
export async function fuzz(
  { seed, runs }: { seed: number; runs: number },
  isOver: (fuzzed: Fuzzed) => boolean = () => false,
): Promise<Fuzzed> {
  const fuzzed: Fuzzed = { runs: 0, operations: 0, tally: new Map() };
  const books = await RunBooks.open();
  try {
    for (let run = 0; run < runs && !isOver(fuzzed); run++) {
      const failure = await runOnce(books, seed + run, fuzzed);
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
  steps: Step[];
}

async function runOnce(
  books: RunBooks,
  seed: number,
  fuzzed: Fuzzed,
): Promise<Failure | undefined> {
  let failure: Failure | undefined;
  const commands = commandsOf(STEPS, { together: seed % 2 === 1 });
  const property = fc.asyncProperty(commands, async (drawn) => {
    const earlier: Step[] = [];
    try {
      await runCommands({ books, earlier, tally: fuzzed.tally }, drawn);
    } catch (error) {
      failure = { error, steps: earlier };
    }
    fuzzed.operations += earlier.flat().length;
  });
  await fc.assert(property, { seed, numRuns: 1, endOnFailure: true });
  return failure;
}

/** The shortest failing list of steps. What was called at once may go well when it is repeated. */
async function inWords(books: RunBooks, seed: number, failure: Failure): Promise<Error> {
  const deadline = Date.now() + SHORTEN_MS_MAX;
  let last = failure.error;
  const fails = async (steps: Step[]) => {
    try {
      await runSteps(books, steps);
      return false;
    } catch (error) {
      if (!(error instanceof Difference) && failure.error instanceof Difference) return false;
      last = error;
      return true;
    }
  };
  const steps = await shortest(failure.steps, fails, () => Date.now() > deadline);
  const message = last instanceof Error ? last.message : String(last);
  return new Error(
    [
      `Seed ${seed}: after these ${steps.length} steps the ledger is not as the rules say.`,
      ...steps.map(stepInWords),
      message,
      `Again: npm run fuzz -- --seed ${seed} --runs 1`,
    ].join('\n'),
    { cause: failure.error },
  );
}

function stepInWords(step: Step): string {
  const calls = step.map(({ name, given }) => `${name} ${JSON.stringify(given)}`);
  return calls.map((line, index) => `  ${index > 0 ? 'and at once ' : ''}${line}`).join('\n');
}
