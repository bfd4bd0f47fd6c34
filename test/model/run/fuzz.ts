import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import fc from 'fast-check';
import { ANSWERS_CHANNEL, type Answered } from '../../support/ledger-answers';
import { RunBooks } from './books';
import { Difference } from './ends';
import { type Calls, commandsOf, runCommands, runSteps, type Step } from './sequence';
import { shortest } from './shorten';

export interface Fuzzed {
  runs: number;
  operations: number;
  /** Those of them that travelled with others in one call of the ledger. */
  batched: number;
  tally: Map<string, number>;
}

const STEPS = 400;
const SHORTEN_MS_MAX = 120_000;

/** By the seed: half of the runs one by one, a quarter at once, a quarter in batches. */
const callsOf = (seed: number): Calls => {
  if (seed % 2 === 0) return 'one by one';
  return seed % 4 === 1 ? 'at once' : 'in batches';
};

/**
 * Runs of random operations, each on an empty ledger. Run n has the seed plus n, so that a failing
 * one is run again by its own seed alone.
 *
 * @throws Error with the shortest failing list of operations, and how to run it again
 */
export async function fuzz(
  { seed, runs }: { seed: number; runs: number },
  isOver: (fuzzed: Fuzzed) => boolean = () => false,
): Promise<Fuzzed> {
  const fuzzed: Fuzzed = { runs: 0, operations: 0, batched: 0, tally: new Map() };
  const count = (message: unknown) => {
    const { name, answers } = message as Answered;
    if (name === 'run_batch') fuzzed.batched += answers.length;
  };
  subscribe(ANSWERS_CHANNEL, count);
  const alone = await RunBooks.open({ batches: false });
  const together = await RunBooks.open({ batches: true });
  try {
    for (let run = 0; run < runs && !isOver(fuzzed); run++) {
      const books = callsOf(seed + run) === 'in batches' ? together : alone;
      const failure = await runOnce(books, seed + run, fuzzed);
      if (failure) throw await inWords(books, seed + run, failure);
      fuzzed.runs += 1;
    }
  } finally {
    unsubscribe(ANSWERS_CHANNEL, count);
    await Promise.all([alone.close(), together.close()]);
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
  const commands = commandsOf(STEPS, callsOf(seed));
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
