import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Fuzzed, fuzz } from './run/fuzz';

/** `npm run fuzz -- --seed S --runs N`; its arguments come in FUZZ_ARGUMENTS. */

const RUNS = 200;
const PROGRESS_MS = 10_000;

const { values } = parseArgs({
  args: JSON.parse(process.env.FUZZ_ARGUMENTS ?? '[]') as string[],
  options: { seed: { type: 'string' }, runs: { type: 'string' } },
});
const seed = Number(values.seed ?? randomInt(2 ** 31));
const runs = Number(values.runs ?? RUNS);
const started = Date.now();

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function sayHowFar({ runs: made, operations }: Fuzzed): void {
  const perSecond = Math.round((operations * 1_000) / Math.max(1, Date.now() - started));
  say(`${operations} operations in ${made} of ${runs} runs, ${perSecond} a second`);
}

test('the ledger answers as the rules say', async () => {
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(runs) || runs < 1)
    throw new Error('--seed and --runs are whole numbers');
  say(`Seed ${seed}, ${runs} runs`);
  let said = started;
  const fuzzed = await fuzz({ seed, runs }, (far) => {
    if (Date.now() - said >= PROGRESS_MS) {
      said = Date.now();
      sayHowFar(far);
    }
    return false;
  });
  sayHowFar(fuzzed);
  for (const [answer, count] of [...fuzzed.tally].sort()) say(`  ${count} × ${answer}`);
});
